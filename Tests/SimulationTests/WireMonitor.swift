import TandemKit
import Timing

/// Watches the wire of every Tandem node and writes down each broken invariant; the list stands in SimulationTests.swift.
final class WireMonitor {
    private let journal: Journal
    /// The nodes that forward as proxies: there, forks may answer one INVITE several times.
    var proxies: Set<String> = []
    /// Texts that must not leave a B2BUA node through a listener: addresses of the other side.
    var secrets: [String: [Int: [String]]] = [:]

    /// INVITEs received, by node, branch and Call-ID, with the distinct final responses sent.
    private var finals: [String: [String: Set<String>]] = [:]
    /// Those that a node had received when it died: what becomes of them then is open.
    private var forgotten: [String: Set<String>] = [:]
    /// The last CSeq number of each dialog's requests, by node.
    private var sequences: [String: Int] = [:]
    /// Calls that the callers' side was told to be answered, by node: Call-ID and tag of each.
    private var answers: [String: Set<String>] = [:]
    /// Dialogs that a BYE has ended, by node, Call-ID and both tags.
    private var ended: Set<String> = []
    /// Whether parties have PRACK, UPDATE and session timers, so that messages may carry descriptions of others.
    var carriesOthers = false
    /// Whether calls are transferred: then a party is offered what another one has answered.
    var carriesTransfers = false
    /// The descriptions sent, by node and Call-ID.
    private var descriptions: [String: [String: Set<String>]] = [:]
    /// How often each request was sent.
    private var transmissions: [String: Int] = [:]
    /// Identifiers seen on each listener's side of a B2BUA: they must not show on another side.
    private var identifiers: [String: [Int: Set<String>]] = [:]

    init(journal: Journal) { self.journal = journal }

    /// A node has lost all state.
    func crashed(_ node: String) {
        guard let lost = finals.removeValue(forKey: node) else { return }
        forgotten[node, default: []].formUnion(lost.keys)
    }

    func received(_ message: WireMessage?, by node: String, at time: Timestamp) {
        guard let message, message.isRequest else { return }
        switch message.method {
        case "INVITE":
            let key = transaction(message)
            if forgotten[node]?.contains(key) == true { return }
            if finals[node]?[key] == nil { finals[node, default: [:]][key] = [] }
        case "BYE": ended.insert(dialog(message, node))
        default: break
        }
    }

    func sent(_ bytes: [UInt8], by node: String, listener: Int, to remote: Endpoint, at time: Timestamp) {
        guard let message = WireMessage(bytes) else {
            return journal.violation("\(node) sent what is no SIP message", at: time)
        }
        if message.isRequest {
            sent(request: message, by: node, at: time)
        } else if message.cseq.method == "INVITE", message.status >= 200 {
            if listener == 0, message.status < 300 {
                answers[node, default: []].insert("\(message.callID) \(message.toTag)")
            }
            sent(final: message, by: node, at: time)
        }
        if !proxies.contains(node) { checkTopology(message, bytes, node, listener, time) }
        let place = message.isRequest ? message.method : "\(message.status) \(message.cseq.method)"
        if !message.body.isEmpty, place != "NOTIFY", !isOwn(message.body, of: message, place, node) {
            journal.violation("\(node) sends another message's description in \(message.startLine)", at: time)
        }
    }

    /// Whether a message carries the description that belongs to it. A 200 may carry the one that the callee has given reliably
    /// before, a re-INVITE that of the UPDATE it stands for, and a refresh of the session the one that was there.
    private func isOwn(_ body: String, of message: WireMessage, _ place: String, _ node: String) -> Bool {
        let isNew = descriptions[node, default: [:]][message.callID, default: []].insert(body).inserted
        if body.contains("\r\ns=\(place)\r\n") { return true }
        if carriesTransfers, place == "INVITE" || place == "ACK", body.contains("\r\ns=200 INVITE\r\n") { return true }
        guard carriesOthers else { return false }
        for (carrier, origin) in [("200 INVITE", "183 INVITE"), ("INVITE", "UPDATE"), ("200 UPDATE", "200 INVITE")] {
            if place == carrier, body.contains("\r\ns=\(origin)\r\n") { return true }
        }
        return message.isRequest && message.method == "INVITE" && !message.toTag.isEmpty && !isNew
    }

    private func sent(request: WireMessage, by node: String, at time: Timestamp) {
        let count = transmissions["\(node) \(request.branch) \(request.method)", default: 0] + 1
        transmissions["\(node) \(request.branch) \(request.method)"] = count
        if count == 12, request.method != "ACK" {
            journal.violation("\(node) sends \(request.startLine) for the 12th time", at: time)
        }
        if proxies.contains(node) { return }
        if count == 1 { checkSequence(of: request, by: node, at: time) }
        let dialog = dialog(request, node)
        switch request.method {
        case "BYE": ended.insert(dialog)
        case "ACK", "CANCEL": break
        default:
            if count == 1, ended.contains(dialog) {
                journal.violation("\(node) sends \(request.startLine) in a dialog that a BYE has ended", at: time)
            }
        }
    }

    private func sent(final: WireMessage, by node: String, at time: Timestamp) {
        let key = transaction(final)
        if forgotten[node]?.contains(key) == true { return }
        guard var known = finals[node]?[key] else {
            return journal.violation("\(node) answers an INVITE it never got: \(final.startLine)", at: time)
        }
        let is2xx = final.status < 300
        known.insert(proxies.contains(node) && is2xx ? "2xx \(final.toTag)" : "\(final.status) \(final.toTag)")
        finals[node]![key] = known
        let isFork = proxies.contains(node) && known.allSatisfy { $0.hasPrefix("2xx") }
        if known.count > 1, !isFork {
            journal.violation("\(node) gives several final responses to one INVITE: \(known.sorted())", at: time)
        }
    }

    /// RFC 3261 §12.2.1.1: each new request of a dialog has a higher number than the last.
    private func checkSequence(of request: WireMessage, by node: String, at time: Timestamp) {
        guard request.method != "ACK", request.method != "CANCEL", request.toTag != "" else { return }
        let key = "\(node) \(request.callID) \(request.fromTag) \(request.toTag)"
        let number = request.cseq.number
        // A 2xx of a call that is gone comes again: what ends its dialog each time is made of the 2xx alone.
        let isOrphan = request.method == "BYE" && (number == 2 || number > 1_000) && sequences[key] == number
        if let last = sequences[key], number <= last, !isOrphan {
            journal.violation("\(node) sends CSeq \(number) \(request.method) behind \(last)", at: time)
        }
        // One that is made of a 2xx alone, far behind all others, says nothing of what the call goes on with after a death.
        if request.method != "BYE" || number <= 1_000 { sequences[key] = number }
    }

    private func checkTopology(
        _ message: WireMessage, _ bytes: [UInt8], _ node: String, _ listener: Int, _ time: Timestamp
    ) {
        let text = String(decoding: bytes, as: UTF8.self)
        for secret in secrets[node]?[listener] ?? [] where text.contains(secret) {
            journal.violation("\(node) shows \(secret) to the other side: \(message.startLine)", at: time)
        }
        identifiers[node, default: [:]][listener, default: []].formUnion([message.callID, message.fromTag])
        for (side, known) in identifiers[node]! where side != listener {
            if known.contains(message.callID) || (message.fromTag != "" && known.contains(message.fromTag)) {
                journal.violation("\(node) uses an identifier of another side: \(message.startLine)", at: time)
            }
        }
    }

    /// How many calls of a node the callers' side was told to be answered.
    func answerCount(of node: String) -> Int { answers[node]?.count ?? 0 }

    /// When everything has ended: each INVITE must have got its final response.
    func finish(at time: Timestamp) {
        for (node, transactions) in finals {
            for (key, responses) in transactions where responses.isEmpty {
                journal.violation("\(node) gave no final response to INVITE \(key)", at: time)
            }
        }
    }

    private func transaction(_ message: WireMessage) -> String { "\(message.branch) \(message.callID)" }

    private func dialog(_ message: WireMessage, _ node: String) -> String {
        let tags = [message.fromTag, message.toTag].sorted()
        return "\(node) \(message.callID) \(tags[0]) \(tags[1])"
    }
}
