/// The keys about session timers (RFC 4028): what trunks say about theirs.
enum SessionTimerKeys {
    static let trunk = [
        ConfigurationKey(
            path: "trunks.*.session-timer", form: .choice(SessionTimerChoice.allCases.map(\.rawValue)),
            standard: "the adapter's, accept without one",
            help:
                "Whether calls have a session timer (RFC 4028): off never, accept when the peer asks for one, require always. "
                + "With require a peer that does not know the extension is refreshed by us alone, and its silence ends the call."
        ),
        ConfigurationKey(
            path: "trunks.*.session-expires", form: .duration("90s", "24h"), standard: "the adapter's, 30m without one",
            help: "The session interval that we ask for: half of it after the last refresh comes the next."),
        ConfigurationKey(
            path: "trunks.*.min-session-expires", form: .duration("90s", "24h"),
            standard: "the adapter's, 90s without one",
            help: "The least session interval that we take; a peer that asks for less gets 422."),
    ]
}
