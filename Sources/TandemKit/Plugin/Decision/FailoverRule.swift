/// When a failed attempt moves on to the next trunk, as data.
///
/// The default is that of a Mediation Server: 5xx, no answer in time and transport errors move on; every other final
/// response ends the search. An attempt that has made a phone ring (any 18x) is never followed by another one.
public struct FailoverRule: Hashable, Sendable, Codable {
    /// The final responses that move on, as ranges of status codes.
    public var statuses: [ClosedRange<UInt16>]
    /// Whether running out of time (no response, no progress) moves on.
    public var onTimeout: Bool
    /// Whether a broken or refused connection moves on.
    public var onTransportError: Bool

    /// 5xx, time-outs and transport errors.
    public static var standard: FailoverRule { FailoverRule() }
    /// Nothing moves on.
    public static var never: FailoverRule {
        FailoverRule(statuses: [], onTimeout: false, onTransportError: false)
    }

    /// Joins the parts of a rule.
    public init(statuses: [ClosedRange<UInt16>] = [500...599], onTimeout: Bool = true, onTransportError: Bool = true) {
        self.statuses = statuses
        self.onTimeout = onTimeout
        self.onTransportError = onTransportError
    }

    /// Whether a final response with this status moves on.
    public func movesOn(after status: UInt16) -> Bool { statuses.contains { $0.contains(status) } }
}
