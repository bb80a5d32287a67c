import MediaRelay
import Wire

/// What the relay sends to signalling: a reply to a command, or an event that nobody asked for.
public enum RelayMessage: Hashable, Sendable {
    /// The reply to the command with this number.
    case reply(number: UInt32, RelayReply)
    /// Something has happened.
    case event(RelayEvent)

    /// The message's bytes.
    public var bytes: [UInt8] {
        var writer = WireWriter()
        switch self {
        case .reply(let number, let reply):
            writer.put(0 as UInt8)
            writer.put(number)
            reply.put(to: &writer)
        case .event(let event):
            writer.put(1 as UInt8)
            writer.put(event.session)
            switch event.kind {
            case .firstPacket: writer.put(1 as UInt8)
            case .silent: writer.put(2 as UInt8)
            case .heardAgain: writer.put(3 as UInt8)
            case .abandoned: writer.put(4 as UInt8)
            }
            writer.put(UInt8(clamping: event.party))
            writer.put(UInt8(clamping: event.media))
            writer.put(event.isControl)
        }
        return writer.bytes
    }

    /// Reads a message.
    public init(_ message: UnsafeRawBufferPointer) throws(WireError) {
        var reader = WireReader(message)
        switch try reader.number(UInt8.self) {
        case 0: self = .reply(number: try reader.number(), try RelayReply(&reader))
        case 1:
            let session = try reader.text()
            let kind: RelayEvent.Kind
            switch try reader.number(UInt8.self) {
            case 1: kind = .firstPacket
            case 2: kind = .silent
            case 3: kind = .heardAgain
            case 4: kind = .abandoned
            case let other: throw WireError(offset: 0, "no event \(other)")
            }
            self = .event(
                RelayEvent(
                    session: session, kind, party: Int(try reader.number(UInt8.self)),
                    media: Int(try reader.number(UInt8.self)), isControl: try reader.flag()))
        case let kind: throw WireError(offset: 0, "no message \(kind)")
        }
        try reader.finish()
    }
}
