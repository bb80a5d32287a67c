import TandemKit
import Wire

/// What a plugin's process wants of the daemon for one of its instances.
enum ServiceRequest {
    case log(PluginLog.Level, String, CallNumber?)
    case metric(String, MetricKind, String)
    case value(key: String)
    case set(key: String, [UInt8], expiresAfter: Duration?)
    case add(key: String, Int, expiresAfter: Duration?)
    case remove(key: String)

    /// Most bytes of a request or reply: a key, a value, and room.
    static let byteLimit = 16 << 10

    /// The request as bytes.
    ///
    /// - Parameters:
    ///   - number: What the reply repeats.
    ///   - instance: The instance's number in the process.
    func bytes(number: UInt32, instance: Int) -> [UInt8] {
        var writer = WireWriter()
        writer.put(number)
        writer.put(UInt16(instance))
        switch self {
        case .log(let level, let text, let call):
            writer.put(1 as UInt8)
            writer.put(level.rawValue)
            writer.put(text)
            writer.put(call) { $0.put($1.raw) }
        case .metric(let name, let kind, let help):
            writer.put(2 as UInt8)
            writer.put(name)
            writer.put(kind.rawValue)
            writer.put(help)
        case .value(let key):
            writer.put(3 as UInt8)
            writer.put(key)
        case .set(let key, let value, let duration):
            writer.put(4 as UInt8)
            writer.put(key)
            writer.put(value)
            writer.put(duration) { $0.put($1) }
        case .add(let key, let amount, let duration):
            writer.put(5 as UInt8)
            writer.put(key)
            writer.put(Int64(amount))
            writer.put(duration) { $0.put($1) }
        case .remove(let key):
            writer.put(6 as UInt8)
            writer.put(key)
        }
        return writer.bytes
    }

    /// Reads a request: its number, whose it is, and what is wanted.
    static func read(
        _ bytes: UnsafeRawBufferPointer
    ) throws(WireError) -> (number: UInt32, instance: Int, request: ServiceRequest) {
        var reader = WireReader(bytes)
        let (number, instance) = (try reader.number(UInt32.self), Int(try reader.number(UInt16.self)))
        let request = try ServiceRequest(&reader)
        try reader.finish()
        return (number, instance, request)
    }

    private init(_ reader: inout WireReader) throws(WireError) {
        switch try reader.number(UInt8.self) {
        case 1:
            guard let level = PluginLog.Level(rawValue: try reader.text()) else {
                throw WireError(offset: 0, "no level")
            }
            let text = try reader.text()
            let call = try reader.optional { reader throws(WireError) in CallNumber(raw: try reader.number()) }
            self = .log(level, text, call)
        case 2:
            let name = try reader.text()
            guard let kind = MetricKind(rawValue: try reader.text()) else { throw WireError(offset: 0, "no metric") }
            self = .metric(name, kind, try reader.text())
        case 3: self = .value(key: try reader.text())
        case 4: self = .set(key: try reader.text(), try reader.array(), expiresAfter: try reader.durationIfPresent())
        case 5:
            let (key, amount) = (try reader.text(), Int(try reader.number(Int64.self)))
            self = .add(key: key, amount, expiresAfter: try reader.durationIfPresent())
        case 6: self = .remove(key: try reader.text())
        case let other: throw WireError(offset: 0, "\(other) is no request")
        }
    }
}

/// What the daemon replies to a request, log lines excepted.
enum ServiceReply {
    case done
    /// The place of a metric's numbers in the shared memory.
    case place(Int)
    case value([UInt8]?)
    case number(Int)
    case flag(Bool)
    case refused(ServiceError)

    /// The reply as bytes.
    func bytes(number: UInt32) -> [UInt8] {
        var writer = WireWriter()
        writer.put(number)
        switch self {
        case .done: writer.put(1 as UInt8)
        case .place(let place):
            writer.put(2 as UInt8)
            writer.put(UInt32(place))
        case .value(let value):
            writer.put(3 as UInt8)
            writer.put(value) { $0.put($1) }
        case .number(let number):
            writer.put(4 as UInt8)
            writer.put(Int64(number))
        case .flag(let flag):
            writer.put(5 as UInt8)
            writer.put(flag)
        case .refused(let error):
            writer.put(6 as UInt8)
            writer.put(error.code.rawValue)
            writer.put(error.description)
        }
        return writer.bytes
    }

    /// Reads a reply and the number of its request.
    static func read(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> (number: UInt32, reply: ServiceReply) {
        var reader = WireReader(bytes)
        return (try reader.number(), try ServiceReply(&reader))
    }

    private init(_ reader: inout WireReader) throws(WireError) {
        switch try reader.number(UInt8.self) {
        case 1: self = .done
        case 2: self = .place(Int(try reader.number(UInt32.self)))
        case 3: self = .value(try reader.optional { reader throws(WireError) in try reader.array() })
        case 4: self = .number(Int(try reader.number(Int64.self)))
        case 5: self = .flag(try reader.flag())
        case 6:
            let code = ServiceError.Code(rawValue: try reader.text()) ?? .unavailable
            self = .refused(ServiceError(code, try reader.text()))
        case let other: throw WireError(offset: 0, "\(other) is no reply")
        }
    }
}

extension WireWriter {
    mutating func put(_ duration: Duration) {
        put(duration.components.seconds)
        put(duration.components.attoseconds)
    }
}

extension WireReader {
    mutating func durationIfPresent() throws(WireError) -> Duration? {
        try optional { reader throws(WireError) in
            let (seconds, attoseconds) = (try reader.number(Int64.self), try reader.number(Int64.self))
            // Beyond, the two together may be more than a duration can tell.
            guard seconds.magnitude < 1 << 62, attoseconds.magnitude < 1_000_000_000_000_000_000 else {
                throw WireError(offset: 0, "\(seconds) s are no duration")
            }
            return Duration(secondsComponent: seconds, attosecondsComponent: attoseconds)
        }
    }
}
