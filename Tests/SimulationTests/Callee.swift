import TandemKit
import Timing

/// The side that is called: refuses, rings, answers, forks or says nothing, as the seed says.
final class Callee: UserAgent {
    /// The longest time after which this side hangs up by itself; nil: sometimes never.
    var leavesWithin: Int?
    /// The reliable provisional responses, by Call-ID and tag.
    var progresses: [String: CalleeProgress] = [:]
    /// Whether there is nobody who never acknowledges them.
    var expectsPRACK = true
    /// Whether an INVITE may be answered by several forks.
    var forks = true

    override func handle(_ request: WireMessage, _ transaction: AgentServerTransaction, from source: Endpoint) {
        if request.method == "CANCEL" { return handleCancel(request, transaction, from: source) }
        if request.method == "PRACK" { return handlePRACK(request, transaction, from: source) }
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
                if isReliable(request) {
                    return respondReliably(transaction, to: source, status: status, tag: tag, body: body)
                }
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
        let progress = progress(request, tag)
        if let progress, progress.pending != nil, progress.isSettled {  // RFC 3262 §3: no 2xx before its PRACK
            network.after(500_000_000) { [weak self] in
                guard let self, !isDeaf, transaction.finalStatus == 0 else { return }
                answer(request, transaction, tag, from: source)
            }
            return
        }
        let dialog = AgentDialog(
            callID: request.callID, local: "\(request["To"]!);tag=\(tag)", remote: request["From"]!, localCSeq: 0,
            remoteCSeq: request.cseq.number, target: request.contact ?? "", routes: request.all("Record-Route"))
        dialogs[dialogKey(dialog.callID, tag)] = dialog
        // A transaction for each fork: each repeats its own 2xx until its own ACK.
        let fork = transaction.finalStatus == 0 ? transaction : AgentServerTransaction(request: request)
        if fork !== transaction { adopt(fork, tag) }
        let timer = sessionExpires
        respond(
            fork, to: source, status: 200, tag: tag,
            body: progress?.isSettled == true ? "" : session(in: "200 INVITE"),
            fields: contact + (timer.map { [("Session-Expires", $0), ("Allow", habits.allow)] } ?? []))
        talkOnceConfirmed(dialog, timer, leavesWithin.map { 1...$0 } ?? 1...120_000)
    }

    /// Waits for the ACK: no request may be sent before it.
    private func talkOnceConfirmed(_ dialog: AgentDialog, _ timer: String?, _ leavesAfter: ClosedRange<Int>) {
        onConfirmed[ObjectIdentifier(dialog)] = { [weak self] in
            self?.beginSession(dialog, timer, isSender: false)
            self?.talk(in: dialog, leavesAfter: leavesAfter)
        }
    }

    /// The session timer of a 200, as the habits are.
    private var sessionExpires: String? {
        switch habits.session {
        case .none: nil
        case .forgets: "\(AgentHabits.interval);refresher=uas"
        case .refreshes: "\(AgentHabits.interval);refresher=\(random.pick(["uas", "uac"]))"
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
