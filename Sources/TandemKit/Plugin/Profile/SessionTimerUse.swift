/// Who keeps a session alive by refreshes (RFC 4028). A peer's refreshes are always answered.
public enum SessionTimerUse: String, Hashable, Sendable, Codable, CaseIterable {
    /// We neither ask for refreshes nor offer any.
    case answerOnly = "answer-only"
    /// We offer `Supported: timer` and a Session-Expires.
    case offered
}
