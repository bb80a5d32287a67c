/// A normalizer's refusal: the call must not go on with this number. (A number that no rule matches is no error.)
public struct NormalizationError: Error, Hashable, Sendable, Codable, CustomStringConvertible {
    /// What the caller is told.
    public let failure: Failure

    /// A refusal with a sentence for the log.
    public init(_ sentence: String, status: UInt16 = 484, diagnostic: DiagnosticCode = .normalizationFailed) {
        failure = Failure(status: status, diagnostic: diagnostic, detail: sentence)
    }

    /// A refusal with a failure made elsewhere.
    public init(_ failure: Failure) { self.failure = failure }

    /// The failure's line.
    public var description: String { failure.description }
}
