/// Which header field a vendor uses to say who passed a call on.
public enum DiversionStyle: String, Hashable, Sendable, Codable, CaseIterable {
    /// History-Info (RFC 7044).
    case historyInfo = "history-info"
    /// Diversion (RFC 5806).
    case diversion
    /// Neither.
    case none
}
