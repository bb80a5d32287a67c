import CallControl
import TandemKit
import Testing

/// Blind transfer that we carry out (RFC 3515, RFC 3892, RFC 4488).
@Suite struct TransferTests {
    static let newOffer =
        "v=0\r\no=c 1 1 IN IP4 192.0.2.3\r\ns=-\r\nc=IN IP4 192.0.2.3\r\nt=0 0\r\nm=audio 7000 RTP/AVP 8\r\n"
    static let newAnswer =
        "v=0\r\no=a 1 2 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4002 RTP/AVP 8\r\n"

    /// A call from `in` to `out`; what a transfer asks for goes to `out2`.
    static func bench(
        relaysMedia: Bool = false, transfers: [String: TransferPolicy] = ["in": .execute, "out": .execute],
        adapters: [String: AdapterInstance] = [:]
    ) -> EngineBench {
        let router = PrefixRouter(["0100": "out", "0300": "out2", "0400": "out3"])
        return EngineBench(
            trunks: ["in", "out", "out2", "out3"], adapters: adapters, relaysMedia: relaysMedia,
            routers: [.of(router, named: "routes")], transfers: transfers)
    }

    static func refer(
        _ bench: EngineBench, _ call: Established, cseq: Int = 1, to: String = "<sip:0300@198.51.100.2>",
        extra: String = ""
    ) -> [Sent] {
        bench.receive(
            Party.calleeRequest(
                "REFER", in: call.invite, cseq: cseq, branch: "z9hG4bKr\(cseq)",
                extra: "Refer-To: \(to)\r\nContact: <sip:bob@192.0.2.2:5060>\r\n\(extra)"), from: 1)
    }

    /// Answers all NOTIFYs among what was sent.
    static func acceptNotifies(_ sent: [Sent], _ bench: EngineBench) {
        for notify in sent where notify.startLine.hasPrefix("NOTIFY") {
            bench.receive(Party.response(200, to: notify), from: notify.listener)
        }
    }

    @Test(
        "F32: a REFER of the callee is carried out: the caller talks with the new party, the callee is told and hung up"
    )
    func byCallee() throws {
        let bench = Self.bench()
        let call = bench.establish()
        let sent = Self.refer(bench, call)
        let accepted = try #require(sent.to(1).first("SIP/2.0 202"))
        #expect(accepted.field("Contact") == "<sip:198.51.100.2:5060>")
        let trying = try #require(sent.to(1).first("NOTIFY"))
        #expect(trying.field("Event") == "refer")
        #expect(trying.field("Subscription-State") == "active;expires=180")
        #expect(trying.field("Content-Type") == "message/sipfrag;version=2.0")
        #expect(trying.body == "SIP/2.0 100 Trying\r\n")
        Self.acceptNotifies(sent, bench)
        let invite = try #require(sent.to(2).first("INVITE"))
        #expect(invite.startLine == "INVITE sip:0300@192.0.2.3:5060 SIP/2.0")
        #expect(invite.body.isEmpty)
        #expect(invite.field("From")?.contains("+14255550199") == true)
        #expect(invite.field("Referred-By")?.hasPrefix("<sip:0100@198.51.100.3") == true)
        let ringing = bench.receive(Party.response(180, to: invite, tag: "ctag"), from: 2)
        #expect(ringing.to(1).first("NOTIFY")?.body == "SIP/2.0 180 Ringing\r\n")
        Self.acceptNotifies(ringing, bench)
        let answered = bench.receive(
            Party.response(200, to: invite, tag: "ctag", body: Self.newOffer, contact: "sip:carl@192.0.2.3:5060"),
            from: 2)
        #expect(answered.to(2).isEmpty)
        let reinvite = try #require(answered.to(0).first("INVITE"))
        #expect(reinvite.body == Self.newOffer)
        let joined = bench.receive(Party.response(200, to: reinvite, tag: "atag", body: Self.newAnswer), from: 0)
        #expect(joined.to(0).first("ACK")?.body.isEmpty == true)
        let ack = try #require(joined.to(2).first("ACK sip:carl@192.0.2.3"))
        #expect(ack.body == Self.newAnswer)
        let done = try #require(joined.to(1).first("NOTIFY"))
        #expect(done.body == "SIP/2.0 200 OK\r\n")
        #expect(done.field("Subscription-State") == "terminated;reason=noresource")
        Self.acceptNotifies(joined, bench)
        let bye = bench.receive(Party.calleeRequest("BYE", in: call.invite, cseq: 2, branch: "z9hG4bKb2"), from: 1)
        #expect(bye.startLines == ["SIP/2.0 200 OK"])
        #expect(bench.engine.snapshot().map(\.egressTrunk) == ["out2"])
        let end = bench.receive(Party.callerRequest("BYE", in: call.ok, cseq: 2, branch: "z9hG4bKa9"), from: 0)
        #expect(end.to(2).startLines == ["BYE sip:carl@192.0.2.3:5060 SIP/2.0"])
        bench.receive(Party.response(200, to: end.to(2)[0]), from: 2)
        bench.wait(milliseconds: 60_000)
        #expect(bench.isEmpty)
    }

    @Test("A REFER of the caller leaves the callee with the new party; who does not hang up is hung up")
    func byCaller() throws {
        let bench = Self.bench()
        let call = bench.establish()
        let sent = bench.receive(
            Party.callerRequest(
                "REFER", in: call.ok, cseq: 2, branch: "z9hG4bKr1", extra: "Refer-To: <sip:0300@198.51.100.1>\r\n"),
            from: 0)
        Self.acceptNotifies(sent, bench)
        let invite = try #require(sent.to(2).first("INVITE"))
        #expect(invite.field("From")?.contains("0100") == true)
        let answered = bench.receive(
            Party.response(200, to: invite, tag: "ctag", body: Self.newOffer, contact: "sip:carl@192.0.2.3:5060"),
            from: 2)
        let reinvite = try #require(answered.to(1).first("INVITE"))
        let joined = bench.receive(Party.response(200, to: reinvite, body: Self.newAnswer), from: 1)
        #expect(joined.to(2).first("ACK")?.body == Self.newAnswer)
        #expect(joined.to(0).first("NOTIFY")?.body == "SIP/2.0 200 OK\r\n")
        Self.acceptNotifies(joined, bench)
        let late = bench.wait(milliseconds: 3_000)
        let bye = try #require(late.to(0).first("BYE"))
        bench.receive(Party.response(200, to: bye), from: 0)
        // The two talk on: what the one sends reaches the other.
        let info = bench.receive(Party.calleeRequest("INFO", in: call.invite, cseq: 1, branch: "z9hG4bKi"), from: 1)
        #expect(info.to(2).startLines == ["INFO sip:carl@192.0.2.3:5060 SIP/2.0"])
        bench.receive(Party.response(200, to: info.to(2)[0]), from: 2)
        let end = bench.receive(
            Party.request(
                "BYE", uri: "sip:198.51.100.3", branch: "z9hG4bKc1", from: "\(invite.field("To")!);tag=ctag",
                to: invite.field("From")!, callID: invite.field("Call-ID")!, cseq: 1, host: "192.0.2.3:5060"), from: 2)
        bench.receive(Party.response(200, to: try #require(end.to(1).first("BYE"))), from: 1)
        bench.wait(milliseconds: 60_000)
        #expect(bench.isEmpty)
    }

    @Test(
        "A transfer that fails leaves the call as it was, and its sender knows why",
        arguments: [(486, 0), (488, 1), (200, 488)])
    func failing(_ status: Int, _ remaining: Int) throws {
        let bench = Self.bench()
        let call = bench.establish()
        let sent = Self.refer(bench, call)
        Self.acceptNotifies(sent, bench)
        let invite = try #require(sent.to(2).first("INVITE"))
        var last = bench.receive(
            Party.response(status, to: invite, tag: "ctag", body: status == 200 ? Self.newOffer : ""), from: 2)
        var told = status
        if status == 200 {
            let reinvite = try #require(last.to(0).first("INVITE"))
            last = bench.receive(Party.response(remaining, to: reinvite, tag: "atag"), from: 0)
            told = remaining
            #expect(last.to(2).startLines.map { $0.prefix(3) } == ["ACK", "BYE"])
            bench.receive(Party.response(200, to: last.to(2)[1]), from: 2)
        }
        let notify = try #require(last.to(1).first("NOTIFY"))
        #expect(notify.body.hasPrefix("SIP/2.0 \(told) "))
        #expect(notify.field("Subscription-State")?.hasPrefix("terminated") == true)
        Self.acceptNotifies(last, bench)
        let info = bench.receive(Party.callerRequest("INFO", in: call.ok, cseq: 2, branch: "z9hG4bKa6"), from: 0)
        #expect(info.to(1).startLines == ["INFO sip:bob@192.0.2.2:5060 SIP/2.0"])
        #expect(bench.engine.snapshot().map(\.phase) == [.confirmed])
        // The next may be better.
        #expect(Self.refer(bench, call, cseq: 2).to(1).first("NOTIFY")?.field("Event") == "refer;id=2")
    }

    @Test("Who hangs up after its REFER was accepted does not end the call, but a transfer that fails then does")
    func hangsUpEarly() throws {
        for succeeds in [true, false] {
            let bench = Self.bench()
            let call = bench.establish()
            let sent = Self.refer(bench, call)
            Self.acceptNotifies(sent, bench)
            let bye = bench.receive(Party.calleeRequest("BYE", in: call.invite, cseq: 2, branch: "z9hG4bKb2"), from: 1)
            #expect(bye.startLines == ["SIP/2.0 200 OK"])
            let invite = try #require(sent.to(2).first("INVITE"))
            guard succeeds else {
                let refused = bench.receive(Party.response(486, to: invite, tag: "ctag"), from: 2)
                #expect(refused.to(0).first("BYE") != nil)
                continue
            }
            let answered = bench.receive(Party.response(200, to: invite, tag: "ctag", body: Self.newOffer), from: 2)
            let reinvite = try #require(answered.to(0).first("INVITE"))
            let joined = bench.receive(Party.response(200, to: reinvite, tag: "atag", body: Self.newAnswer), from: 0)
            #expect(joined.to(2).first("ACK") != nil)
            #expect(bench.engine.snapshot().map(\.phase) == [.confirmed])
        }
    }

    @Test("The other party hangs up during a transfer: the new party is cancelled, the sender told and hung up")
    func otherHangsUp() throws {
        let bench = Self.bench()
        let call = bench.establish()
        let sent = Self.refer(bench, call)
        Self.acceptNotifies(sent, bench)
        let invite = try #require(sent.to(2).first("INVITE"))
        bench.receive(Party.response(180, to: invite, tag: "ctag"), from: 2)
        let ended = bench.receive(Party.callerRequest("BYE", in: call.ok, cseq: 2, branch: "z9hG4bKa9"), from: 0)
        #expect(ended.to(2).startLines.map { $0.prefix(6) } == ["CANCEL"])
        #expect(ended.to(1).startLines.map { $0.prefix(3) } == ["NOT", "BYE"])
        // An answer that crosses the CANCEL is hung up.
        let late = bench.receive(Party.response(200, to: invite, tag: "ctag", body: Self.newOffer), from: 2)
        #expect(late.to(2).startLines.map { $0.prefix(3) } == ["ACK", "BYE"])
    }

    @Test("F32: a trunk without leave gets 405 whose Allow lacks REFER; one with leave names it and norefersub")
    func leave() throws {
        let bench = Self.bench(transfers: ["in": .execute])
        let call = bench.establish()
        #expect(call.ok.field("Allow")?.contains("REFER") == true)
        #expect(call.ok.field("Supported")?.contains("norefersub") == true)
        let refused = try #require(Self.refer(bench, call).first)
        #expect(refused.startLine == "SIP/2.0 405 Method Not Allowed")
        #expect(refused.field("Allow")?.contains("REFER") == false)
        let story = try #require(bench.engine.snapshot().first.flatMap { bench.engine.story(of: $0.number) })
        #expect(story.plan.log.entries.contains { $0.rule == "transfer" && $0.note.contains("off") })
    }

    @Test("Refer-Sub: false brings no NOTIFY (RFC 4488)")
    func silent() throws {
        let bench = Self.bench()
        let call = bench.establish()
        let sent = Self.refer(bench, call, extra: "Refer-Sub: false\r\n")
        #expect(sent.to(1).first("SIP/2.0 202")?.field("Refer-Sub") == "false")
        #expect(sent.to(1).first("NOTIFY") == nil)
        #expect(sent.to(2).first("INVITE") != nil)
    }

    @Test(
        "What can't be understood or served is refused",
        arguments: [
            ("", 400), ("Refer-To: <sip:0300@x>\r\nRefer-To: <sip:0300@x>\r\n", 400),
            ("Refer-To: <mailto:a@b>\r\n", 416),
            ("Refer-To: <sip:0300@x;method=SUBSCRIBE>\r\n", 501), ("Refer-To: <sip:0300@x?Replaces=a>\r\n", 400),
        ])
    func malformed(_ field: String, _ status: Int) {
        let bench = Self.bench()
        let call = bench.establish()
        let sent = bench.receive(
            Party.calleeRequest("REFER", in: call.invite, cseq: 1, branch: "z9hG4bKr1", extra: field), from: 1)
        #expect(sent.startLines.map { $0.prefix(11) } == ["SIP/2.0 \(status)"])
    }

    @Test("One transfer at a time, and so many of one call")
    func bounded() throws {
        let bench = Self.bench()
        let call = bench.establish()
        for cseq in 1...8 {
            let sent = Self.refer(bench, call, cseq: cseq * 2)
            Self.acceptNotifies(sent, bench)
            #expect(Self.refer(bench, call, cseq: cseq * 2 + 1).startLines == ["SIP/2.0 491 Request Pending"])
            let invite = try #require(sent.to(2).first("INVITE"))
            Self.acceptNotifies(bench.receive(Party.response(486, to: invite, tag: "ctag"), from: 2), bench)
        }
        #expect(Self.refer(bench, call, cseq: 30).startLines == ["SIP/2.0 603 Decline"])
        #expect(bench.engine.counters.refusedTransfers == 1)
    }

    @Test("A number without a route: 202, then the route's refusal in NOTIFY")
    func noRoute() throws {
        let bench = Self.bench()
        let call = bench.establish()
        let sent = Self.refer(bench, call, to: "<sip:0999@198.51.100.2>")
        #expect(sent.to(1).startLines.map { $0.prefix(11) } == ["SIP/2.0 202", "NOTIFY sip:", "NOTIFY sip:"])
        #expect(sent.last?.body == "SIP/2.0 404 Not Found\r\n")
        #expect(bench.engine.snapshot().map(\.phase) == [.confirmed])
    }

    @Test("With a relay the new pair has a session of its own, and that of the old pair ends with it")
    func relayed() throws {
        let bench = Self.bench(relaysMedia: true)
        bench.receive(Party.invite(), from: 0)
        let first = bench.reply(Party.offer)
        let invite1 = try #require(first.to(1).first("INVITE"))
        bench.receive(Party.response(200, to: invite1, body: Party.answer), from: 1)
        let ok = try #require(bench.reply(Party.answer).to(0).first("SIP/2.0 200"))
        bench.receive(Party.callerRequest("ACK", in: ok, cseq: 1, branch: "z9hG4bKack"), from: 0)
        let call = Established(invite: invite1, ok: ok)
        let sent = Self.refer(bench, call)
        Self.acceptNotifies(sent, bench)
        let invite = try #require(sent.to(2).first("INVITE"))
        #expect(bench.receive(Party.response(200, to: invite, tag: "ctag", body: Self.newOffer), from: 2).isEmpty)
        #expect(bench.media.last?.session.attempt == 2)
        let relayed = Self.newOffer.replacing("7000", by: "30000")
        let reinvite = try #require(bench.reply(relayed).to(0).first("INVITE"))
        #expect(reinvite.body == relayed)
        bench.receive(Party.response(200, to: reinvite, tag: "atag", body: Self.newAnswer), from: 0)
        let joined = bench.reply(Self.newAnswer.replacing("4002", by: "30002"))
        #expect(joined.to(2).first("ACK")?.body.contains("30002") == true)
        #expect(bench.lastIsDelete)
        #expect(bench.media.last?.session.attempt == 1)
        #expect(bench.engine.mediaSessions.map(\.attempt) == [2])
    }

    @Test(
        "A gateway that takes no INVITE without an offer gets one of ours; its answer becomes the other party's offer")
    func earlyOffer() throws {
        let eager = ProfileAdapter.with { $0.acceptsDelayedOffer = false }
        let bench = Self.bench(relaysMedia: true, adapters: ["out2": eager])
        bench.receive(Party.invite(), from: 0)
        let invite1 = try #require(bench.reply(Party.offer).to(1).first("INVITE"))
        bench.receive(Party.response(200, to: invite1, body: Party.answer), from: 1)
        let ok = try #require(bench.reply(Party.answer).to(0).first("SIP/2.0 200"))
        bench.receive(Party.callerRequest("ACK", in: ok, cseq: 1, branch: "z9hG4bKack"), from: 0)
        Self.acceptNotifies(Self.refer(bench, Established(invite: invite1, ok: ok)), bench)
        let invite = try #require(bench.reply(Party.offer).to(2).first("INVITE"))
        #expect(invite.body == Party.offer)
        let answered = bench.receive(Party.response(200, to: invite, tag: "ctag", body: Self.newOffer), from: 2)
        #expect(answered.to(2).first("ACK") != nil)
        #expect(bench.reply(Self.newOffer).isEmpty)
        let reinvite = try #require(bench.reply(Self.newOffer).to(0).first("INVITE"))
        bench.receive(Party.response(200, to: reinvite, tag: "atag", body: Self.newAnswer), from: 0)
        let joined = bench.reply(Self.newAnswer)
        #expect(joined.to(1).first("NOTIFY")?.body == "SIP/2.0 200 OK\r\n")
        #expect(joined.to(2).isEmpty)
    }
}

/// Routes by the first digits of the called number.
struct PrefixRouter: Router {
    var trunks: [String: String] = [:]
    init(settings: NoSettings) {}
    init(_ trunks: [String: String]) { self.trunks = trunks }

    func route(_ query: RouteQuery, log: inout DecisionLog) -> RouteDecision {
        for (prefix, trunk) in trunks where query.called.text.hasPrefix(prefix) {
            return .trunks([TrunkChoice(trunk: trunk)])
        }
        return .noMatch
    }
}
