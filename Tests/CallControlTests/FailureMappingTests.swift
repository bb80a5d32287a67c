import CallControl
import TandemKit
import Testing

@Suite struct FailureMappingTests {
    func refuse(_ status: Int, extra: String = "", bench: EngineBench = EngineBench()) -> (EngineBench, Sent) {
        let invite = bench.receive(Party.invite(), from: 0).last!
        let sent = bench.receive(Party.response(status, to: invite, extra: extra), from: 1)
        return (bench, sent.to(0)[0])
    }

    @Test("F16: the callee's Q.850 cause reaches the caller")
    func causePasses() {
        let (bench, response) = refuse(486, extra: "Reason: Q.850;cause=17;text=\"User busy\"\r\n")
        #expect(response.fields("Reason") == ["Q.850;cause=17;text=\"User busy\""])
        #expect(bench.endedWith?.cause?.raw == 17)
    }

    @Test("F16: a failure without a cause gets the one of its status", arguments: [(486, 17), (404, 1), (603, 21)])
    func causeAdded(status: Int, cause: Int) {
        let (_, response) = refuse(status)
        #expect(response.field("Reason")?.hasPrefix("Q.850;cause=\(cause);") == true)
    }

    @Test("F15: a translated response decides about failover")
    func translated() {
        let bench = EngineBench(translation: ResponseTranslation([.init(status: 486, cause: 34, translated: 503)]))
        let invite = bench.receive(Party.invite(), from: 0).last!
        let sent = bench.receive(Party.response(486, to: invite, extra: "Reason: Q.850;cause=34\r\n"), from: 1)
        #expect(sent.to(2).first("INVITE") != nil)
    }

    @Test("F15: a translated response reaches the caller with its new status")
    func translatedStatus() {
        let bench = EngineBench(translation: ResponseTranslation([.init(status: 603, translated: 486)]))
        #expect(refuse(603, bench: bench).1.startLine == "SIP/2.0 486 Busy Here")
    }

    @Test("What concerns only us and the peer is not passed on", arguments: [(302, 480), (401, 403), (407, 403)])
    func ownMatter(status: Int, expected: Int) {
        let bench = EngineBench(trunks: ["in", "out"])
        let (_, response) = refuse(
            status, extra: "Contact: <sip:x@192.0.2.77>\r\nWWW-Authenticate: Digest realm=\"secret\"\r\n",
            bench: bench)
        #expect(response.startLine.hasPrefix("SIP/2.0 \(expected)"))
        #expect(!response.text.contains("192.0.2.77"))
        #expect(!response.text.contains("secret"))
    }

    @Test("F44: a failure of ours carries its diagnostic number and sentence")
    func diagnostic() {
        let bench = EngineBench()
        bench.engine.setAvailable(false, trunk: 1)
        bench.engine.setAvailable(false, trunk: 2)
        let response = bench.receive(Party.invite(), from: 0).last!
        #expect(response.field("Reason")?.contains("12000 Every trunk of the route failed or is down") == true)
    }

    @Test("Retry-After of the callee reaches the caller")
    func retryAfter() {
        #expect(refuse(480, extra: "Retry-After: 30\r\n").1.field("Retry-After") == "30")
    }
}
