/// What becomes of calls that a trunk's peer wants to transfer.
public enum TransferChoice: String, CaseIterable, Hashable, Sendable {
    /// It may not.
    case off
    /// Tandem calls the new party itself.
    case execute
    /// REFER goes on to the other party where that one takes it; else as with `execute`.
    case pass

    static let keys = [
        ConfigurationKey(
            path: "trunks.*.transfer", form: .choice(allCases.map(\.rawValue)), standard: off.rawValue,
            help:
                "Whether the peer may transfer its calls (REFER, INVITE with Replaces): off not at all; execute by Tandem, which "
                + "calls the new party by the trunk's own normalizers and router; pass by the other party where the adapter of its "
                + "trunk says that it takes REFER, else by Tandem. Who may transfer may send calls wherever the router lets it."
        )
    ]

    init(_ section: SectionReader) {
        self = section.readIfPresent("transfer", ValueParsers.choice(TransferChoice.self))?.value ?? .off
    }
}
