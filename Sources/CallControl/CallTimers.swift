public import Timing

/// The timers of a call that are policy, not protocol: set per trunk. A length of zero switches a timer off.
///
/// The ingress trunk gives `maxRingTime` and `maxCallDuration`; the trunk of each attempt gives the others.
public struct CallTimers: Hashable, Sendable {
    /// How long the caller may wait for an answer over all attempts; then CANCEL and 480 (or 408 when nobody ever
    /// responded).
    public var maxRingTime: TimeInterval
    /// How long an answered call may last; then BYE to both sides.
    public var maxCallDuration: TimeInterval
    /// How long an attempt may take to its first 18x or final response; then CANCEL and the next trunk. 100 does not
    /// stop it.
    public var progressTimeout: TimeInterval
    /// How long an attempt may take to any response at all, 100 included; then the next trunk.
    public var firstResponseTimeout: TimeInterval
    /// Timer C of a proxy: the longest silence of a branch that has had a provisional response (RFC 3261 §16.6,
    /// step 11: above three minutes).
    public var timerC: TimeInterval

    /// The defaults: 180 s ringing, 4 h talking, 10 s to progress, 1.5 s to any response, 181 s for Timer C.
    public init(
        maxRingTime: TimeInterval = .seconds(180),
        maxCallDuration: TimeInterval = .seconds(4 * 3600),
        progressTimeout: TimeInterval = .seconds(10),
        firstResponseTimeout: TimeInterval = .milliseconds(1500),
        timerC: TimeInterval = .seconds(181)
    ) {
        self.maxRingTime = maxRingTime
        self.maxCallDuration = maxCallDuration
        self.progressTimeout = progressTimeout
        self.firstResponseTimeout = firstResponseTimeout
        self.timerC = timerC
    }
}
