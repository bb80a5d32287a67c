/// A call in whole, once it is over: what a call record needs, so that an observer has nothing to remember.
public struct CallSummary: Hashable, Sendable, Codable {
    /// Who can end a call.
    public enum Party: String, Hashable, Sendable, Codable {
        /// Who called: hung up, or gave up.
        case caller
        /// Who was called: hung up, or refused.
        case callee
        /// We did: time-outs, limits, an operator, no trunk that takes the call.
        case tandem
    }

    /// The trunk that it came from.
    public let ingressTrunk: String
    /// The trunk that was tried last, which is the one that has answered; nil when none was tried.
    public let egressTrunk: String?
    /// How many trunks were tried.
    public let attempts: Int
    /// The called number as the normalizers left it, with what was received and each change.
    public let called: PhoneNumber
    /// The caller's number; nil when there is none.
    public let calling: PhoneNumber?
    /// When its INVITE came, in nanoseconds since 1970 (UTC), as all times here.
    public let began: UInt64
    /// When it was answered; nil when it was not.
    public let answered: UInt64?
    /// When it was over.
    public let ended: UInt64
    /// Who ended it.
    public let endedBy: Party

    /// How long the parties had each other; nil when nobody has answered.
    public var talkTime: Duration? { answered.map { .nanoseconds(Int64(clamping: ended < $0 ? 0 : ended - $0)) } }

    /// Joins the parts.
    public init(
        ingressTrunk: String, egressTrunk: String?, attempts: Int, called: PhoneNumber, calling: PhoneNumber?,
        began: UInt64, answered: UInt64?, ended: UInt64, endedBy: Party
    ) {
        self.ingressTrunk = ingressTrunk
        self.egressTrunk = egressTrunk
        self.attempts = attempts
        self.called = called
        self.calling = calling
        self.began = began
        self.answered = answered
        self.ended = ended
        self.endedBy = endedBy
    }
}
