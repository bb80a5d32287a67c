/// A normalizer's refusal: the call must not go on with this number. (A number that no rule matches is no error.) Or its wish
/// to know more: `throw .lookUp(lookUp)`.
public struct NormalizationError: Error, Hashable, Sendable, Codable, CustomStringConvertible {
    /// What the caller is told.
    public let failure: Failure
    /// What has to be looked up first; nil for a refusal.
    public let lookUp: LookUp?

    /// A refusal with a sentence for the log.
    public init(_ sentence: String, status: UInt16 = 484, diagnostic: DiagnosticCode = .normalizationFailed) {
        failure = Failure(status: status, diagnostic: diagnostic, detail: sentence)
        lookUp = nil
    }

    /// A refusal with a failure made elsewhere.
    public init(_ failure: Failure) {
        self.failure = failure
        lookUp = nil
    }

    private init(_ lookUp: LookUp) {
        failure = Failure(status: 500, diagnostic: .lookUpRefused, detail: "\(lookUp)")
        self.lookUp = lookUp
    }

    /// Has the hook called again, with the number as it was, once this was looked up: `NumberContext.findings` then has what
    /// was found. A look-up that the context has findings of already refuses the call.
    public static func lookUp(_ lookUp: LookUp) -> NormalizationError { NormalizationError(lookUp) }

    /// The failure's line.
    public var description: String { failure.description }
}
