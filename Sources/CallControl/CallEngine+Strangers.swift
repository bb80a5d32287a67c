public import SIPTransaction
import TandemKit
public import Timing

/// Requests of unknown sources, and of known ones that send too many.
///
/// Before a peer is known, nothing lasting is allocated for it: no transaction, no call. What the tarpit holds is bounded.
extension CallEngine {
    /// For whom strangers are counted; trunks are counted by the hash of their name.
    private static let strangers: UInt64 = 0

    func refuseUnknown(_ message: SIPMessage, _ flow: Flow) {
        counters.unknownSources &+= 1
        switch configuration.matcher.unknownSource {
        case .drop: break
        case .status(let status):
            guard message.method != .ack, mayAnswerStranger(flow) else { return }
            layer.answerStatelessly(message, on: flow, status: status, reason: Self.strangersReason)
        case .tarpit: holdBack(message, flow)
        }
    }

    private static let strangersReason: StaticString = "Unknown Source"

    /// The status for a request on this flow that can't be read: `status` itself for a trunk's peer, for a stranger
    /// what all requests of strangers get; nil when that is nothing.
    public func refusal(_ status: UInt16, on flow: Flow, at now: Timestamp) -> UInt16? {
        begin(at: now)
        if let index = configuration.matcher.trunk(for: flow) {
            return admits(flow, from: configuration.trunks[index]) ? status : nil
        }
        counters.unknownSources &+= 1
        guard case .status(let status) = configuration.matcher.unknownSource, mayAnswerStranger(flow) else {
            return nil
        }
        return status
    }

    /// Whether a stranger gets an answer: a few in a second, since the address may not be that of who sends.
    private func mayAnswerStranger(_ flow: Flow) -> Bool {
        let address = flow.remote.address
        guard sources.admits(address, realm: Self.strangers, perSecond: limits.strangerAnswers, at: now) else {
            counters.silencedSources &+= 1
            return false
        }
        return true
    }

    private func holdBack(_ message: SIPMessage, _ flow: Flow) {
        guard message.method != .ack, message.method != .cancel else { return }
        let request = layer.hash(ofRequest: message)
        guard !tarpit.holds(request), mayAnswerStranger(flow) else { return }
        guard tarpit.count < limits.tarpit else { return counters.silencedSources &+= 1 }
        let (bytes, answer) = layer.refusal(of: message, on: flow, status: 403, reason: Self.strangersReason)
        guard tarpit.hold(bytes, of: request, for: answer, at: now), message.method == .invite else { return }
        layer.answerStatelessly(message, on: flow, status: 100, reason: "Trying")
    }

    /// Lets the refusals go whose time has come.
    func emptyTarpit() {
        while !output.isHalfFull, let (bytes, flow) = tarpit.popDue(at: now) {
            bytes.withUnsafeBytes { _ = output.append(Bytes($0), to: flow, kind: .stateless) }
        }
    }

    // MARK: Known sources

    /// Whether a request outside of dialogs may come from its source now; one that may not is answered, and counted. What
    /// has come before goes to its transaction.
    func admits(_ message: SIPMessage, _ flow: Flow, from trunk: TrunkContext) -> Bool {
        guard trunk.requestsPerSource != nil, message.toTag.isEmpty else { return true }
        guard message.method != .ack, message.method != .cancel, !layer.knows(request: message) else { return true }
        if admits(flow, from: trunk) { return true }
        layer.answerStatelessly(
            message, on: flow, status: 503, reason: "Service Unavailable", retryAfter: limits.retryAfter)
        if message.method == .invite { observeRefusal(.sourceTooFast) }
        return false
    }

    private func admits(_ flow: Flow, from trunk: TrunkContext) -> Bool {
        guard let rate = trunk.requestsPerSource else { return true }
        // Strangers have the realm 0.
        if sources.admits(flow.remote.address, realm: trunk.nameHash | 1, perSecond: rate, at: now) { return true }
        counters.hastyRequests &+= 1
        return false
    }
}
