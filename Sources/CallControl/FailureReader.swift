import TandemKit

/// Reads what a failure response says about a call: status, Q.850 cause, and what Tandem makes of both.
enum FailureReader {
    /// The failure that a final response of a trunk's peer means, after the trunk's response translation.
    static func read(_ response: SIPResponse, trunk: TrunkContext) -> Failure {
        var failure = Failure(reading: response)
        let received = failure.status
        let translated = trunk.translation.translate(received, cause: failure.cause.map { Int16($0.raw) } ?? -1)
        let isPassed = received / 100 == 3 && trunk.redirects == .pass
        failure.status = translated == received && !isPassed ? ownStatus(for: received) : translated
        failure.reason = ""
        let said = failure.detail.isEmpty ? "" : ": \(failure.detail)"
        failure.detail = "\(trunk.name) answered \(received)\(said)"
        if response.isChallenge {
            failure.diagnostic = .authenticationFailed
            failure.detail += ", and " + (trunk.digest?.refusal?.words ?? "we have no credentials for it")
        }
        return failure
    }

    /// What a response that concerns only us and the peer means to the caller: a redirection that goes no further (its
    /// addresses are the peer's), and a challenge, which is ours to meet.
    private static func ownStatus(for status: UInt16) -> UInt16 {
        switch status {
        case 300..<400: 480
        case 401, 407: 403
        case 422: 500  // an interval that we could not agree on: no other party's business
        default: status
        }
    }
}
