/// One party of a dialogue: writes messages from templates and remembers what it needs for the next.
final class DialogueParty {
    /// A message that has arrived and that no step has asked for yet.
    struct Arrival {
        let message: WireText
        /// 100 and ACK need no step.
        var isOptional: Bool { message.status == 100 || message.method == "ACK" && message.isRequest }
    }

    let name: String
    /// The host it speaks from.
    let host: String
    /// Our host towards it.
    let ours: String
    var inbox: [Arrival] = []

    private var branches = 0
    private var calls = 0
    private var cseq = 0
    /// The dialog: our address with tag, the other one, the Call-ID and where requests go.
    private var local = ""
    private var remote = ""
    private var callID = ""
    private var target = ""
    private var routes: [String] = []
    /// The last INVITE that it sent, and the requests that it has yet to answer.
    private var invite: WireText?
    private var unanswered: [WireText] = []

    init(name: String, host: String, ours: String) {
        self.name = name
        self.host = host
        self.ours = ours
    }

    static let offer = [
        "v=0", "o=- 1 1 IN IP4 192.0.2.50", "s=-", "c=IN IP4 192.0.2.50", "t=0 0", "m=audio 4000 RTP/AVP 8 101",
        "a=rtpmap:101 telephone-event/8000", "a=sendrecv",
    ]
    static let answer = [
        "v=0", "o=- 2 1 IN IP4 192.0.2.60", "s=-", "c=IN IP4 192.0.2.60", "t=0 0", "m=audio 6000 RTP/AVP 8 101",
        "a=rtpmap:101 telephone-event/8000", "a=sendrecv",
    ]

    static func body(_ lines: [String]) -> String { lines.map { $0 + "\r\n" }.joined() }

    // MARK: Sending

    /// The request that a step asks for, before its edits; nil when the party has nothing to send it in.
    func request(_ what: String, uri: String) -> WireText? {
        switch what {
        case "INVITE": begin(uri: uri)
        case "CANCEL": cancel()
        case "ACK": invite.map { inDialog("ACK", cseq: $0.cseqNumber, uri: uri, body: []) }
        case "re-INVITE":
            callID.isEmpty ? nil : inDialog("INVITE", cseq: nextCSeq(), uri: uri, body: Self.offer)
        default:
            callID.isEmpty ? outside(what, uri: uri) : inDialog(what, cseq: nextCSeq(), uri: uri, body: [])
        }
    }

    /// Remembers a request as it was really sent, with the edits of its step.
    func sent(_ request: WireText) {
        if request.method == "INVITE" { invite = request }
        if request.what == "INVITE" {
            local = request.value("From") ?? ""
            remote = request.value("To") ?? ""
            callID = request.value("Call-ID") ?? ""
            target = request.subject
            routes = []
        }
    }

    /// The response to the newest request without a final one; nil when there is none.
    func response(_ status: Int, phrase: String) -> WireText? {
        guard let request = unanswered.last else { return nil }
        if status >= 200 { unanswered.removeLast() }
        var to = request.value("To") ?? ""
        if request.toTag == nil, status > 100 { to += ";tag=\(name)-tag" }
        var fields = (["Via", "Record-Route"]).flatMap { name in request.values(name).map { (name: name, value: $0) } }
        fields += ["From", "Call-ID", "CSeq"].map { (name: $0, value: request.value($0) ?? "") }
        fields.insert((name: "To", value: to), at: fields.count - 2)
        let isInvite = request.method == "INVITE"
        if isInvite, status > 100, status < 300 { fields.append(("Contact", "<sip:\(name)@\(host):5060>")) }
        let hasBody = isInvite && (status == 183 || status == 200)
        if hasBody { fields.append(("Content-Type", "application/sdp")) }
        if isInvite, request.what == "INVITE", status > 100 {
            (local, remote) = (to, request.value("From") ?? "")
        }
        let words = phrase.isEmpty ? Self.phrases[status] ?? "Something" : phrase
        let sdp = request.body.isEmpty ? Self.offer : Self.answer
        return WireText(
            startLine: "SIP/2.0 \(status) \(words)", fields: fields, body: hasBody ? Self.body(sdp) : "")
    }

    private static let phrases = [
        100: "Trying", 180: "Ringing", 183: "Session Progress", 200: "OK", 202: "Accepted", 302: "Moved Temporarily",
        403: "Forbidden", 404: "Not Found", 480: "Temporarily Unavailable", 481: "Call/Transaction Does Not Exist",
        486: "Busy Here", 487: "Request Terminated", 488: "Not Acceptable Here", 500: "Server Internal Error",
        503: "Service Unavailable", 603: "Decline",
    ]

    private func begin(uri: String) -> WireText {
        calls += 1
        cseq = 1
        let uri = uri.isEmpty ? "sip:0100@\(ours)" : uri
        return make(
            "INVITE", uri: uri, from: "\"Ann\" <sip:+14255550199@\(host)>;tag=\(name)-\(calls)", to: "<\(uri)>",
            callID: "call-\(calls)@\(name)", cseq: cseq, routes: [], body: Self.offer)
    }

    private func outside(_ method: String, uri: String) -> WireText {
        calls += 1
        let uri = uri.isEmpty ? "sip:\(ours)" : uri
        return make(
            method, uri: uri, from: "<sip:\(host)>;tag=\(name)-\(calls)", to: "<\(uri)>",
            callID: "call-\(calls)@\(name)", cseq: 1, routes: [], body: [])
    }

    private func inDialog(_ method: String, cseq number: Int, uri: String, body: [String]) -> WireText {
        make(
            method, uri: uri.isEmpty ? target : uri, from: local, to: remote, callID: callID, cseq: number,
            routes: routes, body: body)
    }

    private func cancel() -> WireText? {
        guard let invite else { return nil }
        let kept = ["Via", "Route", "Max-Forwards", "From", "To", "Call-ID"]
        var fields = invite.fields.filter { field in kept.contains { WireText.same($0, field.name) } }
        fields.append(("CSeq", "\(invite.cseqNumber) CANCEL"))
        return WireText(startLine: "CANCEL \(invite.subject) SIP/2.0", fields: fields, body: "")
    }

    /// The ACK that a failure of our INVITE gets at once (RFC 3261 §17.1.1.3).
    private func acknowledge(_ failure: WireText) -> WireText? {
        guard let invite, invite.cseqNumber == failure.cseqNumber, var ack = cancel() else { return nil }
        ack.startLine = "ACK \(invite.subject) SIP/2.0"
        ack.set("To", failure.value("To") ?? "")
        ack.set("CSeq", "\(invite.cseqNumber) ACK")
        return ack
    }

    private func make(
        _ method: String, uri: String, from: String, to: String, callID: String, cseq: Int, routes: [String],
        body: [String]
    ) -> WireText {
        branches += 1
        var fields = [(name: "Via", value: "SIP/2.0/UDP \(host):5060;rport;branch=z9hG4bK-\(name)-\(branches)")]
        fields += routes.map { ("Route", $0) }
        fields += [
            ("Max-Forwards", "70"), ("From", from), ("To", to), ("Call-ID", callID), ("CSeq", "\(cseq) \(method)"),
        ]
        if ["INVITE", "UPDATE", "REFER", "SUBSCRIBE"].contains(method) {
            fields.append(("Contact", "<sip:\(name)@\(host):5060>"))
        }
        if !body.isEmpty { fields.append(("Content-Type", "application/sdp")) }
        return WireText(startLine: "\(method) \(uri) SIP/2.0", fields: fields, body: Self.body(body))
    }

    private func nextCSeq() -> Int {
        cseq = max(cseq, 1) + 1
        return cseq
    }

    // MARK: Receiving

    /// Takes a message; the ACK to send at once, if there is one.
    func receive(_ message: WireText) -> WireText? {
        inbox.append(Arrival(message: message))
        guard let status = message.status else {
            take(message)
            return nil
        }
        guard message.method == "INVITE", status > 100 else { return nil }
        if status >= 300 { return acknowledge(message) }
        remote = message.value("To") ?? remote
        target = message.uri("Contact") ?? target
        routes = message.values("Record-Route").reversed()
        return nil
    }

    private func take(_ request: WireText) {
        if request.method != "ACK" { unanswered.append(request) }
        guard request.method == "INVITE" else { return }
        target = request.uri("Contact") ?? target
        if request.what == "INVITE" {
            callID = request.value("Call-ID") ?? ""
            (local, remote) = (request.value("To") ?? "", request.value("From") ?? "")
            routes = request.values("Record-Route")
        }
    }
}
