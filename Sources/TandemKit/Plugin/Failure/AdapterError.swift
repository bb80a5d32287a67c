/// An adapter's refusal: the message can't be expressed in the other dialect, or must not pass.
///
/// The core answers a request with `failure`, and treats a response as if the peer had sent that failure.
public struct AdapterError: Error, Hashable, Sendable, Codable, CustomStringConvertible {
    /// What the other side is told.
    public let failure: Failure
    /// Whether the message goes on as it was before the hook, and `failure` only stands in the call's story: the hook of a
    /// plugin that can't be asked, which the operator wants passed by (`HookCrossing`).
    public let passesBy: Bool

    /// A refusal with a sentence for the log.
    public init(
        _ sentence: String, status: UInt16 = 500, cause: Q850Cause? = nil, diagnostic: DiagnosticCode = .adapterFailed
    ) {
        failure = Failure(status: status, cause: cause, diagnostic: diagnostic, detail: sentence)
        passesBy = false
    }

    /// A refusal with a failure made elsewhere.
    public init(_ failure: Failure) { self.init(failure, passesBy: false) }

    private init(_ failure: Failure, passesBy: Bool) {
        self.failure = failure
        self.passesBy = passesBy
    }

    /// No refusal: the message goes on as it was, and why stands in the call's story.
    public static func passingBy(_ failure: Failure) -> AdapterError { AdapterError(failure, passesBy: true) }

    /// The failure's line.
    public var description: String { failure.description }
}
