/// A certificate that the daemon shows its peers.
public struct CertificateReport: Codable, Hashable, Sendable {
    /// Who shows it: `listener sbc`, `trunk carrier`.
    public var owner: String
    /// Whom it names.
    public var names: String
    /// Its last day, like `2026-11-23`.
    public var until: String
    /// Whole days until it counts no more; negative once it doesn't.
    public var daysLeft: Int

    /// Joins the facts.
    public init(owner: String, names: String, until: String, daysLeft: Int) {
        self.owner = owner
        self.names = names
        self.until = until
        self.daysLeft = daysLeft
    }
}
