import SIPTransaction
import Timing

/// Which of a peer's servers gets a request (RFC 3263 §4.3).
extension CallEngine {
    /// How long a server that has failed comes last.
    static let hopPenalty = TimeInterval.seconds(30)
    /// Most servers that are remembered to have failed.
    static let hopPenaltyLimit = 1_024

    /// The servers to try for a request to a trunk's peer.
    func hops(of trunk: TrunkContext) -> HopSet.Order {
        trunk.hops.order(avoiding: isAvoided) { layer.tokens.makeRandom() }
    }

    /// Whether a server has failed lately.
    private func isAvoided(_ flow: Flow) -> Bool {
        failedHops.isEmpty ? false : failedHops[flow].map { $0 > now } ?? false
    }

    /// A server has not answered, could not be reached, or has refused with 503: for a while the others come first.
    func hopFailed(_ flow: Flow, of trunk: TrunkContext) {
        guard trunk.hops.flows.count > 1 else { return }
        if failedHops.count >= Self.hopPenaltyLimit { failedHops = failedHops.filter { $0.value > now } }
        guard failedHops.count < Self.hopPenaltyLimit else { return }
        failedHops[flow.withoutConnection] = now + Self.hopPenalty
    }

    /// A server has answered.
    func hopAnswered(_ flow: Flow) {
        if !failedHops.isEmpty { failedHops[flow.withoutConnection] = nil }
    }
}
