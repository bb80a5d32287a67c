import TandemKit
import Timing

/// The side that places calls.
final class Caller: UserAgent {
    /// Tandem's address.
    var proxy: Endpoint!
    /// Whether several forks may answer: not through a B2BUA.
    var expectsForks = false
    /// The longest time after which this side hangs up by itself; nil: sometimes never.
    var leavesWithin: Int?
    private(set) var placed = 0
    /// Those of reliable provisional responses, by Call-ID and tag of the callee's side.
    var earlyDialogs: [String: AgentDialog] = [:]

    override func handle(_ request: WireMessage, _ transaction: AgentServerTransaction, from source: Endpoint) {
        if request.method == "CANCEL" { return handleCancel(request, transaction, from: source) }
        handleInDialog(request, transaction, from: source)
    }

    /// Places a call and lives through it as the seed says.
    ///
    /// - Parameter replaced: The dialog whose place the call takes (RFC 3891); nil for none.
    func placeCall(replacing replaced: String? = nil) {
        guard !isDeaf else { return }
        placed += 1
        let offers = random.chance(percent: 80)
        let from = "\"\(name)\" <sip:\(name)@\(endpoint)>;tag=\(token("tag"))"
        let callID = "\(token("call"))@\(endpoint.address)"
        let to = "<sip:0100@\(proxy!)>"
        var request = WireMessage(
            startLine: "INVITE sip:0100@\(proxy!) SIP/2.0", body: offers ? session(in: "INVITE") : "")
        request.fields = [
            ("From", from), ("To", to), ("Call-ID", callID), ("CSeq", "1 INVITE"), ("Max-Forwards", "70"),
            ("Contact", "<sip:\(name)@\(endpoint)>"),
            ("Supported", habits.reliability == .none ? "timer" : "100rel, timer"),
        ]
        if habits.session != .none {
            request.fields += [("Session-Expires", "\(AgentHabits.interval)"), ("Allow", habits.allow)]
        }
        if let replaced { request.fields.append(("Replaces", replaced)) }
        if offers { request.fields.append(("Content-Type", "application/sdp")) }
        let neverAcknowledges = random.chance(percent: 4)
        var answeredTag: String?
        var client: AgentClientTransaction!
        client = send(request, to: proxy) { [weak self] response in
            guard let self, response.status < 300 else { return }
            guard response.status >= 200 else { return progressed(response, request, client) }
            if answeredTag == response.toTag { return }
            let dialog = makeDialog(from: request, response)
            if answeredTag != nil {
                if !expectsForks { violation("a second answer to one INVITE") }
                acknowledge(client, response, dialog, body: answer(offers, response))
                return hangUp(dialog)
            }
            answeredTag = response.toTag
            dialog.isConfirmed = true
            if neverAcknowledges { return hangUpLater(dialog) }
            acknowledge(client, response, dialog, body: answer(offers, response))
            beginSession(dialog, response["Session-Expires"], isSender: true)
            talk(in: dialog, leavesAfter: leavesWithin.map { 1...$0 } ?? 1...120_000)
        }
        if random.chance(percent: 25) {
            network.after(random.milliseconds(1...4_000)) { [weak self] in self?.cancel(client) }
        }
        if leavesWithin != nil {  // nobody else would end an INVITE that rings for ever
            network.after(100_000_000_000) { [weak self] in self?.cancel(client) }
        }
    }

    /// An answer that is never acknowledged: only Tandem can end that.
    private func hangUpLater(_ dialog: AgentDialog) {
        network.after(random.milliseconds(40_000...80_000)) { [weak self] in self?.hangUp(dialog) }
    }

    /// The answer in the ACK, when the 2xx has the offer.
    private func answer(_ offers: Bool, _ response: WireMessage) -> String {
        offers || (response.body.isEmpty && habits.reliability != .none) ? "" : session(in: "ACK")
    }

    private func makeDialog(from request: WireMessage, _ response: WireMessage) -> AgentDialog {
        let dialog = AgentDialog(
            callID: request.callID, local: request["From"]!, remote: response["To"]!,
            localCSeq: earlyDialogs[dialogKey(request.callID, response.toTag)]?.localCSeq ?? 1, remoteCSeq: 0,
            target: response.contact ?? "", routes: response.all("Record-Route").reversed())
        dialogs[dialogKey(dialog.callID, dialog.localTag)] = dialog
        return dialog
    }
}
