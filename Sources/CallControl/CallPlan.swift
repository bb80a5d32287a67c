public import TandemKit

/// What was decided about a call before anything is sent: the numbers after normalization and the trunks to try.
public struct CallPlan: Sendable, Hashable {
    /// The called number, with every step that changed it.
    public var called: PhoneNumber
    /// Who calls, its numbers normalized.
    public var identity: Identity
    /// The trunks to try, in order; empty when `failure` is set.
    public var choices: [TrunkChoice]
    /// Why the call can't go on; nil when it can.
    public var failure: Failure?
    /// How all that was found.
    public var log: DecisionLog
}

extension CallPlan {
    /// A plan yet to be made, of numbers as they were received; one that can't be when the trunk lacks a plugin.
    init(of called: consuming PhoneNumber, _ identity: consuming Identity, from trunk: TrunkContext, isExplaining: Bool)
    {
        self.init(called: called, identity: identity, choices: [], log: DecisionLog(isExplaining: isExplaining))
        failure = trunk.missingPluginFailure
    }

    /// Nothing decided yet.
    static let empty = CallPlan(called: PhoneNumber(""), identity: Identity(), choices: [], log: DecisionLog())
}
