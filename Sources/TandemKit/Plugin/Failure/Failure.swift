/// Why a call failed, in canonical form: a SIP status, a Q.850 cause and a diagnostic code with its sentence.
@frozen public struct Failure: Error, Hashable, Sendable, Codable, CustomStringConvertible {
    /// The final SIP status, 300 to 699.
    public var status: UInt16
    /// The reason phrase; empty for the status' usual one.
    public var reason: String
    /// The Q.850 cause that the network gave, or nil; `effectiveCause` then derives one.
    public var cause: Q850Cause?
    /// What went wrong, as a stable number.
    public var diagnostic: DiagnosticCode
    /// What a person should know beyond the diagnostic's sentence; empty when nothing.
    public var detail: String

    /// Joins the parts of a failure.
    public init(
        status: UInt16, reason: String = "", cause: Q850Cause? = nil, diagnostic: DiagnosticCode = .peerRefused,
        detail: String = ""
    ) {
        self.status = status
        self.reason = reason
        self.cause = cause
        self.diagnostic = diagnostic
        self.detail = detail
    }

    /// The cause given, or the one that RFC 3398 assigns to the status.
    public var effectiveCause: Q850Cause { cause ?? CauseTable.rfc3398.cause(for: status) }

    /// Diagnostic number, status, cause and sentence on one line.
    public var description: String {
        let tail = detail.isEmpty ? "" : " (\(detail))"
        // Nobody was answered with a status when a party simply hung up.
        let answer = diagnostic == .normalClearing ? "" : "status \(status), "
        return "\(diagnostic) (\(answer)cause \(effectiveCause)): \(diagnostic.sentence)\(tail)"
    }
}
