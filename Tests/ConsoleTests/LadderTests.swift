import Admin
import Console
import Testing

@Suite("Ladder")
struct LadderTests {
    @Test("F78: a call that fails over shows both legs, both attempts and the decisions between")
    func failover() throws {
        try Golden.expect(Ladder.draw(TraceReport(calls: [Self.call])), matches: "ladder")
    }

    @Test("F78: the full ladder has each message whole, its secrets blotted out")
    func full() throws {
        try Golden.expect(
            Ladder.draw(TraceReport(calls: [Self.call], isTruncated: true), isFull: true), matches: "ladder-full")
    }

    @Test("An empty trace is a sentence")
    func empty() {
        #expect(Ladder.draw(TraceReport(calls: [])) == "No call is remembered.")
    }

    @Test("Nothing from the network steers the terminal", arguments: ["\u{1B}[2J", "\u{07}", "\u{9B}31m", "\u{202E}x"])
    func escapes(text: String) {
        var call = Self.call
        call.from = text
        call.events = [
            Self.message(0, leg: 0, out: false, "INVITE sip:\(text)@h SIP/2.0\r\nSubject: \(text)\r\n\r\n"),
            TraceEvent(microseconds: 1, kind: .decision(TraceDecision(plugin: "p", rule: text, outcome: "chosen"))),
        ]
        let drawn = Ladder.draw(TraceReport(calls: [call]), isFull: true)
        #expect(
            !drawn.unicodeScalars.contains {
                $0.value == 0x1B || $0.value == 7 || $0.value == 0x9B || $0.value == 0x202E
            })
    }

    private static func message(_ time: Int64, leg: Int, out: Bool, again: Bool = false, _ text: String) -> TraceEvent {
        let (trunk, remote) = [
            ("uc", "127.0.0.1:5061"), ("gateway-a", "127.0.0.2:5080"), ("gateway-b", "127.0.0.3:5080"),
        ][leg]
        return TraceEvent(
            microseconds: time,
            kind: .message(
                TraceMessage(
                    leg: leg, isOutgoing: out, isRetransmission: again, trunk: trunk, remote: remote,
                    bytes: Array(text.utf8))))
    }

    private static func decision(
        _ plugin: String, _ rule: String, _ before: String?, _ after: String?, _ outcome: String
    ) -> TraceEvent {
        TraceEvent(
            microseconds: 0,
            kind: .decision(TraceDecision(plugin: plugin, rule: rule, before: before, after: after, outcome: outcome)))
    }

    private static func text(_ start: String, _ method: String, sdp: Bool = false, extra: String = "") -> String {
        let body =
            sdp ? "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:c2VjcmV0|2^20\r\n" : ""
        return start + "\r\nCSeq: 1 \(method)\r\n" + extra + (sdp ? "Content-Type: application/sdp\r\n" : "")
            + "Content-Length: \(body.utf8.count)\r\n\r\n" + body
    }

    static let call = TracedCall(
        call: "0-17", ingress: "uc", egress: "gateway-b", from: "+14255550123", to: "0100", outcome: "confirmed",
        startedAt: "2026-11-22T14:30:01.250Z",
        events: [
            message(
                0, leg: 0, out: false,
                text(
                    "INVITE sip:0100@127.0.0.1;user=phone SIP/2.0", "INVITE", sdp: true,
                    extra: "Proxy-Authorization: Digest username=\"u\", nonce=\"n\", response=\"00ff\"\r\n")),
            decision("dial-plan", "operator", "0100", "+14255550100", "matched"),
            decision(
                "routes", "us", nil, "gateway-a, gateway-b",
                "chosen: on 5xx, time-out or transport error to the next trunk in this order"),
            message(180, leg: 0, out: true, text("SIP/2.0 100 Trying", "INVITE")),
            message(
                310, leg: 1, out: true, text("INVITE sip:+14255550100@127.0.0.2:5080 SIP/2.0", "INVITE", sdp: true)),
            message(
                500_310, leg: 1, out: true, again: true,
                text("INVITE sip:+14255550100@127.0.0.2:5080 SIP/2.0", "INVITE", sdp: true)),
            message(
                501_000, leg: 1, out: false,
                text("SIP/2.0 503 Service Unavailable because every circuit to the far exchange is busy", "INVITE")),
            message(501_050, leg: 1, out: true, text("ACK sip:+14255550100@127.0.0.2:5080 SIP/2.0", "ACK")),
            message(
                501_200, leg: 2, out: true, text("INVITE sip:+14255550100@127.0.0.3:5080 SIP/2.0", "INVITE", sdp: true)),
            message(502_000, leg: 2, out: false, text("SIP/2.0 180 Ringing", "INVITE")),
            message(502_090, leg: 0, out: true, text("SIP/2.0 180 Ringing", "INVITE")),
            message(3_502_000, leg: 2, out: false, text("SIP/2.0 200 OK", "INVITE", sdp: true)),
            message(3_502_090, leg: 0, out: true, text("SIP/2.0 200 OK", "INVITE", sdp: true)),
            message(3_510_000, leg: 0, out: false, text("ACK sip:127.0.0.1:5060 SIP/2.0", "ACK")),
            message(3_510_040, leg: 2, out: true, text("ACK sip:127.0.0.3:5080 SIP/2.0", "ACK")),
            message(1_203_510_000, leg: 0, out: false, text("BYE sip:127.0.0.1:5060 SIP/2.0", "BYE")),
            message(1_203_510_050, leg: 2, out: true, text("BYE sip:127.0.0.3:5080 SIP/2.0", "BYE")),
            message(1_203_511_000, leg: 2, out: false, text("SIP/2.0 200 OK", "BYE")),
            message(1_203_511_040, leg: 0, out: true, text("SIP/2.0 200 OK", "BYE")),
        ])
}
