/// Why an authoring command could not do its work: what happened and what to do about it.
public struct AuthoringFailure: Error, Hashable, Sendable {
    /// What is wrong, without a full stop.
    public let message: String
    /// What to do about it, without a full stop.
    public let remedy: String

    /// Joins the parts.
    public init(_ message: String, remedy: String) {
        self.message = message
        self.remedy = remedy
    }
}
