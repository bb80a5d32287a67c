import SIPTransaction
import TandemKit
import Timing

/// A simulated user agent: RFC 3261 transactions and dialogs in their plainest form, over text.
///
/// It keeps the protocol's rules and reports to the journal whenever its peer, Tandem, breaks one.
class UserAgent: NetworkNode {
    let name: String
    let endpoint: Endpoint
    let transport: TransportProtocol
    let network: SimulatedNetwork
    let journal: Journal
    var random: SeededRandom
    /// A deaf agent neither hears nor speaks: switched off.
    var isDeaf = false
    /// Whether each promise has to be kept: an ACK for each 2xx to an offer, a BYE for each dialog that ends.
    var isCalm = false
    /// Whether its descriptions tell its address, which nobody may pass on.
    var showsAddress = false
    var habits = AgentHabits()
    /// What decides on transfers, and who else is there.
    var transferRandom = SeededRandom(seed: 0)
    var friends: () -> [UserAgent] = { [] }
    /// What is to be done when a transfer is reported to have come to its end, by dialog.
    var onTransferred: [ObjectIdentifier: (_ status: Int) -> Void] = [:]
    var nonces = AgentNonces()
    /// How often the agent was restarted: what it promised before, it has forgotten.
    private(set) var restarts = 0

    private var clients: [String: AgentClientTransaction] = [:]
    private var servers: [String: AgentServerTransaction] = [:]
    var dialogs: [String: AgentDialog] = [:]

    static let transactionTime: UInt64 = 32_000_000_000

    init(
        name: String, endpoint: Endpoint, transport: TransportProtocol, network: SimulatedNetwork, journal: Journal,
        random: SeededRandom
    ) {
        self.name = name
        self.endpoint = endpoint
        self.transport = transport
        self.network = network
        self.journal = journal
        self.random = random
        network.attach(self, at: endpoint)
    }

    /// A request outside of a dialog, or an INVITE, BYE, … inside of one.
    func handle(_ request: WireMessage, _ transaction: AgentServerTransaction, from source: Endpoint) {}

    /// A 2xx of ours was not acknowledged within 64·T1.
    func acknowledgementMissing(_ transaction: AgentServerTransaction, dialog: AgentDialog?) {}

    /// Loses all memory, as after a crash.
    func restart() {
        restarts += 1
        for client in clients.values { client.isOver = true }
        clients = [:]
        servers = [:]
        dialogs = [:]
    }

    func token(_ prefix: String) -> String { prefix + String(random.next(), radix: 36) }

    func violation(_ text: String) { journal.violation("\(name): \(text)", at: network.now) }

    func streamBroke(to remote: Endpoint) {}

    // MARK: Receiving

    func receive(_ packet: Packet) {
        guard !isDeaf else { return }
        guard let message = WireMessage(packet.bytes) else {
            return violation(
                "received something that is no SIP message: \(String(decoding: packet.bytes, as: UTF8.self))")
        }
        message.isRequest ? receive(request: message, from: packet.source) : receive(response: message)
    }

    private func receive(request: WireMessage, from source: Endpoint) {
        if request.method == "ACK" { return receive(ack: request) }
        let key = "\(request.branch) \(request.method)"
        if let known = servers[key] {
            if let response = known.lastResponse { transmit(response, to: source) }
            return
        }
        let transaction = AgentServerTransaction(request: request)
        servers[key] = transaction
        if admits(request, transaction, from: source) { handle(request, transaction, from: source) }
    }

    private func receive(ack: WireMessage) {
        for transaction in servers.values where transaction.request.method == "INVITE" {
            guard transaction.request.callID == ack.callID, transaction.request.cseq.number == ack.cseq.number else {
                continue
            }
            let isFailure = transaction.finalStatus >= 300
            if !isFailure, let sent = transaction.lastResponse.flatMap({ WireMessage($0) }), sent.toTag != ack.toTag {
                continue  // another fork's
            }
            if isFailure ? transaction.request.branch == ack.branch : transaction.finalStatus >= 200 {
                let isFirst = !transaction.isAcknowledged
                transaction.isAcknowledged = true
                if !isFailure, isFirst { acknowledged(transaction, ack) }
            }
        }
    }

    /// The ACK for a 2xx of ours has come.
    func acknowledged(_ transaction: AgentServerTransaction, _ ack: WireMessage) {
        guard let dialog = dialogs[dialogKey(ack.callID, ack.toTag)] else { return }
        dialog.isAnswering = false
        dialog.isConfirmed = true
        if transaction.request.body.isEmpty, ack.body.isEmpty, !dialog.isOver {
            journal.note("\(name): an offer in a 2xx got no answer in the ACK")
        }
        if !ack.body.isEmpty { dialog.remoteSession = ack.body }
    }

    private func receive(response: WireMessage) {
        let key = "\(response.branch) \(response.cseq.method)"
        guard let transaction = clients[key] else {
            if restarts == 0 { violation("got a response to a request it never sent: \(response.startLine)") }
            return
        }
        transaction.hasResponse = true
        if response.status < 200 {
            if !transaction.isOver { transaction.onResponse(response) }
            return
        }
        if let ack = transaction.acks[response.status < 300 ? response.toTag : "failure"] {
            return transmit(ack, to: transaction.destination.destination)
        }
        let isFurther2xx = transaction.isOver && response.status < 300 && response.cseq.method == "INVITE"
        guard !transaction.isOver || isFurther2xx else { return }
        transaction.isOver = true
        if response.status >= 300, transaction.request.method == "INVITE" { acknowledgeFailure(transaction, response) }
        transaction.onResponse(response)
    }

    private func acknowledgeFailure(_ transaction: AgentClientTransaction, _ response: WireMessage) {
        let invite = transaction.request
        var ack = WireMessage(startLine: "ACK \(invite.requestURI) SIP/2.0")
        ack.fields = [
            ("Via", invite["Via"]!), ("From", invite["From"]!), ("To", response["To"]!), ("Call-ID", invite.callID),
            ("CSeq", "\(invite.cseq.number) ACK"), ("Max-Forwards", "70"),
        ]
        ack.fields += invite.all("Route").map { ("Route", $0) }
        transaction.acks["failure"] = ack.bytes
        transmit(ack.bytes, to: transaction.destination.destination)
    }

    // MARK: Sending

    func transmit(_ bytes: [UInt8], to destination: Endpoint) {
        guard !isDeaf else { return }
        network.send(Packet(source: endpoint, destination: destination, transport: transport, bytes: bytes))
    }

    /// Starts a client transaction for a request that has everything but its Via.
    @discardableResult
    func send(
        _ request: WireMessage, to destination: Endpoint, branch: String? = nil,
        onTimeout: @escaping () -> Void = {}, onResponse: @escaping (WireMessage) -> Void
    ) -> AgentClientTransaction {
        var request = request
        let branch = branch ?? token("z9hG4bK-\(name)-")
        let via = "SIP/2.0/\(transport.viaToken) \(endpoint);branch=\(branch)"
        request.fields.insert(("Via", via), at: 0)
        let packet = Packet(source: endpoint, destination: destination, transport: transport, bytes: request.bytes)
        let transaction = AgentClientTransaction(request: request, destination: packet)
        transaction.onResponse = onResponse
        transaction.onTimeout = onTimeout
        clients["\(branch) \(request.method)"] = transaction
        transmit(packet.bytes, to: destination)
        if !transport.isReliable { retransmit(transaction) }
        network.after(Self.transactionTime) { [weak transaction] in
            guard let transaction, !transaction.isOver else { return }
            if transaction.request.method == "INVITE", transaction.hasResponse { return }
            transaction.isOver = true
            transaction.onTimeout()
        }
        return transaction
    }

    private func retransmit(_ transaction: AgentClientTransaction) {
        network.after(transaction.interval) { [weak self, weak transaction] in
            guard let self, let transaction, !transaction.isOver else { return }
            let isInvite = transaction.request.method == "INVITE"
            if isInvite, transaction.hasResponse { return }
            transaction.interval = isInvite ? transaction.interval * 2 : min(transaction.interval * 2, 4_000_000_000)
            if transaction.interval > Self.transactionTime { return }
            transmit(transaction.destination.bytes, to: transaction.destination.destination)
            retransmit(transaction)
        }
    }

    /// Answers a request. A final response to INVITE is repeated until its ACK.
    func respond(
        _ transaction: AgentServerTransaction, to source: Endpoint, status: Int, tag: String? = nil, body: String = "",
        fields: [(name: String, value: String)] = []
    ) {
        guard transaction.finalStatus == 0 || (transaction.finalStatus / 100 == 2 && status / 100 == 2) else { return }
        let request = transaction.request
        var response = WireMessage(startLine: "SIP/2.0 \(status) Simulated", body: body)
        response.fields = request.fields.filter {
            ["Via", "From", "Call-ID", "CSeq", "Record-Route"].contains($0.name)
        }
        let to = request["To"]!
        response.fields.append(("To", request.toTag.isEmpty && tag != nil ? "\(to);tag=\(tag!)" : to))
        response.fields += fields
        if !body.isEmpty { response.fields.append(("Content-Type", "application/sdp")) }
        let bytes = response.bytes
        if status >= 200 { transaction.finalStatus = status }
        transaction.lastResponse = bytes
        transmit(bytes, to: source)
        if status >= 200, request.method == "INVITE" {
            repeatFinal(transaction, bytes, to: source, started: network.now)
        }
    }

    private func repeatFinal(
        _ transaction: AgentServerTransaction, _ bytes: [UInt8], to source: Endpoint, started: Timestamp
    ) {
        let is2xx = transaction.finalStatus < 300
        guard is2xx || !transport.isReliable else { return }
        network.after(transaction.interval) { [weak self, weak transaction] in
            guard let self, let transaction, !transaction.isAcknowledged, !isDeaf else { return }
            let dialog = is2xx ? dialogs[dialogKey(transaction.request.callID, WireMessage(bytes)?.toTag ?? "")] : nil
            if let dialog, dialog.isOver { return }
            if (network.now - started).nanoseconds >= Self.transactionTime {
                if is2xx { acknowledgementMissing(transaction, dialog: dialog) }
                return
            }
            transaction.interval = min(transaction.interval * 2, 4_000_000_000)
            transmit(bytes, to: source)
            repeatFinal(transaction, bytes, to: source, started: started)
        }
    }

    /// The server transaction of a request that came with this branch.
    func server(branch: String, method: String) -> AgentServerTransaction? { servers["\(branch) \(method)"] }

    /// Keeps the transaction of a further fork, so that its ACK is found.
    func adopt(_ transaction: AgentServerTransaction, _ tag: String) {
        servers["\(transaction.request.branch) INVITE \(tag)"] = transaction
    }

    /// The To tag for a failure response to a request that came outside of a dialog.
    func cancelTag(_ transaction: AgentServerTransaction) -> String { "cancelled" + transaction.request.fromTag }

    func dialogKey(_ callID: String, _ localTag: String) -> String { "\(callID) \(localTag)" }
}
