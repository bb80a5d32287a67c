import MediaRelay
import Wire

/// How one thread of the relay is.
public struct RelayStatus: Hashable, Sendable {
    /// An interface's ports as the thread has them.
    public struct Interface: Hashable, Sendable {
        /// What the configuration calls it.
        public var name: String
        /// Pairs of ports that the thread's sessions have.
        public var pairsInUse: UInt32
        /// Pairs of ports that are left for all threads, if no other program has them.
        public var pairsFree: UInt32

        /// Joins a name and its ports.
        public init(name: String, pairsInUse: UInt32, pairsFree: UInt32) {
            self.name = name
            self.pairsInUse = pairsInUse
            self.pairsFree = pairsFree
        }
    }

    /// The thread, from 0.
    public var thread = 0
    /// Threads of the relay.
    public var threads = 1
    /// The relay's process.
    public var process: Int32 = 0
    /// Milliseconds since the relay's start.
    public var uptime: UInt64 = 0
    /// Whether new sessions are refused.
    public var isDraining = false
    /// Sessions of the thread.
    public var sessions: UInt32 = 0
    /// The thread's interfaces.
    public var interfaces: [Interface] = []
    /// What has come through the thread since its start, ended sessions included.
    public var traffic = MediaTraffic()
    /// Connections of the whole relay, and what has ended some.
    public var control = ControlFigures()

    /// A status without sessions.
    public init() {}

    /// In how many parts the thread's list is best asked for, so that each fits in a message.
    public var listParts: Int { Int(sessions) / 128 + 1 }

    func put(to writer: inout WireWriter) {
        writer.put(UInt16(clamping: thread))
        writer.put(UInt16(clamping: threads))
        writer.put(process)
        writer.put(uptime)
        writer.put(isDraining)
        writer.put(sessions)
        writer.put(interfaces) {
            $0.put($1.name)
            $0.put($1.pairsInUse)
            $0.put($1.pairsFree)
        }
        for value in [traffic.packets, traffic.bytes, traffic.foreign, traffic.malformed, traffic.unsent] {
            writer.put(value)
        }
        control.put(to: &writer)
    }

    init(_ reader: inout WireReader) throws(WireError) {
        thread = Int(try reader.number(UInt16.self))
        threads = Int(try reader.number(UInt16.self))
        process = try reader.number()
        uptime = try reader.number()
        isDraining = try reader.flag()
        sessions = try reader.number()
        interfaces = try reader.list { reader throws(WireError) in
            Interface(name: try reader.text(), pairsInUse: try reader.number(), pairsFree: try reader.number())
        }
        traffic.packets = try reader.number()
        traffic.bytes = try reader.number()
        traffic.foreign = try reader.number()
        traffic.malformed = try reader.number()
        traffic.unsent = try reader.number()
        control = try ControlFigures(&reader)
    }
}
