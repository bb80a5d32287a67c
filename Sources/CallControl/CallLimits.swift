/// The bounds of one shard's call engine. Each has a counter in `EngineCounters` and a defined answer.
public struct CallLimits: Hashable, Sendable {
    /// Most calls and proxied requests at once; a further INVITE gets 503 with Retry-After.
    public var calls: Int
    /// Most early dialogs of one attempt, whatever its trunk allows; responses of further forks are not forwarded.
    public var earlyDialogs: Int
    /// Most in-dialog requests of one call that wait for an answer at once; a further one gets 503 with Retry-After.
    public var exchanges: Int
    /// Most trunks tried for one call, whatever the router chose.
    public var attempts: Int
    /// Most redirections of one call that are followed; a further one is a failure like any other.
    public var redirections: Int
    /// Most transfers of one call; a further REFER gets 603.
    public var transfers: Int
    /// Most subscriptions outside of calls; a further SUBSCRIBE gets 503 with Retry-After.
    public var subscriptions: Int
    /// Most ended calls whose story is kept for `tandem trace`; the oldest goes first.
    public var endedCalls: Int
    /// Most requests from one unknown source that are answered in a second; all further ones are dropped: who sends with
    /// somebody else's address floods nobody through us.
    public var strangerAnswers: Int
    /// Most refusals that wait in the tarpit at once; what comes beyond is dropped.
    public var tarpit: Int
    /// Seconds of the Retry-After header field of a 503.
    public var retryAfter: Int

    /// The defaults.
    public init(
        calls: Int = 50_000, earlyDialogs: Int = 20, exchanges: Int = 16, attempts: Int = 16, redirections: Int = 5,
        transfers: Int = 8, subscriptions: Int = 10_000, endedCalls: Int = 1_000, strangerAnswers: Int = 10,
        tarpit: Int = 1_024, retryAfter: Int = 5
    ) {
        self.calls = calls
        self.earlyDialogs = earlyDialogs
        self.exchanges = exchanges
        self.attempts = attempts
        self.redirections = redirections
        self.transfers = transfers
        self.subscriptions = subscriptions
        self.endedCalls = endedCalls
        self.strangerAnswers = strangerAnswers
        self.tarpit = tarpit
        self.retryAfter = retryAfter
    }
}
