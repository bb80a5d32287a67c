import Admin
import Console
import Testing

@Suite("Explanations")
struct ExplanationTextTests {
    private let operatorStep = TraceDecision(
        plugin: "dial-plan", rule: "operator", before: "0100", after: "+14255550100", outcome: "matched")

    @Test("F76: each rule tried, each value before and after, the trunks in order and what they would be sent")
    func routed() throws {
        let explanation = Explanation(
            trunk: "uc",
            called: ExplainedNumber(received: "0100", current: "+14255550100", kind: "E.164", steps: [operatorStep]),
            calling: ExplainedNumber(received: "5123", current: "5123", kind: "extension", steps: []),
            decisions: [
                TraceDecision(
                    plugin: "dial-plan", rule: "international", before: "0100", after: "0100", outcome: "notMatched"),
                operatorStep,
                TraceDecision(
                    plugin: "dial-plan", rule: "international", before: "5123", after: "5123", outcome: "notMatched"),
                TraceDecision(
                    plugin: "dial-plan", rule: "operator", before: "5123", after: "5123",
                    outcome: "failed: the pattern needed more than 100000 steps"),
                TraceDecision(
                    plugin: "routes", rule: "us", before: nil, after: "gateway-a, gateway-b", outcome: "chosen"),
            ],
            attempts: [
                ExplainedAttempt(
                    trunk: "gateway-a", peer: "udp 127.0.0.2:5080", adapter: "asterisk", called: "+14255550100",
                    request: [
                        "INVITE sip:+14255550100@127.0.0.2:5080 SIP/2.0", "From: <sip:5123@127.0.0.1>",
                        "To: <sip:+14255550100@127.0.0.2:5080>",
                    ],
                    failover: "5xx, time-out or transport error", problem: nil),
                ExplainedAttempt(
                    trunk: "gateway-b", peer: "udp 127.0.0.3:5080", adapter: nil, called: "+14255550100", request: [],
                    failover: "", problem: "the trunk is down: 5 OPTIONS without an answer"),
            ], refusal: nil)
        try Golden.expect(ExplanationText.draw(explanation), matches: "explain")
    }

    @Test("F76: a call that would be refused says why")
    func refused() throws {
        let explanation = Explanation(
            trunk: "uc", called: ExplainedNumber(received: "911911", current: "911911", kind: "opaque", steps: []),
            calling: nil, decisions: [], attempts: [],
            refusal: "404 Not Found, diagnostic 12004: no route matches the number")
        try Golden.expect(ExplanationText.draw(explanation), matches: "explain-refused")
    }
}
