import CallControl
import TandemKit
import Testing
import Timing

@Suite("Requests outside of dialogs that pass a B2BUA")
struct StandaloneRequestTests {
    private static func message(_ method: String = "MESSAGE", extra: String = "") -> String {
        "\(method) sip:0100@198.51.100.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;rport;branch=z9hG4bKm\r\nMax-Forwards: 70\r\n"
            + "From: <sip:+14255550199@192.0.2.1>;tag=secret-tag\r\nTo: <sip:0100@198.51.100.1>\r\nCall-ID: secret-id\r\n"
            + "CSeq: 77 \(method)\r\n\(extra)Content-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"
    }

    @Test(
        "MESSAGE and PUBLISH go on with our own identifiers, and the answer comes back",
        arguments: ["MESSAGE", "PUBLISH"])
    func passes(method: String) throws {
        let bench = EngineBench()
        let sent = try #require(
            bench.receive(Self.message(method, extra: "Event: presence\r\n"), from: 0).to(1).first(method))
        #expect(sent.startLine == "\(method) sip:0100@192.0.2.2:5060 SIP/2.0")
        #expect(sent.body == "hello" && sent.field("Content-Type") == "text/plain" && sent.field("Event") == "presence")
        #expect(sent.field("CSeq") == "1 \(method)" && sent.field("Max-Forwards") == "69")
        for secret in ["secret", "192.0.2.1;", "z9hG4bKm\r"] { #expect(!sent.text.contains(secret), "\(sent)") }
        let back = bench.receive(
            Party.response(200, to: sent, tag: "far-tag", extra: "SIP-ETag: e7\r\n"), from: 1)
        let ok = try #require(back.to(0).first("SIP/2.0 200"))
        #expect(
            ok.field("CSeq") == "77 \(method)" && ok.field("Call-ID") == "secret-id" && ok.field("SIP-ETag") == "e7")
        #expect(!ok.text.contains("far-tag") && ok.fields("Via").count == 1)
        #expect(bench.engine.callCount == 0)
        bench.wait(milliseconds: 40_000)
        #expect(bench.isEmpty)
    }

    @Test("After 503 the next trunk gets it; 404 goes back with its cause")
    func failover() throws {
        let bench = EngineBench()
        let first = try #require(bench.receive(Self.message(), from: 0).to(1).first("MESSAGE"))
        let second = try #require(bench.receive(Party.response(503, to: first), from: 1).to(2).first("MESSAGE"))
        #expect(second.field("Call-ID") != first.field("Call-ID"))
        let back = bench.receive(Party.response(404, to: second), from: 2).to(0)
        #expect(back.first("SIP/2.0 404")?.field("Call-ID") == "secret-id")
    }

    @Test("Nobody answers: no 408 is sent, for its sender has given up (RFC 4320)")
    func silence() {
        let bench = EngineBench()
        bench.receive(Self.message(), from: 0)
        let sent = bench.wait(milliseconds: 70_000)
        #expect(sent.to(0).allSatisfy { $0.startLine.hasPrefix("SIP/2.0 100") }, "\(sent.to(0))")
        #expect(bench.isEmpty)
    }

    @Test("Adapters of both sides see request and response; one that refuses answers with its failure")
    func adapters() throws {
        let noting = ["in": "1", "out": "2"].mapValues { AdapterInstance.of(NotingAdapter($0), named: $0) }
        let bench = EngineBench(adapters: noting)
        let sent = try #require(bench.receive(Self.message(), from: 0).to(1).first("MESSAGE"))
        #expect(sent.fields("X-Trail").contains { $0.hasPrefix("2.egress out") }, "\(sent)")
        let back = bench.receive(Party.response(200, to: sent), from: 1).to(0).first("SIP/2.0 200")
        #expect(back?.fields("X-Trail").contains { $0.hasPrefix("1.egress in") } == true, "\(String(describing: back))")
        let refusing = EngineBench(adapters: [
            "out": AdapterInstance.of(MuteAdapter(), named: "no"),
            "out2": AdapterInstance.of(MuteAdapter(), named: "no"),
        ])
        let refused = refusing.receive(Self.message(), from: 0)
        #expect(refused.to(1).isEmpty && refused.last?.startLine.hasPrefix("SIP/2.0 4") == true, "\(refused)")
        #expect(refusing.engine.callCount == 0)
    }

    @Test("Observers hear of calls alone")
    func unobserved() throws {
        for mode in [SignallingMode.b2bua, .proxy] {
            let bench = EngineBench(mode: mode)
            let sent = try #require(bench.receive(Self.message(), from: 0).to(1).first("MESSAGE"))
            bench.receive(Party.response(503, to: sent), from: 1)
            #expect(bench.events.isEmpty)
        }
    }

    @Test("Too many at once get 503 with Retry-After")
    func limit() throws {
        let bench = EngineBench(limits: CallLimits(calls: 1))
        bench.receive(Self.message(), from: 0)
        let refused = bench.receive(
            Self.message().replacing("z9hG4bKm", "z9hG4bKn").replacing("secret-id", "other"), from: 0
        ).last
        #expect(refused?.startLine.hasPrefix("SIP/2.0 503") == true && refused?.field("Retry-After") != nil)
    }
}

private struct MuteAdapter: GatewayAdapter {
    init(settings: NoSettings) {}
    init() {}
    func egress(_ request: inout SIPRequest, on leg: EgressLeg) throws(AdapterError) {
        throw AdapterError("no messages here", status: 488)
    }
}
