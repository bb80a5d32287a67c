/// How the media relay is, all threads summed up.
public struct RelayStatusReport: Codable, Equatable, Sendable {
    /// An interface's ports.
    public struct Interface: Codable, Equatable, Sendable {
        /// What the configuration calls it.
        public var name: String
        /// Pairs of ports that sessions have.
        public var pairsInUse: Int
        /// Pairs of ports that are left.
        public var pairsFree: Int

        /// Joins a name and its ports.
        public init(name: String, pairsInUse: Int, pairsFree: Int) {
            self.name = name
            self.pairsInUse = pairsInUse
            self.pairsFree = pairsFree
        }
    }

    /// The relay's process.
    public var process = 0
    /// Seconds since its start.
    public var uptime = 0.0
    /// Its threads.
    public var threads = 0
    /// Whether new sessions are refused.
    public var isDraining = false
    /// Sessions now.
    public var sessions = 0
    /// Its interfaces.
    public var interfaces: [Interface] = []
    /// Counters by name, all since the start.
    public var counters: [String: UInt64] = [:]

    /// An empty report.
    public init() {}
}

/// What came from one party of a session of the relay, through one media.
public struct RelaySessionReport: Codable, Hashable, Sendable {
    /// The session's name.
    public var session = ""
    /// The party: 0 wrote the first offer.
    public var party = 0
    /// The media's place in the description, from 0.
    public var media = 0
    /// The relay's RTP port towards the party.
    public var port = 0
    /// Where the party is heard from, or wants its media; empty when neither is known.
    public var place = ""
    /// RTP packets taken.
    public var packets: UInt64 = 0
    /// RTCP packets taken on the odd port.
    public var controlPackets: UInt64 = 0
    /// Packets that were expected and didn't come.
    public var lost: Int64 = 0
    /// Jitter in milliseconds.
    public var jitter = 0.0
    /// Datagrams of strangers.
    public var foreign: UInt64 = 0
    /// Seconds since the last RTP packet; nil when none has come.
    public var silence: Double?

    /// An empty report.
    public init() {}
}
