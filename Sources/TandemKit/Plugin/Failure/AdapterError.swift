/// An adapter's refusal: the message can't be expressed in the other dialect, or must not pass.
///
/// The core answers a request with `failure`, and treats a response as if the peer had sent that failure.
public struct AdapterError: Error, Hashable, Sendable, Codable, CustomStringConvertible {
    /// What the other side is told.
    public let failure: Failure

    /// A refusal with a sentence for the log.
    public init(
        _ sentence: String, status: UInt16 = 500, cause: Q850Cause? = nil, diagnostic: DiagnosticCode = .adapterFailed
    ) {
        failure = Failure(status: status, cause: cause, diagnostic: diagnostic, detail: sentence)
    }

    /// A refusal with a failure made elsewhere.
    public init(_ failure: Failure) { self.failure = failure }

    /// The failure's line.
    public var description: String { failure.description }
}
