public import Timing

/// The lengths of the transaction timers A to M, derived from T1, T2 and T4 (RFC 3261 table 4, RFC 6026 §8.4).
///
/// Given to each machine; never a global, so that a test or a slow network can have its own. A timer whose length
/// depends on the transport has the value for unreliable transports here; the machines use zero on reliable ones
/// where the RFC says so.
public struct TimerValues: Hashable, Sendable {
    /// Round-trip time estimate; 500 ms unless configured.
    public let t1: TimeInterval
    /// Longest interval between retransmissions of a non-INVITE request or an INVITE response; 4 s.
    public let t2: TimeInterval
    /// Longest time a message stays in the network; 5 s.
    public let t4: TimeInterval
    /// First interval of timer A (INVITE retransmission, doubles without limit): T1.
    public var a: TimeInterval
    /// Timer B (INVITE time-out): 64 · T1.
    public var b: TimeInterval
    /// Timer D (wait for retransmitted failure responses to INVITE): at least 32 s, and 64 · T1.
    public var d: TimeInterval
    /// First interval of timer E (non-INVITE retransmission, doubles up to T2): T1.
    public var e: TimeInterval
    /// Timer F (non-INVITE time-out): 64 · T1.
    public var f: TimeInterval
    /// First interval of timer G (failure response retransmission, doubles up to T2): T1.
    public var g: TimeInterval
    /// Timer H (wait for ACK): 64 · T1.
    public var h: TimeInterval
    /// Timer I (absorb retransmitted ACK): T4.
    public var i: TimeInterval
    /// Timer J (absorb retransmitted non-INVITE requests): 64 · T1.
    public var j: TimeInterval
    /// Timer K (absorb retransmitted non-INVITE responses): T4.
    public var k: TimeInterval
    /// Timer L (absorb retransmitted INVITE after a 2xx, wait for its ACK; RFC 6026): 64 · T1.
    public var l: TimeInterval
    /// Timer M (collect the 2xx of all branches of a fork; RFC 6026): 64 · T1.
    public var m: TimeInterval
    /// How long the user may take to answer an INVITE before 100 Trying is sent for it (RFC 3261 §17.2.1): 200 ms.
    /// Zero sends it at once.
    public var inviteTrying: TimeInterval
    /// How long a non-INVITE request may stay unanswered before 100 Trying is sent (RFC 4320 §4.1): the time after
    /// which the client's timer E has reached T2; 3.5 s.
    public var nonInviteTrying: TimeInterval
    /// How long an INVITE may stay without a final response after its CANCEL (RFC 3261 §9.1): 64 · T1.
    public var cancel: TimeInterval

    /// Derives all timers. `t1` must not be zero.
    public init(
        t1: TimeInterval = .milliseconds(500), t2: TimeInterval = .seconds(4), t4: TimeInterval = .seconds(5)
    ) {
        precondition(t1.nanoseconds > 0, "a zero T1 would retransmit without pause")
        self.t1 = t1
        self.t2 = t2
        self.t4 = t4
        let transaction = t1 * 64
        (a, e, g) = (t1, t1, t1)
        (b, f, h, j, l, m, cancel) = (
            transaction, transaction, transaction, transaction, transaction, transaction, transaction
        )
        d = max(.seconds(32), transaction)
        (i, k) = (t4, t4)
        inviteTrying = .milliseconds(200)
        nonInviteTrying = Self.timeUntilTimerEReachesT2(t1: t1, t2: t2)
    }

    /// The next interval of timers E and G: doubled, but not beyond T2.
    func backOff(_ interval: TimeInterval) -> TimeInterval { min(interval * 2, t2) }

    private static func timeUntilTimerEReachesT2(t1: TimeInterval, t2: TimeInterval) -> TimeInterval {
        var elapsed = TimeInterval(nanoseconds: 0)
        var interval = t1
        while interval < t2 {
            elapsed = TimeInterval(nanoseconds: elapsed.nanoseconds + interval.nanoseconds)
            interval = interval * 2
        }
        return elapsed
    }
}
