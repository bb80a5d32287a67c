public import TandemKit
public import Timing

/// A look-up that a call, or a proxied request, waits for.
public struct LookUpTicket: Hashable, Sendable {
    /// The place and generation of who waits, in its engine.
    let handle: UInt64
    let isProxied: Bool
    /// Which of the engine's look-ups it is: a finding that comes when nobody waits for it any more is known by it.
    let serial: UInt64
}

/// What a hook has to know. The shell looks it up, away from the shard's thread, and gives the finding to
/// `CallEngine.receive(_:for:at:)`. What has not come after `time` will not be waited for.
public struct LookUpCommand: Sendable {
    /// Who waits.
    public let ticket: LookUpTicket
    /// What is asked.
    public let lookUp: LookUp
    /// How long the call waits.
    public let time: TimeInterval
}

/// What a call does while a hook of its plan has to know something.
final class PlanWait {
    var planner: CallPlanner
    let lookUp: LookUp
    let serial: UInt64
    let since: Timestamp
    var timer = TimerID.none

    init(planner: CallPlanner, lookUp: LookUp, serial: UInt64, since: Timestamp) {
        self.planner = planner
        self.lookUp = lookUp
        self.serial = serial
        self.since = since
    }
}
