import TandemKit
import Timing

/// The reliable provisional responses of one early dialog of a callee.
final class CalleeProgress {
    var sequence: Int
    /// The RSeq of the response without PRACK.
    var pending: Int?
    /// Whether one of them had the description.
    var isSettled = false

    init(sequence: Int) { self.sequence = sequence }
}

/// Reliable provisional responses, as a callee sends them.
extension Callee {
    /// Whether the caller's side takes them, and this one sends them.
    func isReliable(_ request: WireMessage) -> Bool {
        habits.reliability != .none && request["Supported"]?.contains("100rel") == true
    }

    func progress(_ request: WireMessage, _ tag: String) -> CalleeProgress? {
        progresses[dialogKey(request.callID, tag)]
    }

    /// Sends one, unless another waits for its PRACK.
    func respondReliably(
        _ transaction: AgentServerTransaction, to source: Endpoint, status: Int, tag: String, body: String
    ) {
        let key = dialogKey(transaction.request.callID, tag)
        let state = progresses[key] ?? CalleeProgress(sequence: random.below(1_000))
        progresses[key] = state
        guard state.pending == nil else { return }
        state.sequence += 1
        state.pending = state.sequence
        let body = state.isSettled ? "" : body
        if !body.isEmpty { state.isSettled = true }
        respond(
            transaction, to: source, status: status, tag: tag, body: body,
            fields: [
                ("Contact", "<sip:\(name)@\(endpoint)>"), ("Require", "100rel"), ("RSeq", "\(state.sequence)"),
                ("Allow", habits.allow),
            ])
        repeatProgress(transaction, state, transaction.lastResponse!, tag, to: source, 500_000_000, since: network.now)
    }

    private func repeatProgress(
        _ transaction: AgentServerTransaction, _ state: CalleeProgress, _ bytes: [UInt8], _ tag: String,
        to source: Endpoint, _ interval: UInt64, since start: Timestamp
    ) {
        let sequence = state.pending
        network.after(interval) { [weak self] in
            guard let self, !isDeaf, state.pending == sequence, transaction.finalStatus == 0 else { return }
            if (network.now - start).nanoseconds >= Self.transactionTime {
                if isCalm, expectsPRACK, journal.crashCount == 0 {
                    violation("a reliable response was never acknowledged")
                }
                return respond(transaction, to: source, status: 504, tag: tag)
            }
            transmit(bytes, to: source)
            repeatProgress(transaction, state, bytes, tag, to: source, interval * 2, since: start)
        }
    }

    /// A PRACK of the caller's side.
    func handlePRACK(_ request: WireMessage, _ transaction: AgentServerTransaction, from source: Endpoint) {
        let parts = (request["RAck"] ?? "").split(separator: " ")
        guard let state = progress(request, request.toTag), let pending = state.pending, parts.count == 3,
            parts[0] == "\(pending)", parts[2] == "INVITE"
        else { return respond(transaction, to: source, status: 481) }
        state.pending = nil
        respond(transaction, to: source, status: 200)
    }
}
