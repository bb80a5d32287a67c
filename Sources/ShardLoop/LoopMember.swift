import Timing

/// A part of a shard that the loop runs beside its descriptors: timers, mail from other threads, work at a batch's end.
///
/// Each batch of the loop goes: ready descriptors, `receiveMail`, `fireTimers`, `didDrain`, each for all members in the
/// order they were added. Reading comes before the timers, so that a response that already lies in a socket stops its
/// retransmission. All calls come on the loop's thread; `now` is the time at the batch's beginning.
public protocol LoopMember: AnyObject {
    /// When `fireTimers` is wanted next, nil when no timer is pending (`TimerWheel.nextDeadline`).
    var nextDeadline: Timestamp? { get }
    /// Whether mail waits (`Mailbox.hasMail`); asked before the loop sleeps.
    var hasMail: Bool { get }
    /// Takes the mail of other threads.
    func receiveMail(now: Timestamp)
    /// Fires the timers whose deadline isn't after `now`.
    func fireTimers(now: Timestamp)
    /// The batch is handled: flush what was put off to its end.
    func didDrain(now: Timestamp)
}

extension LoopMember {
    /// No timer.
    public var nextDeadline: Timestamp? { nil }
    /// No mail.
    public var hasMail: Bool { false }
    /// No mail to take.
    public func receiveMail(now: Timestamp) {}
    /// No timer to fire.
    public func fireTimers(now: Timestamp) {}
    /// Nothing to flush.
    public func didDrain(now: Timestamp) {}
}
