import SIPTransaction
import TandemKit

/// What the machines sent: a message and where it went.
struct FuzzSent {
    let bytes: [UInt8]
    let flow: Flow
    let transaction: UInt64

    var message: SIPMessage? {
        var message = SIPMessage()
        guard (try? message.receiveCopy(bytes)) != nil else {
            return nil
        }
        return message
    }
}

/// Messages of the peers, made of what the fuzzer chose. Peer `n` sits behind listener `n`.
struct FuzzParties {
    static let methods = [
        "INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "PRACK", "UPDATE", "INFO", "MESSAGE", "REFER", "NOTIFY",
        "SUBSCRIBE",
        "PUBLISH", "REGISTER", "FOO",
    ]
    static let statuses: [UInt16] = [
        100, 180, 183, 181, 199, 200, 202, 204, 300, 301, 302, 400, 401, 403, 404, 407, 408, 415, 420, 421, 422, 423,
        433,
        480, 481, 482, 483, 484, 486, 487, 488, 489, 491, 494, 500, 501, 503, 504, 513, 600, 603, 606,
    ]
    private static let extras = [
        "", "Supported: 100rel, timer\r\n", "Require: 100rel\r\n",
        "Supported: timer\r\nSession-Expires: 90\r\nMin-SE: 90\r\n",
        "Require: timer\r\nSession-Expires: 1800;refresher=uas\r\n", "Session-Expires: 5\r\n",
        "RSeq: 1\r\nRequire: 100rel\r\n",
        "RSeq: 2\r\nRequire: 100rel\r\n", "RSeq: 4294967295\r\nRequire: 100rel\r\n", "RAck: 1 1 INVITE\r\n",
        "RAck: 2 1 INVITE\r\n", "Record-Route: <sip:192.0.2.9;lr>\r\n", "Record-Route: <sip:192.0.2.9>\r\n",
        "Route: <sip:198.51.100.1;lr>\r\n", "Reason: Q.850;cause=16\r\n",
        "Privacy: id\r\nP-Asserted-Identity: <tel:+1>\r\n",
        "Diversion: <sip:1@a>;reason=user-busy\r\n", "History-Info: <sip:1@a>;index=1\r\n", "Retry-After: 5\r\n",
        "Min-SE: 4000000000\r\n", "Expires: 1\r\n", "Max-Forwards: 0\r\n", "Require: foo\r\n",
        "Refer-To: <sip:0300@198.51.100.1>\r\n",
        "Refer-To: <sip:b@a?Replaces=x%3Bto-tag%3Dy%3Bfrom-tag%3Dz>\r\n",
        "Replaces: acall0;to-tag=a;from-tag=b\r\n", "Event: refer\r\nSubscription-State: active\r\n",
        "Contact: <sip:c@192.0.2.77>;q=0.5, <sip:d@192.0.2.78>\r\n", "Content-Encoding: gzip\r\n",
        "WWW-Authenticate: Digest realm=\"a\", nonce=\"b\"\r\n",
        "Proxy-Authenticate: Digest realm=\"a\", nonce=\"b\", stale=true\r\n",
    ]
    private static let bodies = [
        "",
        "v=0\r\no=a 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n",
        "v=0\r\no=a 1 2 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\na=inactive\r\n",
        "v=0\r\no=b 1 1 IN IP6 ::1\r\ns=-\r\nc=IN IP6 ::1\r\nt=0 0\r\nm=audio 0 RTP/AVP 0\r\nm=video 4 RTP/AVP 99\r\n",
        "no description", "SIP/2.0 100 Trying\r\n",
    ]

    /// A request outside of any dialog, or one that seems to be in one.
    static func request(_ input: inout FuzzInput, from peer: Int) -> [UInt8] {
        let number = input.below(4)
        let method = input.pick(methods)
        let cseq = input.below(4)
        let toTag = input.flag() && input.flag() ? ";tag=x\(input.below(3))" : ""
        return text(
            start: "\(method) sip:0\(1 + input.below(4))00@198.51.100.\(peer + 1) SIP/2.0",
            via: via(peer, "z9hG4bKa\(number)\(input.below(3))"),
            from: "\"A\" <sip:+1425555019\(number)@192.0.2.\(peer + 1)>;tag=at\(number)",
            to: "<sip:0100@198.51.100.\(peer + 1)>\(toTag)", callID: "acall\(number)", cseq: "\(cseq) \(method)", peer,
            &input)
    }

    /// A request of a peer in the dialog that a message of ours has told it of.
    static func requestInDialog(_ input: inout FuzzInput, _ known: SIPMessage, from peer: Int) -> [UInt8] {
        let method = input.pick(methods)
        let headers = known.headers
        var (local, remote) = (headers.firstValue(of: .from).string, headers.firstValue(of: .to).string)
        if known.isRequest {
            swap(&local, &remote)
            if known.toTag.isEmpty { local += ";tag=bt\(input.below(3))" }
        }
        let target =
            headers.firstIndex(of: HeaderID.contact) >= 0
            ? headers.firstValue(of: .contact).string : "<sip:198.51.100.1>"
        let uri = target.split(separator: "<").last.map { String($0.prefix { $0 != ">" }) } ?? target
        let cseq = Int(known.cseq.number % 1_000_000) + input.below(4) - 1
        return text(
            start: "\(method) \(uri) SIP/2.0", via: via(peer, "z9hG4bKd\(input.below(8))"), from: local, to: remote,
            callID: known.callID.string, cseq: "\(max(0, cseq)) \(method)", peer, &input)
    }

    /// A peer's answer to a request of ours.
    static func response(_ input: inout FuzzInput, to known: SIPMessage, from peer: Int) -> [UInt8] {
        let status = input.pick(statuses)
        let headers = known.headers
        var to = headers.firstValue(of: .to).string
        if known.toTag.isEmpty, status > 100 { to += ";tag=bt\(input.below(3))" }
        var vias = ""
        for index in 0..<headers.count where headers.id(at: index) == .via {
            vias += "Via: \(headers.value(at: index))\r\n"
        }
        return text(
            start: "SIP/2.0 \(status) R", via: vias, from: headers.firstValue(of: .from).string, to: to,
            callID: known.callID.string, cseq: headers.firstValue(of: .cseq).string, peer, &input)
    }

    private static func via(_ peer: Int, _ branch: String) -> String {
        "Via: SIP/2.0/UDP 192.0.2.\(peer + 1):5060;rport;branch=\(branch)\r\nMax-Forwards: 70\r\n"
    }

    private static func text(
        start: String, via: String, from: String, to: String, callID: String, cseq: String, _ peer: Int,
        _ input: inout FuzzInput
    ) -> [UInt8] {
        var text = "\(start)\r\n\(via)From: \(from)\r\nTo: \(to)\r\nCall-ID: \(callID)\r\nCSeq: \(cseq)\r\n"
        if input.below(8) != 7 { text += "Contact: <sip:c\(input.below(2))@192.0.2.\(peer + 1)>\r\n" }
        for _ in 0..<input.below(3) { text += input.pick(extras) }
        let body = input.pick(bodies)
        if !body.isEmpty { text += "Content-Type: application/sdp\r\n" }
        return Array("\(text)Content-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
    }
}
