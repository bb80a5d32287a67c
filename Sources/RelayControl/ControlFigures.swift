import Wire

/// What has happened on the connections of commands since the relay's start.
public struct ControlFigures: Hashable, Sendable {
    /// Connections now.
    public var connections: UInt32 = 0
    /// Connections that were refused: of another user, or too many.
    public var refused: UInt64 = 0
    /// Connections closed because of a message that can't be read.
    public var unreadable: UInt64 = 0
    /// Connections closed because they didn't read what they were sent.
    public var slow: UInt64 = 0
    /// Commands refused because a thread had too many waiting.
    public var overloaded: UInt64 = 0

    /// Nothing yet.
    public init() {}

    /// What the counters say now.
    public init(_ counters: ControlCounters) {
        connections = UInt32(clamping: counters.openCount)
        refused = counters.refusedCount
        unreadable = counters.unreadableCount
        slow = counters.slowCount
        overloaded = counters.overloadedCount
    }

    func put(to writer: inout WireWriter) {
        writer.put(connections)
        for value in [refused, unreadable, slow, overloaded] { writer.put(value) }
    }

    init(_ reader: inout WireReader) throws(WireError) {
        connections = try reader.number()
        refused = try reader.number()
        unreadable = try reader.number()
        slow = try reader.number()
        overloaded = try reader.number()
    }
}
