import TandemKit
import Wire

/// What a plugin's process answers.
enum HookAnswer {
    /// The message, when the hook has changed it, and what is kept of the call from now on.
    case message(SIPMessage?, PluginState)
    /// The number, and what the hook has written into the log.
    case number(PhoneNumber, [DecisionEntry])
    /// Where the call goes, and what the hook has written into the log.
    case decision(RouteDecision, [DecisionEntry])
    /// The hook threw.
    case thrown(Failure)
    /// A normalizer has to know more.
    case lookUp(LookUp)
    /// Nothing is to be said.
    case done

    /// The answer as bytes.
    var bytes: [UInt8] {
        var writer = WireWriter()
        switch self {
        case .message(let message, let state):
            writer.put(1 as UInt8)
            writer.put(message) { $0.put($1) }
            writer.put(state.record)
        case .number(let number, let entries):
            writer.put(2 as UInt8)
            writer.put(number)
            writer.put(entries) { $0.put($1) }
        case .decision(let decision, let entries):
            writer.put(3 as UInt8)
            writer.put(decision)
            writer.put(entries) { $0.put($1) }
        case .thrown(let failure):
            writer.put(4 as UInt8)
            writer.put(failure)
        case .done: writer.put(5 as UInt8)
        case .lookUp(let lookUp):
            writer.put(6 as UInt8)
            writer.put(lookUp)
        }
        return writer.bytes
    }

    /// Reads an answer.
    init(_ bytes: [UInt8]) throws(WireError) {
        let result = bytes.withUnsafeBytes { bytes -> Result<HookAnswer, WireError> in
            var reader = WireReader(bytes)
            return Result { () throws(WireError) in
                let answer = try HookAnswer(&reader)
                try reader.finish()
                return answer
            }
        }
        self = try result.get()
    }

    private init(_ reader: inout WireReader) throws(WireError) {
        switch try reader.number(UInt8.self) {
        case 1:
            let message = try reader.optional { reader throws(WireError) in try reader.message() }
            self = .message(message, try reader.pluginState())
        case 2: self = .number(try reader.phoneNumber(), try reader.entries())
        case 3: self = .decision(try reader.routeDecision(), try reader.entries())
        case 4: self = .thrown(try reader.failure())
        case 5: self = .done
        case 6: self = .lookUp(try reader.lookUp())
        case let other: throw WireError(offset: 0, "\(other) is no answer")
        }
    }
}
