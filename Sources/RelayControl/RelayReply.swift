import Wire

/// What the relay answers to a command.
public enum RelayReply: Hashable, Sendable {
    /// It is done.
    case done
    /// The description that the other party is to see.
    case description([UInt8])
    /// What came through a session, party by party, media by media.
    case figures([MediaFigures])
    /// Names of sessions.
    case sessions([String])
    /// How a thread is.
    case status(RelayStatus)
    /// It was refused, and why: another time, or another relay, may do it.
    case refused(String)
    /// The description is at fault, and why: its writer has to write another.
    case unacceptable(String)

    func put(to writer: inout WireWriter) {
        switch self {
        case .done: writer.put(1 as UInt8)
        case .description(let bytes):
            writer.put(2 as UInt8)
            writer.put(bytes)
        case .figures(let figures):
            writer.put(3 as UInt8)
            writer.put(figures) { $1.put(to: &$0) }
        case .sessions(let names):
            writer.put(4 as UInt8)
            writer.put(names) { $0.put($1) }
        case .refused(let reason):
            writer.put(5 as UInt8)
            writer.put(reason)
        case .unacceptable(let reason):
            writer.put(7 as UInt8)
            writer.put(reason)
        case .status(let status):
            writer.put(6 as UInt8)
            status.put(to: &writer)
        }
    }

    init(_ reader: inout WireReader) throws(WireError) {
        switch try reader.number(UInt8.self) {
        case 1: self = .done
        case 2: self = .description(try reader.array())
        case 3: self = .figures(try reader.list { reader throws(WireError) in try MediaFigures(&reader) })
        case 4: self = .sessions(try reader.list { reader throws(WireError) in try reader.text() })
        case 5: self = .refused(try reader.text())
        case 6: self = .status(try RelayStatus(&reader))
        case 7: self = .unacceptable(try reader.text())
        case let kind: throw WireError(offset: 0, "no reply \(kind)")
        }
    }
}
