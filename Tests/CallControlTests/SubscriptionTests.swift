import CallControl
import TandemKit
import Testing

/// SUBSCRIBE and NOTIFY outside of calls (RFC 6665).
@Suite struct SubscriptionTests {
    static func subscribe(_ cseq: Int = 1, to: String = "<sip:0100@198.51.100.1>", expires: Int = 600) -> String {
        Party.request(
            "SUBSCRIBE", uri: "sip:0100@198.51.100.1", branch: "z9hG4bKs\(cseq)",
            from: "<sip:+14255550199@192.0.2.1>;tag=secret-tag", to: to, callID: "secret-id", cseq: cseq,
            extra: "Contact: <sip:ann@192.0.2.1:5060>\r\nEvent: message-summary\r\nExpires: \(expires)\r\n")
    }

    static func notify(
        _ sent: Sent, _ cseq: Int = 1, state: String = "active;expires=600", body: String = "Messages-Waiting: yes\r\n"
    ) -> String {
        Party.calleeRequest(
            "NOTIFY", in: sent, tag: "far-tag", cseq: cseq, branch: "z9hG4bKn\(cseq)", body: body,
            extra: "Contact: <sip:mwi@192.0.2.2:5060>\r\nEvent: message-summary\r\nSubscription-State: \(state)\r\n")
    }

    @Test("A subscription passes, its NOTIFYs and refreshes too, each side in its own terms, until it is terminated")
    func whole() throws {
        let bench = EngineBench()
        let sent = try #require(bench.receive(Self.subscribe(), from: 0).to(1).first("SUBSCRIBE"))
        #expect(sent.field("Event") == "message-summary" && sent.field("Expires") == "600")
        #expect(sent.field("Contact") == "<sip:198.51.100.2:5060>")
        #expect(!sent.text.contains("secret") && !sent.text.contains("192.0.2.1;"))
        let ok = try #require(
            bench.receive(
                Party.response(
                    200, to: sent, tag: "far-tag", extra: "Expires: 600\r\n", contact: "sip:mwi@192.0.2.2:5060"),
                from: 1
            ).to(0).first("SIP/2.0 200"))
        #expect(ok.field("Contact") == "<sip:198.51.100.1:5060>" && !ok.text.contains("far-tag"))
        let told = try #require(bench.receive(Self.notify(sent), from: 1).to(0).first("NOTIFY sip:ann@192.0.2.1"))
        #expect(told.field("Call-ID") == "secret-id" && told.body == "Messages-Waiting: yes\r\n")
        #expect(told.field("Subscription-State") == "active;expires=600" && !told.text.contains("far-tag"))
        #expect(bench.receive(Party.response(200, to: told), from: 0).to(1).first("SIP/2.0 200") != nil)
        let again = try #require(
            bench.receive(Self.subscribe(2, to: ok.field("To")!), from: 0).to(1).first("SUBSCRIBE sip:mwi@192.0.2.2"))
        #expect(again.field("CSeq") == "2 SUBSCRIBE")
        #expect(again.field("To")?.parameter("tag") == "far-tag")
        let refreshed = bench.receive(Party.response(200, to: again, extra: "Expires: 600\r\n"), from: 1)
        #expect(refreshed.to(0).first("SIP/2.0 200")?.field("CSeq") == "2 SUBSCRIBE")
        let last = try #require(
            bench.receive(Self.notify(sent, 2, state: "terminated;reason=timeout"), from: 1).to(0).first("NOTIFY"))
        bench.receive(Party.response(200, to: last), from: 0)
        #expect(bench.engine.subscriptionCount == 0)
        #expect(bench.receive(Self.notify(sent, 3), from: 1).last?.startLine.hasPrefix("SIP/2.0 481") == true)
        bench.wait(milliseconds: 60_000)
        #expect(bench.isEmpty)
    }

    @Test("A NOTIFY may overtake the 200 that it belongs to")
    func overtaking() throws {
        let bench = EngineBench()
        let sent = try #require(bench.receive(Self.subscribe(), from: 0).to(1).first("SUBSCRIBE"))
        let told = try #require(bench.receive(Self.notify(sent), from: 1).to(0).first("NOTIFY"))
        bench.receive(Party.response(200, to: told), from: 0)
        let ok = try #require(
            bench.receive(Party.response(200, to: sent, tag: "far-tag", extra: "Expires: 600\r\n"), from: 1).to(0)
                .first(
                    "SIP/2.0 200"))
        let again = bench.receive(Self.subscribe(2, to: ok.field("To")!), from: 0).to(1)
        #expect(again.first("SUBSCRIBE sip:mwi@192.0.2.2")?.field("CSeq") == "2 SUBSCRIBE")
    }

    @Test("A subscription that nobody refreshes is forgotten, and one that is refused leaves nothing")
    func forgotten() throws {
        for status in [200, 489] {
            let bench = EngineBench()
            let sent = try #require(bench.receive(Self.subscribe(), from: 0).to(1).first("SUBSCRIBE"))
            let back = bench.receive(
                Party.response(status, to: sent, tag: "far-tag", extra: "Expires: 600\r\n"), from: 1)
            #expect(back.to(0).first("SIP/2.0 \(status)") != nil)
            #expect(bench.engine.subscriptionCount == (status == 200 ? 1 : 0))
            bench.wait(milliseconds: 640_000)
            #expect(bench.engine.subscriptionCount == 0 && bench.isEmpty)
        }
    }

    @Test("Bounded, and no stranger's")
    func bounded() throws {
        let bench = EngineBench(limits: CallLimits(subscriptions: 1))
        let sent = try #require(bench.receive(Self.subscribe(), from: 0).to(1).first("SUBSCRIBE"))
        bench.receive(Party.response(200, to: sent, tag: "far-tag", extra: "Expires: 600\r\n"), from: 1)
        let second = Self.subscribe().replacing("z9hG4bKs1", by: "z9hG4bKs9").replacing("secret-id", by: "other-id")
        #expect(bench.receive(second, from: 0).last?.startLine.hasPrefix("SIP/2.0 503") == true)
        #expect(bench.receive(Self.notify(sent), from: 2).last?.startLine.hasPrefix("SIP/2.0 481") == true)
        #expect(bench.receive(Self.notify(sent, 1).replacing("far-tag", by: "no-tag"), from: 1).to(0).isEmpty)
    }
}
