import TandemKit
import Timing

/// Requests inside dialogs, sent and answered as the seed says.
extension UserAgent {
    // MARK: Answering

    func handleInDialog(_ request: WireMessage, _ transaction: AgentServerTransaction, from source: Endpoint) {
        guard let dialog = dialogs[dialogKey(request.callID, request.toTag)], dialog.remoteTag == request.fromTag else {
            return respond(transaction, to: source, status: 481)
        }
        guard request.cseq.number > dialog.remoteCSeq else { return respond(transaction, to: source, status: 500) }
        dialog.remoteCSeq = request.cseq.number
        if request.method == "BYE" { dialog.hasHeardBYE = true }
        if dialog.isOver {
            dialog.hasDenied = dialog.hasDenied || request.method != "BYE"
            return respond(transaction, to: source, status: request.method == "BYE" ? 200 : 481)
        }
        switch request.method {
        case "BYE":
            dialog.isOver = true
            respond(transaction, to: source, status: 200)
        case "INVITE": handleReinvite(request, transaction, dialog, from: source)
        case "NOTIFY": handleNOTIFY(request, transaction, dialog, from: source)
        case "REFER": handleREFER(transaction, dialog, from: source)
        case "UPDATE" where request["Session-Expires"] != nil && habits.session != .none:
            handleRefresh(request, transaction, dialog, from: source)
        default:
            if request.method == "UPDATE" { endSession(dialog) }
            respond(transaction, to: source, status: random.chance(percent: 90) ? 200 : 500)
        }
    }

    private func handleRefresh(
        _ request: WireMessage, _ transaction: AgentServerTransaction, _ dialog: AgentDialog, from source: Endpoint
    ) {
        guard random.chance(percent: 90) else { return respond(transaction, to: source, status: 491) }
        respond(
            transaction, to: source, status: 200,
            fields: [("Session-Expires", request["Session-Expires"]!), ("Contact", "<sip:\(name)@\(endpoint)>")])
        beginSession(dialog, request["Session-Expires"], isSender: false)
    }

    private func handleReinvite(
        _ request: WireMessage, _ transaction: AgentServerTransaction, _ dialog: AgentDialog, from source: Endpoint
    ) {
        if dialog.isOffering { return respond(transaction, to: source, status: 491) }
        if dialog.isAnswering { return respond(transaction, to: source, status: 500) }
        dialog.isAnswering = true
        let delay = random.milliseconds(0...(random.chance(percent: 30) ? 3_000 : 20))
        let accepts = random.chance(percent: 80)
        network.after(delay) { [weak self] in
            guard let self, !isDeaf else { return }
            if dialog.isOver || !accepts {
                dialog.isAnswering = false
                return respond(transaction, to: source, status: dialog.isOver ? 487 : 488)
            }
            if let contact = request.contact { dialog.target = contact }
            let timer = habits.session == .none ? nil : request["Session-Expires"]
            respond(
                transaction, to: source, status: 200, body: session(in: "200 \(transaction.request.method)"),
                fields: [("Contact", "<sip:\(name)@\(endpoint)>")] + (timer.map { [("Session-Expires", $0)] } ?? []))
            beginSession(dialog, timer, isSender: false)
        }
    }

    /// A CANCEL: for an INVITE that has no final response yet.
    func handleCancel(_ request: WireMessage, _ transaction: AgentServerTransaction, from source: Endpoint) {
        guard let invite = server(branch: request.branch, method: "INVITE") else {
            return respond(transaction, to: source, status: 481)
        }
        respond(transaction, to: source, status: 200)
        // Now and then the answer is quicker than the CANCEL.
        if invite.finalStatus == 0, random.chance(percent: 85) {
            if let dialog = dialogs[dialogKey(request.callID, invite.request.toTag)] { dialog.isAnswering = false }
            respond(invite, to: source, status: 487, tag: cancelTag(invite))
        }
    }

    // MARK: Asking

    /// Lets the seed decide what to do in a confirmed dialog, and when to leave it.
    func talk(in dialog: AgentDialog, leavesAfter: ClosedRange<Int>) {
        transferLater(dialog)
        for _ in 0..<random.below(4) {
            let choice = random.below(6)
            network.after(random.milliseconds(10...20_000)) { [weak self, weak dialog] in
                guard let self, let dialog, !dialog.isOver, !isDeaf, dialog.isConfirmed else { return }
                switch choice {
                case 0, 1: reinvite(dialog, offers: random.chance(percent: 70))
                case 2: ask("INFO", dialog)
                case 3: ask("UPDATE", dialog, body: session(in: "UPDATE"))
                case 4: ask("OPTIONS", dialog)
                default: ask("MESSAGE", dialog)
                }
            }
        }
        network.after(random.milliseconds(leavesAfter)) { [weak self, weak dialog] in
            guard let self, let dialog else { return }
            hangUp(dialog)
        }
    }

    func hangUp(_ dialog: AgentDialog) {
        guard !dialog.isOver, !isDeaf, dialogs[dialogKey(dialog.callID, dialog.localTag)] === dialog else { return }
        dialog.isOver = true
        let crashCount = journal.crashCount
        send(makeRequest("BYE", dialog), to: nextHop(dialog)) { [weak self] response in
            guard let self, isCalm, response.status == 481, !dialog.hasHeardBYE, !dialog.hasDenied else {
                return
            }
            // It was heard before its receiver died, and comes again.
            if journal.crashCount != crashCount { return }
            violation("a dialog was forgotten without a BYE")
        }
    }

    private func ask(_ method: String, _ dialog: AgentDialog, body: String = "") {
        if method == "UPDATE" { endSession(dialog) }
        send(makeRequest(method, dialog, body: body), to: nextHop(dialog)) { [weak self, weak dialog] response in
            guard let self, let dialog, response.status == 481 || response.status == 408 else { return }
            hangUp(dialog)
        }
    }

    private func reinvite(_ dialog: AgentDialog, offers: Bool) {
        guard !dialog.isOffering, !dialog.isAnswering else { return }
        dialog.isOffering = true
        endSession(dialog)
        let request = makeRequest("INVITE", dialog, body: offers ? session(in: "INVITE") : "")
        let neverAcknowledges = random.chance(percent: 3)
        var client: AgentClientTransaction?
        client = send(request, to: nextHop(dialog), onTimeout: { dialog.isOffering = false }) { [weak self] response in
            guard let self, response.status >= 200 else { return }
            dialog.isOffering = false
            if response.status < 300 {
                if let contact = response.contact { dialog.target = contact }
                if !neverAcknowledges, let client {
                    acknowledge(client, response, dialog, body: offers ? "" : session(in: "ACK"))
                }
            } else if response.status == 491, !dialog.isOver {
                network.after(random.milliseconds(0...4_000)) { [weak self] in
                    guard let self, !dialog.isOver, !isDeaf else { return }
                    reinvite(dialog, offers: offers)
                }
            } else if response.status == 481 || response.status == 408 {
                hangUp(dialog)
            }
        }
        if random.chance(percent: 15) { cancelLater(client!, dialog) }
    }

    private func cancelLater(_ client: AgentClientTransaction, _ dialog: AgentDialog) {
        network.after(random.milliseconds(1...2_000)) { [weak self] in self?.cancel(client) }
    }

    /// Sends CANCEL for an INVITE that has a provisional response and no final one.
    func cancel(_ client: AgentClientTransaction) {
        guard client.hasResponse, !client.isOver, !isDeaf else { return }
        let invite = client.request
        var request = WireMessage(startLine: "CANCEL \(invite.requestURI) SIP/2.0")
        request.fields = invite.fields.filter { ["From", "To", "Call-ID", "Route"].contains($0.name) }
        request.fields += [("CSeq", "\(invite.cseq.number) CANCEL"), ("Max-Forwards", "70")]
        send(request, to: client.destination.destination, branch: invite.branch) { _ in }
    }

    /// Sends the ACK for a 2xx, and keeps it for its repetitions.
    func acknowledge(
        _ client: AgentClientTransaction, _ response: WireMessage, _ dialog: AgentDialog, body: String = ""
    ) {
        var ack = makeRequest("ACK", dialog, cseq: client.request.cseq.number, body: body)
        ack.fields.insert(("Via", "SIP/2.0/\(transport.viaToken) \(endpoint);branch=\(token("z9hG4bK-ack-"))"), at: 0)
        client.acks[response.toTag] = ack.bytes
        transmit(ack.bytes, to: nextHop(dialog))
    }

    func makeRequest(_ method: String, _ dialog: AgentDialog, cseq: Int? = nil, body: String = "") -> WireMessage {
        if cseq == nil { dialog.localCSeq += 1 }
        var request = WireMessage(startLine: "\(method) \(dialog.target) SIP/2.0", body: body)
        request.fields = [
            ("From", dialog.local), ("To", dialog.remote), ("Call-ID", dialog.callID),
            ("CSeq", "\(cseq ?? dialog.localCSeq) \(method)"), ("Max-Forwards", "70"),
        ]
        request.fields += dialog.routes.map { ("Route", $0) }
        if method == "INVITE" || method == "UPDATE" { request.fields.append(("Contact", "<sip:\(name)@\(endpoint)>")) }
        if !body.isEmpty { request.fields.append(("Content-Type", "application/sdp")) }
        return request
    }

    /// Where requests of a dialog go: the first route, else the remote target.
    func nextHop(_ dialog: AgentDialog) -> Endpoint { SimulatedAddress.read(dialog.routes.first ?? dialog.target) }

    /// A session description that tells nothing of its sender, so that the topology check may look at bodies too.
    /// A description, which names the message it is in: no other may carry it. Where a relay is to hide it, it tells the
    /// agent's address.
    func session(in message: String) -> String {
        let place = showsAddress ? "\(endpoint.address)" : "192.0.2.99"
        let port = 10_000 + random.below(10_000) * 2
        return "v=0\r\no=- \(random.next() % 1_000_000) 1 IN IP4 \(place)\r\ns=\(message)\r\nc=IN IP4 \(place)\r\n"
            + "t=0 0\r\nm=audio \(port) RTP/AVP 8\r\n"
    }
}

/// Addresses of the simulated network in text.
enum SimulatedAddress {
    /// The endpoint in a URI or an address value.
    static func read(_ text: String) -> Endpoint {
        let uri = text.addressURI
        let hostPart = uri.split(separator: "@").last ?? Substring(uri)
        let bare = hostPart.split(separator: ";")[0].split(separator: ":")
        let (host, port) =
            bare[0] == "sip"
            ? (bare[1], bare.count > 2 ? bare[2] : "5060") : (bare[0], bare.count > 1 ? bare[1] : "5060")
        return Endpoint(address: IPAddress(String(host))!, port: UInt16(port)!)
    }
}
