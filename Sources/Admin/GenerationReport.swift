/// One build of a plugin in the running daemon.
public struct GenerationReport: Codable, Hashable, Sendable {
    /// What it is there for.
    public enum State: String, Codable, Hashable, Sendable {
        /// New calls run through it.
        case serving
        /// It has served, and calls in progress end on it.
        case draining
        /// It has served, and no call runs through it any more.
        case retained
        /// An operator has put the build before in its place.
        case rolledBack = "rolled-back"
        /// It was loaded, and can't serve.
        case refused
    }

    /// 1 for the first.
    public var generation: Int
    /// The build's own version.
    public var version: String
    /// The SHA-256 of its file.
    public var build: String
    /// What it is there for.
    public var state: State
    /// Why it is so, where that isn't plain.
    public var reason: String?
    /// Seconds since it began to serve; nil when it never did.
    public var since: Double?
    /// Calls that run through it, or (observers) that it hears of.
    public var calls: Int
    /// Bytes of its segments in memory, as the kernel counts them (Rss); plugins of one file share them.
    public var memory: Int

    /// Joins the facts.
    public init(
        generation: Int, version: String, build: String, state: State, reason: String? = nil, since: Double?,
        calls: Int,
        memory: Int
    ) {
        self.generation = generation
        self.version = version
        self.build = build
        self.state = state
        self.reason = reason
        self.since = since
        self.calls = calls
        self.memory = memory
    }
}
