/// What one call engine has counted since it began. Every bound that was hit is here.
public struct EngineCounters: Hashable, Sendable {
    /// Calls begun.
    public var calls: UInt64 = 0
    /// Calls answered.
    public var answeredCalls: UInt64 = 0
    /// Calls that ended before an answer.
    public var failedCalls: UInt64 = 0
    /// Requests proxied.
    public var proxiedRequests: UInt64 = 0
    /// Requests from sources that belong to no trunk.
    public var unknownSources: UInt64 = 0
    /// Of these, requests that got no answer because more came from there than are answered.
    public var silencedSources: UInt64 = 0
    /// Requests refused because they came faster from one source than its trunk lets them.
    public var hastyRequests: UInt64 = 0
    /// Requests inside a dialog that does not exist (any more), or from a trunk that it does not belong to.
    public var unknownDialogs: UInt64 = 0
    /// Calls and proxied requests refused because `CallLimits.calls` was reached.
    public var refusedCalls: UInt64 = 0
    /// Calls refused because the engine is draining.
    public var drainedCalls: UInt64 = 0
    /// Calls refused because the engine's thread had more to do than it can.
    public var overloadedCalls: UInt64 = 0
    /// Calls refused, and attempts not made, because a trunk had as many calls as it may have, or they came too fast.
    public var trunkRefusals: UInt64 = 0
    /// In-dialog requests refused because `CallLimits.exchanges` was reached.
    public var refusedExchanges: UInt64 = 0
    /// Redirections not followed because `CallLimits.redirections` was reached.
    public var refusedRedirections: UInt64 = 0
    /// REFERs refused because `CallLimits.transfers` was reached.
    public var refusedTransfers: UInt64 = 0
    /// SUBSCRIBEs refused because `CallLimits.subscriptions` was reached.
    public var refusedSubscriptions: UInt64 = 0
    /// Transfers that we carried out.
    public var transfers: UInt64 = 0
    /// Transfers that came to nothing.
    public var failedTransfers: UInt64 = 0
    /// Provisional responses of forks not forwarded because too many early dialogs existed.
    public var refusedEarlyDialogs: UInt64 = 0
    /// 2xx responses of further forks or cancelled calls, acknowledged and hung up.
    public var lateAnswers: UInt64 = 0
    /// Answers that nobody acknowledged in time.
    public var lostAcknowledgements: UInt64 = 0
    /// Refusals by adapters and normalizers.
    public var pluginRefusals: UInt64 = 0
    /// Requests that could not be sent: a limit of the transaction layer or of the transmit queue.
    public var unsentRequests: UInt64 = 0
    /// Descriptions that the media relay did not take, and calls for which too much waited behind one.
    public var mediaRefusals: UInt64 = 0
    /// What plugins have asked for.
    public var lookUps: UInt64 = 0
    /// Look-ups that brought nothing, those that took too long included.
    public var failedLookUps: UInt64 = 0
    /// Calls and requests refused because a plugin asked for too much, or again for what it was told.
    public var refusedLookUps: UInt64 = 0
    /// Provisional responses dropped because too many waited for a PRACK of the caller.
    public var droppedProgress: UInt64 = 0
    /// Session refreshes sent.
    public var sessionRefreshes: UInt64 = 0
    /// Calls ended because a session was not refreshed in time.
    public var expiredSessions: UInt64 = 0
    /// Timers that could not be set.
    public var refusedTimers: UInt64 = 0
    /// Calls of an earlier process that go on.
    public var restoredCalls: UInt64 = 0
    /// Calls of an earlier process that were lost with it.
    public var lostCalls: UInt64 = 0

    /// Requests of ours that were sent again because their peer wanted credentials.
    public var answeredChallenges: UInt64 = 0
    /// Challenges that were not answered: the credentials were refused, or nothing that is asked for is known.
    public var refusedCredentials: UInt64 = 0

    /// Requests that were asked for credentials.
    public var sentChallenges: UInt64 = 0
    /// Requests whose credentials were wrong.
    public var refusedUsers: UInt64 = 0

    /// All zero.
    public init() {}
}
