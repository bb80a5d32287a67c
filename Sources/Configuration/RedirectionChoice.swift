/// What becomes of a redirection (3xx) of a trunk's peer.
public enum RedirectionChoice: String, CaseIterable, Hashable, Sendable {
    /// The caller gets 480.
    case refuse
    /// Tandem calls the numbers that it names.
    case follow
    /// The caller gets it.
    case pass

    static let keys = [
        ConfigurationKey(
            path: "trunks.*.redirects", form: .choice(allCases.map(\.rawValue)), standard: refuse.rawValue,
            help:
                "What a 3xx of the peer does: refuse gives the caller 480; follow calls the numbers that it names, by the trunk's own "
                + "normalizers and router; pass lets the caller have them, each at our address. Who may redirect may send calls "
                + "wherever the router lets it.")
    ]

    init(_ section: SectionReader) {
        self = section.readIfPresent("redirects", ValueParsers.choice(RedirectionChoice.self))?.value ?? .refuse
    }
}
