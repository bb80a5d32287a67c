public import Timing

/// Whether the calls of a trunk have a session timer.
public enum SessionTimerChoice: String, CaseIterable, Hashable, Sendable {
    /// Never.
    case off
    /// When the peer asks for one.
    case accept
    /// Always.
    case require
}

/// What a trunk says about session timers (RFC 4028); nil where its adapter decides.
public struct SessionTimerSettings: Hashable, Sendable {
    /// Whether calls have one.
    public let use: SessionTimerChoice?
    /// The interval that we ask for.
    public let interval: TimeInterval?
    /// The least interval that we take.
    public let minimum: TimeInterval?

    init(_ section: SectionReader) {
        use = section.readIfPresent("session-timer", ValueParsers.choice(SessionTimerChoice.self))?.value
        let interval = section.durationIfPresent("session-expires")
        let minimum = section.durationIfPresent("min-session-expires")
        self.interval = interval?.value
        self.minimum = minimum?.value
        if let interval, let minimum, interval.value < minimum.value {
            section.refuse(
                "session-expires", at: interval.position, "session-expires is below min-session-expires",
                remedy: "raise the one or lower the other")
        }
    }
}
