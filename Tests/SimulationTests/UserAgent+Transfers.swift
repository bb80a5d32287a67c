import TandemKit
import Timing

/// Transfers: an agent sends REFER, of both kinds, and takes another one's place by an INVITE with Replaces.
extension UserAgent {
    /// Lets the seed decide whether a call is transferred.
    func transferLater(_ dialog: AgentDialog) {
        guard habits.transfers else { return }
        for _ in 0..<transferRandom.below(4) {
            network.after(transferRandom.milliseconds(20...12_000)) { [weak self, weak dialog] in
                guard let self, let dialog, !dialog.isOver, !isDeaf, dialog.isConfirmed else { return }
                transferRandom.chance(percent: 25) ? replaceFriend() : refer(dialog)
            }
        }
    }

    private func refer(_ dialog: AgentDialog) {
        var target = "sip:0100@\(nextHop(dialog))"
        let others = dialogs.values.filter { $0 !== dialog && $0.isConfirmed && !$0.isOver }
            .sorted { $0.callID < $1.callID }
        if !others.isEmpty, transferRandom.chance(percent: 60) {
            let other = transferRandom.pick(others)
            let callID = other.callID.split(separator: "@").joined(separator: "%40")
            target += "?Replaces=\(callID)%3Bto-tag%3D\(other.remoteTag)%3Bfrom-tag%3D\(other.localTag)"
        }
        var request = makeRequest("REFER", dialog)
        request.fields += [("Refer-To", "<\(target)>"), ("Contact", "<sip:\(name)@\(endpoint)>")]
        let isSilent = transferRandom.chance(percent: 15)
        if isSilent { request.fields.append(("Refer-Sub", "false")) }
        let stays = transferRandom.chance(percent: 30)
        onTransferred[ObjectIdentifier(dialog)] = { [weak self, weak dialog] status in
            guard let self, let dialog, status < 300, !stays else { return }
            hangUp(dialog)
        }
        send(request, to: nextHop(dialog)) { [weak self, weak dialog] response in
            guard let self, let dialog, response.status >= 200 else { return }
            if response.status == 481 || response.status == 408 { return hangUp(dialog) }
            if response.status < 300, habits.leavesEarly { hangUp(dialog) }
        }
    }

    /// A REFER that Tandem passes on: accepted, and reported to have failed, or refused.
    func handleREFER(_ transaction: AgentServerTransaction, _ dialog: AgentDialog, from source: Endpoint) {
        guard transferRandom.chance(percent: 70) else { return respond(transaction, to: source, status: 603) }
        respond(transaction, to: source, status: 202, fields: [("Contact", "<sip:\(name)@\(endpoint)>")])
        let id = transaction.request.cseq.number
        for (delay, status) in [(UInt64(1_000_000), 100), (transferRandom.milliseconds(10...3_000), 503)] {
            network.after(delay) { [weak self, weak dialog] in
                guard let self, let dialog, !dialog.isOver, !isDeaf else { return }
                var request = makeRequest("NOTIFY", dialog, body: "SIP/2.0 \(status) Simulated\r\n")
                request.fields.removeAll { $0.name == "Content-Type" }
                request.fields += [
                    ("Event", "refer;id=\(id)"), ("Content-Type", "message/sipfrag"),
                    ("Subscription-State", status < 200 ? "active" : "terminated;reason=noresource"),
                    ("Contact", "<sip:\(name)@\(endpoint)>"),
                ]
                send(request, to: nextHop(dialog)) { _ in }
            }
        }
    }

    func handleNOTIFY(
        _ request: WireMessage, _ transaction: AgentServerTransaction, _ dialog: AgentDialog, from source: Endpoint
    ) {
        respond(transaction, to: source, status: transferRandom.chance(percent: 95) ? 200 : 500)
        guard request["Subscription-State"]?.hasPrefix("terminated") == true,
            let status = request.body.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return }
        onTransferred.removeValue(forKey: ObjectIdentifier(dialog))?(status)
    }

    /// Takes the place of another agent in one of its calls.
    private func replaceFriend() {
        guard let caller = self as? Caller else { return }
        let friend = transferRandom.pick(friends())
        let dialogs = friend.dialogs.values.filter { $0.isConfirmed && !$0.isOver }.sorted { $0.callID < $1.callID }
        guard !dialogs.isEmpty else { return }
        let dialog = transferRandom.pick(dialogs)
        caller.placeCall(replacing: "\(dialog.callID);to-tag=\(dialog.remoteTag);from-tag=\(dialog.localTag)")
    }
}
