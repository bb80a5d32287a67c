import TandemKit
import Timing

/// The side that is called: refuses, rings, answers, forks or says nothing, as the seed says.
final class Callee: UserAgent {
    /// The longest time after which this side hangs up by itself; nil: sometimes never.
    var leavesWithin: Int?
    /// Whether an INVITE may be answered by several forks.
    var forks = true

    override func handle(_ request: WireMessage, _ transaction: AgentServerTransaction, from source: Endpoint) {
        if request.method == "CANCEL" { return handleCancel(request, transaction, from: source) }
        if !request.toTag.isEmpty { return handleInDialog(request, transaction, from: source) }
        guard request.method == "INVITE" else {
            return respond(transaction, to: source, status: 200, tag: token("tag"))
        }
        incoming(request, transaction, from: source)
    }

    private func incoming(_ request: WireMessage, _ transaction: AgentServerTransaction, from source: Endpoint) {
        let tags = (0..<(forks && random.chance(percent: 25) ? 1 + random.below(3) : 1)).map { _ in token("tag") }
        var time: UInt64 = 0
        if random.chance(percent: 60) { respond(transaction, to: source, status: 100) }
        for _ in 0..<random.below(4) {
            time += random.milliseconds(1...1_500)
            let (tag, status) = (random.pick(tags), random.pick([180, 183, 180, 199]))
            let body = status == 183 ? session(in: "183 INVITE") : ""
            network.after(time) { [weak self] in
                guard let self, !isDeaf, transaction.finalStatus == 0 else { return }
                respond(transaction, to: source, status: status, tag: tag, body: body, fields: contact)
            }
        }
        time += random.milliseconds(1...(random.chance(percent: 10) ? 70_000 : 4_000))
        switch random.below(100) {
        case 0..<60: answerLater(request, transaction, tags, after: time, from: source)
        case 60..<92:
            let status = random.pick([486, 404, 480, 500, 503, 503, 302, 401, 600, 603, 488])
            network.after(time) { [weak self] in
                guard let self, !isDeaf else { return }
                respond(transaction, to: source, status: status, tag: tags[0], fields: [("Reason", "Q.850;cause=34")])
            }
        default: break  // never a final response
        }
    }

    private func answerLater(
        _ request: WireMessage, _ transaction: AgentServerTransaction, _ tags: [String], after time: UInt64,
        from source: Endpoint
    ) {
        for (index, tag) in tags.enumerated() where index == 0 || random.chance(percent: 40) {
            network.after(time + UInt64(index) * random.milliseconds(0...300)) { [weak self] in
                guard let self, !isDeaf else { return }
                answer(request, transaction, tag, from: source)
            }
        }
    }

    private func answer(
        _ request: WireMessage, _ transaction: AgentServerTransaction, _ tag: String, from source: Endpoint
    ) {
        guard transaction.finalStatus < 300, server(branch: request.branch, method: "INVITE") === transaction else {
            return
        }
        let dialog = AgentDialog(
            callID: request.callID, local: "\(request["To"]!);tag=\(tag)", remote: request["From"]!, localCSeq: 0,
            remoteCSeq: request.cseq.number, target: request.contact ?? "", routes: request.all("Record-Route"))
        dialogs[dialogKey(dialog.callID, tag)] = dialog
        // A transaction for each fork: each repeats its own 2xx until its own ACK.
        let fork = transaction.finalStatus == 0 ? transaction : AgentServerTransaction(request: request)
        if fork !== transaction { adopt(fork, tag) }
        respond(fork, to: source, status: 200, tag: tag, body: session(in: "200 INVITE"), fields: contact)
        talkOnceConfirmed(dialog, leavesWithin.map { 1...$0 } ?? 1...120_000)
    }

    /// Waits for the ACK: no request may be sent before it.
    private func talkOnceConfirmed(_ dialog: AgentDialog, _ leavesAfter: ClosedRange<Int>) {
        onConfirmed[ObjectIdentifier(dialog)] = { [weak self] in
            self?.talk(in: dialog, leavesAfter: leavesAfter)
        }
    }

    private var onConfirmed: [ObjectIdentifier: () -> Void] = [:]

    override func acknowledged(_ transaction: AgentServerTransaction, _ ack: WireMessage) {
        super.acknowledged(transaction, ack)
        guard let dialog = dialogs[dialogKey(ack.callID, ack.toTag)] else { return }
        onConfirmed.removeValue(forKey: ObjectIdentifier(dialog))?()
    }

    override func acknowledgementMissing(_ transaction: AgentServerTransaction, dialog: AgentDialog?) {
        if isCalm, !transaction.request.body.isEmpty { violation("a 2xx was never acknowledged") }
        if let dialog { hangUp(dialog) }
    }

    private var contact: [(name: String, value: String)] { [("Contact", "<sip:\(name)@\(endpoint)>")] }
}
