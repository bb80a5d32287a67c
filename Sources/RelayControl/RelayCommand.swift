import MediaRelay
import TandemKit
import Wire

/// What signalling tells the relay. Each is answered by one `RelayReply` with the same number.
public enum RelayCommand: Hashable, Sendable {
    /// Takes an offer of a party; the reply has what the other party is to see.
    case offer(session: String, from: String, description: [UInt8], RelayOptions)
    /// Takes the answer of a party; the reply has what the offer's writer is to see.
    case answer(session: String, from: String, description: [UInt8], RelayOptions)
    /// Takes back the offer that was refused.
    case rollback(session: String)
    /// Ends a session; the reply has what came through it.
    case delete(session: String)
    /// Asks what came through a session.
    case query(session: String)
    /// Makes a session the asker's own: it was another connection's, which has ended.
    case adopt(session: String)
    /// Asks for the names of the sessions of one thread: one of so many parts, so that the reply fits in a message
    /// (`RelayStatus.listParts`). A session is always in the same part of as many.
    case list(thread: Int, part: Int = 0, of: Int = 1)
    /// Begins or ends the drain of one thread: calls go on, new ones are refused.
    case drain(thread: Int, isDraining: Bool)
    /// Asks how one thread is.
    case status(thread: Int)

    /// The session that the command is about; nil when it is about a whole thread.
    public var session: String? {
        switch self {
        case .offer(let session, _, _, _), .answer(let session, _, _, _), .rollback(let session),
            .delete(let session), .query(let session), .adopt(let session):
            session
        case .list, .drain, .status: nil
        }
    }

    /// The thread that the command is about; nil when it is about a session.
    public var thread: Int? {
        switch self {
        case .list(let thread, _, _), .drain(let thread, _), .status(let thread): thread
        default: nil
        }
    }

    /// The longest message either way, in bytes.
    public static let messageByteLimit = 131_072
    /// The longest description in a command, in bytes: with what the relay writes into it, it fits in a message.
    public static let descriptionByteLimit = 65_536

    /// The command as a message with its number.
    public func message(number: UInt32) -> [UInt8] {
        var writer = WireWriter()
        writer.put(number)
        switch self {
        case .offer(let session, let from, let description, let options):
            writer.put(1 as UInt8)
            Self.put(session, from, description, options, to: &writer)
        case .answer(let session, let from, let description, let options):
            writer.put(2 as UInt8)
            Self.put(session, from, description, options, to: &writer)
        case .rollback(let session): Self.put(3, session, to: &writer)
        case .delete(let session): Self.put(4, session, to: &writer)
        case .query(let session): Self.put(5, session, to: &writer)
        case .adopt(let session): Self.put(6, session, to: &writer)
        case .list(let thread, let part, let parts):
            writer.put(7 as UInt8)
            for number in [thread, part, parts] { writer.put(UInt16(clamping: number)) }
        case .drain(let thread, let isDraining):
            writer.put(8 as UInt8)
            writer.put(UInt16(clamping: thread))
            writer.put(isDraining)
        case .status(let thread):
            writer.put(9 as UInt8)
            writer.put(UInt16(clamping: thread))
        }
        return writer.bytes
    }

    private static func put(_ kind: UInt8, _ session: String, to writer: inout WireWriter) {
        writer.put(kind)
        writer.put(session)
    }

    private static func put(
        _ session: String, _ from: String, _ description: [UInt8], _ options: RelayOptions, to writer: inout WireWriter
    ) {
        writer.put(session)
        writer.put(from)
        writer.put(description)
        writer.put(options.towards) { $0.put($1) }
        writer.put(options.from) { $0.put($1) }
        writer.put(options.latching.rawValue)
        writer.put(options.signallingAddress) { $0.put("\($1)") }
        writer.put(options.replacesOrigin)
        writer.put(options.passes.sorted()) { $0.put($1) }
    }

    /// Reads a message: the command and its number.
    public static func read(
        _ message: UnsafeRawBufferPointer
    ) throws(WireError) -> (number: UInt32, command: RelayCommand) {
        var reader = WireReader(message)
        let number: UInt32 = try reader.number()
        let command = try read(kind: try reader.number(), &reader)
        try reader.finish()
        return (number, command)
    }

    private static func read(kind: UInt8, _ reader: inout WireReader) throws(WireError) -> RelayCommand {
        switch kind {
        case 1, 2:
            let (session, from) = (try reader.text(), try reader.text())
            let description = try reader.array()
            let options = try readOptions(&reader)
            return kind == 1
                ? .offer(session: session, from: from, description: description, options)
                : .answer(session: session, from: from, description: description, options)
        case 3: return .rollback(session: try reader.text())
        case 4: return .delete(session: try reader.text())
        case 5: return .query(session: try reader.text())
        case 6: return .adopt(session: try reader.text())
        case 7: return try readList(&reader)
        case 8: return .drain(thread: Int(try reader.number(UInt16.self)), isDraining: try reader.flag())
        case 9: return .status(thread: Int(try reader.number(UInt16.self)))
        default: throw WireError(offset: 4, "no command \(kind)")
        }
    }

    private static func readList(_ reader: inout WireReader) throws(WireError) -> RelayCommand {
        let thread = Int(try reader.number(UInt16.self))
        let (part, parts) = (Int(try reader.number(UInt16.self)), Int(try reader.number(UInt16.self)))
        guard part < parts else { throw WireError(offset: 7, "no part \(part) of \(parts)") }
        return .list(thread: thread, part: part, of: parts)
    }

    private static func readOptions(_ reader: inout WireReader) throws(WireError) -> RelayOptions {
        var options = RelayOptions()
        options.towards = try reader.optional { reader throws(WireError) in try reader.text() }
        options.from = try reader.optional { reader throws(WireError) in try reader.text() }
        guard let latching = LatchPolicy(rawValue: try reader.number()) else {
            throw WireError(offset: 0, "no such policy of latching")
        }
        options.latching = latching
        if let text = try reader.optional({ reader throws(WireError) in try reader.text() }) {
            guard let address = IPAddress(text) else { throw WireError(offset: 0, "`\(text)` is no address") }
            options.signallingAddress = address
        }
        options.replacesOrigin = try reader.flag()
        options.passes = Set(try reader.list { reader throws(WireError) in try reader.text() })
        return options
    }
}
