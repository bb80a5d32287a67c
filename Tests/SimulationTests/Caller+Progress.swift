import TandemKit
import Timing

/// Reliable provisional responses, as a caller takes them.
extension Caller {
    /// A provisional response to an INVITE of ours.
    func progressed(_ response: WireMessage, _ request: WireMessage, _ client: AgentClientTransaction) {
        guard let sequence = response["RSeq"].flatMap({ Int($0) }) else { return }
        switch habits.reliability {
        case .none: violation("got a reliable response without having named 100rel")
        case .forgets:
            network.after(45_000_000_000) { [weak self] in
                guard let self, isCalm, !isDeaf, !client.isOver, journal.crashCount == 0 else { return }
                violation("a provisional response is waited for without an end")
            }
        case .acknowledges: acknowledge(response, sequence, request)
        }
    }

    private func acknowledge(_ response: WireMessage, _ sequence: Int, _ request: WireMessage) {
        let key = dialogKey(response.callID, response.toTag)
        let early = earlyDialogs[key] ?? makeEarlyDialog(from: request, response)
        earlyDialogs[key] = early
        guard early.lastRSeq == 0 || sequence == early.lastRSeq + 1 else { return }
        early.lastRSeq = sequence
        var prack = makeRequest(
            "PRACK", early, body: request.body.isEmpty && !response.body.isEmpty ? session(in: "PRACK") : "")
        prack.fields.append(("RAck", "\(sequence) \(request.cseq.number) INVITE"))
        send(prack, to: nextHop(early)) { _ in }
    }

    private func makeEarlyDialog(from request: WireMessage, _ response: WireMessage) -> AgentDialog {
        AgentDialog(
            callID: request.callID, local: request["From"]!, remote: response["To"]!, localCSeq: 1, remoteCSeq: 0,
            target: response.contact ?? "", routes: response.all("Record-Route").reversed())
    }
}
