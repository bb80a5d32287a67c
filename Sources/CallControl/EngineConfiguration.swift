public import Timing

/// What a call engine works by. A reload gives it another one; calls keep the trunks they began with.
public struct EngineConfiguration {
    /// The trunks, each at the place of its index.
    public var trunks: [TrunkContext]
    /// Finds a request's trunk.
    public var matcher: any TrunkMatcher
    /// The bounds.
    public var limits: CallLimits
    /// The User-Agent and Server that peers see unless their trunk says otherwise.
    public var userAgent: String
    /// Whether there is a media relay. Without one, all media pass by.
    public var relaysMedia = false
    /// After how long the relay tells that a party is silent.
    public var silence = MediaWatch.silence

    /// By what credentials are judged; without, nobody's are right.
    public var hashes = DigestHashes.none

    /// Joins the parts.
    public init(
        trunks: [TrunkContext], matcher: any TrunkMatcher, limits: CallLimits = CallLimits(),
        userAgent: String = "Tandem"
    ) {
        self.trunks = trunks
        self.matcher = matcher
        self.limits = limits
        self.userAgent = userAgent
    }
}
