import CallControl
import TandemKit
import Testing
import Timing

@Suite struct SessionTimerCallTests {
    static let timed = "Supported: timer\r\n"
    static let byUPDATE = "Allow: INVITE, ACK, BYE, CANCEL, UPDATE\r\n"

    /// A call whose caller has this in its INVITE and whose callee has that in its 200.
    static func call(_ bench: EngineBench, caller: String = "", callee: String = "") throws -> Established {
        let invite = try #require(bench.receive(Party.invite(extra: caller), from: 0).last)
        let answered = bench.receive(Party.response(200, to: invite, body: Party.answer, extra: callee), from: 1)
        let ok = try #require(answered.to(0).first("SIP/2.0 200"))
        bench.receive(Party.callerRequest("ACK", in: ok, cseq: 1, branch: "z9hG4bKack"), from: 0)
        return Established(invite: invite, ok: ok)
    }

    static func bench(_ use: SessionSettings.Use, interval: UInt32 = 600, minimum: UInt32 = 90) -> EngineBench {
        let settings = SessionSettings(use: use, interval: interval, minimum: minimum)
        return EngineBench(sessions: ["in": settings, "out": settings])
    }

    // MARK: The caller's leg: we answer

    @Test("F36: a caller that asks for a session timer gets one and refreshes itself; Require says so")
    func granted() throws {
        let call = try Self.call(EngineBench(), caller: Self.timed + "Session-Expires: 1200\r\n")
        #expect(call.ok.field("Session-Expires") == "1200;refresher=uac")
        #expect(call.ok.field("Require") == "timer")
        #expect(call.ok.field("Supported") == "timer, 100rel")
    }

    @Test("A caller that does not know the extension is refreshed by us where a proxy asks for it, without Require")
    func proxyAsks() throws {
        let call = try Self.call(EngineBench(), caller: "Session-Expires: 1200\r\n")
        #expect(call.ok.field("Session-Expires") == "1200;refresher=uas")
        #expect(call.ok.field("Require") == nil)
    }

    @Test("A caller that asks for no session timer gets none")
    func notAsked() throws {
        let bench = EngineBench()
        let call = try Self.call(bench, caller: Self.timed)
        #expect(call.ok.field("Session-Expires") == nil)
        #expect(bench.wait(milliseconds: 3_600_000).isEmpty)
    }

    @Test("An interval below ours gets 422 with Min-SE, and nothing is sent on")
    func tooSmall() {
        let bench = Self.bench(.accept, minimum: 300)
        let sent = bench.receive(Party.invite(extra: Self.timed + "Session-Expires: 200\r\n"), from: 0)
        #expect(sent.to(1).isEmpty)
        #expect(sent.last?.startLine == "SIP/2.0 422 Session Interval Too Small")
        #expect(sent.last?.field("Min-SE") == "300")
        bench.receive(Party.invite(method: "ACK"), from: 0)
        bench.wait(milliseconds: 40_000)
        #expect(bench.isEmpty)
    }

    @Test("A trunk without session timers neither names nor grants them; who requires them gets 420")
    func off() throws {
        let bench = Self.bench(.off)
        let call = try Self.call(
            bench, caller: Self.timed + "Session-Expires: 1200\r\n", callee: "Session-Expires: 90;refresher=uac\r\n")
        for field in ["Session-Expires", "Require"] {
            #expect(call.ok.field(field) == nil && call.invite.field(field) == nil)
        }
        #expect(call.ok.field("Supported") == "100rel" && call.invite.field("Supported") == "100rel")
        #expect(bench.wait(milliseconds: 3_600_000).isEmpty)
        let required = Self.bench(.off).receive(Party.invite(extra: "Require: timer\r\n"), from: 0).last!
        #expect(required.startLine == "SIP/2.0 420 Bad Extension")
        #expect(required.field("Unsupported") == "timer")
    }

    // MARK: Expiry

    @Test("F36: a caller that does not refresh in time: BYE with Reason to both sides, and the code that says why")
    func expired() throws {
        let bench = EngineBench()
        _ = try Self.call(bench, caller: Self.timed + "Session-Expires: 120\r\n")
        #expect(bench.wait(milliseconds: 87_900).isEmpty)
        let sent = bench.wait(milliseconds: 200)
        #expect(sent.to(0).first("BYE") != nil && sent.to(1).first("BYE") != nil)
        for bye in sent { #expect(bye.field("Reason")?.hasPrefix("Q.850;cause=102;text=\"10050 ") == true) }
        #expect(bench.endedWith?.diagnostic == .sessionExpired)
        #expect(bench.engine.counters.expiredSessions == 1)
    }

    @Test("A refresh by UPDATE is answered by us, and the session begins anew")
    func refreshedByUPDATE() throws {
        let bench = EngineBench()
        let call = try Self.call(bench, caller: Self.timed + "Session-Expires: 120\r\n")
        bench.wait(milliseconds: 60_000)
        let sent = bench.receive(
            Party.callerRequest(
                "UPDATE", in: call.ok, cseq: 2, branch: "z9hG4bKu",
                extra: Self.timed + "Contact: <sip:ann@192.0.2.1:5066>\r\nSession-Expires: 120;refresher=uac\r\n"),
            from: 0)
        #expect(sent.startLines == ["SIP/2.0 200 OK"])
        #expect(sent[0].field("Session-Expires") == "120;refresher=uac")
        #expect(sent[0].field("Contact") != nil)
        #expect(bench.wait(milliseconds: 87_900).isEmpty)
        #expect(bench.wait(milliseconds: 200).to(0).first("BYE sip:ann@192.0.2.1:5066") != nil)
    }

    @Test("A re-INVITE of a party refreshes the sessions of both")
    func refreshedByReinvite() throws {
        let bench = EngineBench()
        let call = try Self.call(
            bench, caller: Self.timed + "Session-Expires: 120\r\n", callee: "Session-Expires: 120;refresher=uas\r\n")
        bench.wait(milliseconds: 60_000)
        let sent = bench.receive(
            Party.callerRequest(
                "INVITE", in: call.ok, cseq: 2, branch: "z9hG4bKr", body: Party.offer,
                extra: Self.timed + "Contact: <sip:ann@192.0.2.1>\r\nSession-Expires: 120;refresher=uac\r\n"), from: 0)
        let invite = try #require(sent.to(1).first("INVITE"))
        #expect(invite.field("Session-Expires") == "120;refresher=uas")
        let answered = bench.receive(
            Party.response(
                200, to: invite, body: Party.answer, extra: "Session-Expires: 120;refresher=uas\r\n"), from: 1)
        let ok = try #require(answered.to(0).first("SIP/2.0 200"))
        #expect(ok.field("Session-Expires") == "120;refresher=uac")
        bench.receive(Party.callerRequest("ACK", in: ok, cseq: 2, branch: "z9hG4bKr2"), from: 0)
        #expect(bench.wait(milliseconds: 87_900).isEmpty)
        #expect(bench.wait(milliseconds: 200).to(1).first("BYE") != nil)
    }

    @Test("A re-INVITE that is refused refreshes nothing")
    func refusedReinvite() throws {
        let bench = EngineBench()
        let call = try Self.call(bench, caller: Self.timed + "Session-Expires: 120\r\n")
        bench.wait(milliseconds: 60_000)
        let invite = bench.receive(
            Party.callerRequest(
                "INVITE", in: call.ok, cseq: 2, branch: "z9hG4bKr", body: Party.offer,
                extra: Self.timed + "Session-Expires: 120;refresher=uac\r\n"), from: 0
        ).to(1)[0]
        bench.receive(Party.response(488, to: invite), from: 1)
        #expect(bench.wait(milliseconds: 28_200).to(0).first("BYE") != nil)
    }

    @Test("A refresh with too small an interval gets 422, and the call goes on")
    func refreshTooSmall() throws {
        let bench = EngineBench()
        let call = try Self.call(bench, caller: Self.timed + "Session-Expires: 120\r\n")
        let sent = bench.receive(
            Party.callerRequest(
                "UPDATE", in: call.ok, cseq: 2, branch: "z9hG4bKu", extra: Self.timed + "Session-Expires: 60\r\n"),
            from: 0)
        #expect(sent.startLines == ["SIP/2.0 422 Session Interval Too Small"])
        #expect(sent[0].field("Min-SE") == "90")
        #expect(bench.engine.snapshot().map(\.phase) == [.confirmed])
    }

    @Test("A refresh without Session-Expires ends the session timer, not the call")
    func turnedOff() throws {
        let bench = EngineBench()
        let call = try Self.call(bench, caller: Self.timed + "Session-Expires: 120\r\n")
        let update = bench.receive(
            Party.callerRequest("UPDATE", in: call.ok, cseq: 2, branch: "z9hG4bKu", extra: Self.timed), from: 0
        ).to(1)[0]
        #expect(bench.receive(Party.response(200, to: update), from: 1).to(0)[0].field("Session-Expires") == nil)
        #expect(bench.wait(milliseconds: 600_000).isEmpty)
    }

    // MARK: The callee's leg: we ask

    @Test("A trunk that requires session timers asks for one; Min-SE stands there when it is above 90 s")
    func asked() throws {
        let invite = try #require(Self.bench(.require, minimum: 120).receive(Party.invite(), from: 0).last)
        #expect(invite.field("Session-Expires") == "600")
        #expect(invite.field("Min-SE") == "120")
        #expect(invite.field("Supported") == "timer, 100rel")
        let plain = try #require(EngineBench().receive(Party.invite(), from: 0).last)
        #expect(plain.field("Session-Expires") == nil && plain.field("Min-SE") == nil)
        #expect(plain.field("Supported") == "timer, 100rel")
    }

    @Test("F36: a refresh of ours by UPDATE, without a description, after half of the interval")
    func refreshByUPDATE() throws {
        let bench = EngineBench()
        let call = try Self.call(bench, callee: Self.byUPDATE + "Session-Expires: 200;refresher=uac\r\n")
        #expect(bench.wait(milliseconds: 99_900).isEmpty)
        let sent = bench.wait(milliseconds: 200)
        #expect(sent.startLines == ["UPDATE sip:bob@192.0.2.2:5060 SIP/2.0"])
        #expect(sent[0].listener == 1)
        #expect(sent[0].field("Session-Expires") == "200;refresher=uac")
        #expect(sent[0].field("Supported") == "timer")
        #expect(sent[0].field("Contact") == call.invite.field("Contact"))
        #expect(sent[0].body.isEmpty)
        bench.receive(Party.response(200, to: sent[0], extra: "Session-Expires: 180;refresher=uac\r\n"), from: 1)
        #expect(bench.wait(milliseconds: 89_900).isEmpty)
        #expect(bench.wait(milliseconds: 200).startLines == ["UPDATE sip:bob@192.0.2.2:5060 SIP/2.0"])
        #expect(bench.engine.counters.sessionRefreshes == 2)
    }

    @Test("F36: without UPDATE the refresh is a re-INVITE with the description that was sent before, byte for byte")
    func refreshByReinvite() throws {
        let bench = EngineBench()
        _ = try Self.call(bench, callee: "Session-Expires: 200;refresher=uac\r\n")
        let sent = bench.wait(milliseconds: 100_100)
        #expect(sent.startLines == ["INVITE sip:bob@192.0.2.2:5060 SIP/2.0"])
        #expect(sent[0].body == Party.offer)
        let acknowledged = bench.receive(
            Party.response(
                200, to: sent[0], body: Party.answer, extra: "Session-Expires: 200;refresher=uac\r\n"), from: 1)
        #expect(acknowledged.to(1).startLines == ["ACK sip:bob@192.0.2.2:5060 SIP/2.0"])
        #expect(acknowledged.to(0).isEmpty)
        // The ACK was lost.
        let again = bench.receive(
            Party.response(
                200, to: sent[0], body: Party.answer, extra: "Session-Expires: 200;refresher=uac\r\n"), from: 1)
        #expect(again.to(1).startLines == ["ACK sip:bob@192.0.2.2:5060 SIP/2.0"])
        #expect(bench.wait(milliseconds: 99_000).isEmpty)
    }

    @Test("The caller is refreshed with the description of the answer it got")
    func refreshesCaller() throws {
        let bench = Self.bench(.require, interval: 200)
        _ = try Self.call(bench, callee: "Session-Expires: 200;refresher=uas\r\n")
        let sent = bench.wait(milliseconds: 100_100)
        #expect(sent.to(1).isEmpty)
        #expect(sent.to(0).startLines == ["INVITE sip:ann@192.0.2.1:5060 SIP/2.0"])
        #expect(sent.to(0)[0].body == Party.answer)
        #expect(sent.to(0)[0].field("Session-Expires") == "200;refresher=uac")
    }

    @Test(
        "What was agreed in a re-INVITE is what a refresh repeats; a refused one changes nothing",
        arguments: [200, 488])
    func description(status: Int) throws {
        let bench = EngineBench()
        let timer = "Session-Expires: 200;refresher=uac\r\n"
        let call = try Self.call(bench, callee: timer)
        let held = Party.offer.replacing("o=a 1 1", by: "o=a 1 2") + "a=sendonly\r\n"
        let invite = bench.receive(
            Party.callerRequest("INVITE", in: call.ok, cseq: 2, branch: "z9hG4bKr", body: held), from: 0
        ).to(1)[0]
        let answered = bench.receive(
            Party.response(status, to: invite, body: status == 200 ? Party.answer : "", extra: timer), from: 1)
        if let ok = answered.to(0).first("SIP/2.0 200") {
            bench.receive(Party.callerRequest("ACK", in: ok, cseq: 2, branch: "z9hG4bKr2"), from: 0)
        }
        let refresh = try #require(bench.wait(milliseconds: 100_100).to(1).first("INVITE"))
        #expect(refresh.body == (status == 200 ? held : Party.offer))
    }

    @Test("require: a peer that does not know the extension is refreshed by us, and dead when it answers none")
    func alone() throws {
        let bench = Self.bench(.require, interval: 200)
        _ = try Self.call(bench, caller: Self.byUPDATE, callee: Self.byUPDATE)
        let sent = bench.wait(milliseconds: 100_100)
        #expect(sent.map(\.listener).sorted() == [0, 1])
        for update in sent {
            bench.receive(Party.response(200, to: update), from: update.listener)
        }
        let next = bench.wait(milliseconds: 100_100)
        #expect(next.count == 2)
        bench.receive(Party.response(200, to: next.to(0)[0]), from: 0)
        let end = bench.wait(milliseconds: 32_500)
        #expect(end.to(0).first("BYE") != nil && end.to(1).first("BYE") != nil)
        #expect(bench.endedWith?.diagnostic == .timedOutInDialog)
    }

    @Test("481 or 408 to a refresh ends the call on both sides", arguments: [481, 408])
    func denied(status: Int) throws {
        let bench = EngineBench()
        _ = try Self.call(bench, callee: Self.byUPDATE + "Session-Expires: 200;refresher=uac\r\n")
        let update = bench.wait(milliseconds: 100_100)[0]
        let sent = bench.receive(Party.response(status, to: update), from: 1)
        #expect(sent.to(0).first("BYE")?.field("Reason")?.hasPrefix("Q.850;cause=102") == true)
        #expect(sent.to(1).first("BYE") != nil)
    }

    @Test("491 to a refresh: again, after 2.1 to 4 s where we chose the Call-ID (RFC 3261 §14.1)")
    func glare() throws {
        let bench = EngineBench()
        _ = try Self.call(bench, callee: Self.byUPDATE + "Session-Expires: 200;refresher=uac\r\n")
        let update = bench.wait(milliseconds: 100_100)[0]
        #expect(bench.receive(Party.response(491, to: update), from: 1).isEmpty)
        #expect(bench.wait(milliseconds: 2_090).isEmpty)
        #expect(bench.wait(milliseconds: 2_000).first?.startLine == "UPDATE sip:bob@192.0.2.2:5060 SIP/2.0")
    }

    @Test("A refresh that is refused again and again: no storm, and the call ends when its session is over")
    func refusedForEver() throws {
        let bench = EngineBench()
        _ = try Self.call(bench, callee: Self.byUPDATE + "Session-Expires: 200;refresher=uac\r\n")
        var updates: Set<String> = []
        var ended = false
        for _ in 0..<200 {
            for message in bench.wait(milliseconds: 1_000) where message.listener == 1 {
                ended = ended || message.startLine.hasPrefix("BYE")
                guard message.startLine.hasPrefix("UPDATE") else { continue }
                updates.insert(message.field("CSeq")!)
                bench.receive(Party.response(500, to: message), from: 1)
            }
        }
        bench.wait(milliseconds: 500)
        #expect(updates.count > 1 && updates.count <= 9)
        #expect(bench.endedWith?.diagnostic == .sessionExpired)
    }

    @Test("A re-INVITE while our refresh by re-INVITE is under way gets 491; one of ours waits for one of a party")
    func crossing() throws {
        let bench = EngineBench()
        let call = try Self.call(bench, callee: "Session-Expires: 200;refresher=uac\r\n")
        bench.wait(milliseconds: 100_100)
        let crossing = bench.receive(
            Party.callerRequest("INVITE", in: call.ok, cseq: 2, branch: "z9hG4bKr", body: Party.offer), from: 0)
        #expect(crossing.last?.startLine == "SIP/2.0 491 Request Pending")

        let other = EngineBench()
        let second = try Self.call(other, callee: "Session-Expires: 200;refresher=uac\r\n")
        other.wait(milliseconds: 99_000)
        let invite = other.receive(
            Party.callerRequest("INVITE", in: second.ok, cseq: 2, branch: "z9hG4bKr", body: Party.offer), from: 0
        ).to(1)[0]
        other.receive(Party.response(100, to: invite, tag: nil), from: 1)
        #expect(other.wait(milliseconds: 10_000).first("INVITE") == nil)
        other.receive(Party.response(488, to: invite), from: 1)
        #expect(other.wait(milliseconds: 4_100).to(1).first("INVITE") != nil)
    }

    // MARK: 422

    @Test("F36: 422 to the INVITE: again with the larger interval, with the same Call-ID and the next CSeq")
    func raised() throws {
        let bench = EngineBench(sessions: ["out": SessionSettings(use: .require, interval: 600)])
        let first = try #require(bench.receive(Party.invite(), from: 0).last)
        let sent = bench.receive(Party.response(422, to: first, extra: "Min-SE: 900\r\n"), from: 1)
        let second = try #require(sent.to(1).first("INVITE"))
        #expect(sent.to(0).isEmpty)
        #expect(second.field("Session-Expires") == "900")
        #expect(second.field("Min-SE") == "900")
        #expect(second.field("CSeq") == "2 INVITE")
        for field in ["Call-ID", "From", "To"] { #expect(second.field(field) == first.field(field)) }
        #expect(second.fields("Via").count == 1)
        #expect(second.field("Via") != first.field("Via"))
        #expect(second.body == first.body)
        let ok = bench.receive(
            Party.response(
                200, to: second, body: Party.answer, extra: Self.byUPDATE + "Session-Expires: 900;refresher=uac\r\n"),
            from: 1)
        #expect(ok.to(1)[0].field("CSeq") == "2 ACK")
        bench.receive(Party.callerRequest("ACK", in: ok.to(0)[0], cseq: 1, branch: "z9hG4bKack"), from: 0)
        let update = try #require(bench.wait(milliseconds: 450_100).to(1).first("UPDATE"))
        #expect(update.field("Min-SE") == "900")
        #expect(update.field("CSeq") == "3 UPDATE")
    }

    @Test("A peer that answers 422 for ever gets four INVITEs; then the next trunk is tried")
    func raisedTooOften() throws {
        let bench = Self.bench(.require)
        var invite = try #require(bench.receive(Party.invite(), from: 0).last)
        var count = 1
        while count < 10 {
            let sent = bench.receive(Party.response(422, to: invite, extra: "Min-SE: \(1_000 * count)\r\n"), from: 1)
            guard let next = sent.to(1).first("INVITE") else {
                #expect(sent.to(2).first("INVITE") != nil || sent.to(0).first("SIP/2.0 500") != nil)
                break
            }
            invite = next
            count += 1
        }
        #expect(count == 4)
    }

    @Test("A 422 that names no larger interval is a failure like another")
    func notRaised() throws {
        let bench = Self.bench(.require)
        let invite = try #require(bench.receive(Party.invite(), from: 0).last)
        let sent = bench.receive(Party.response(422, to: invite, extra: "Min-SE: 600\r\n"), from: 1)
        #expect(sent.to(1).first("INVITE") == nil)
    }

    @Test("422 to a refresh: again with the larger interval")
    func refreshRaised() throws {
        let bench = EngineBench()
        _ = try Self.call(bench, callee: Self.byUPDATE + "Session-Expires: 200;refresher=uac\r\n")
        let update = bench.wait(milliseconds: 100_100)[0]
        let sent = bench.receive(Party.response(422, to: update, extra: "Min-SE: 300\r\n"), from: 1)
        #expect(sent.startLines == ["UPDATE sip:bob@192.0.2.2:5060 SIP/2.0"])
        #expect(sent[0].field("Session-Expires") == "300;refresher=uac")
        #expect(sent[0].field("Min-SE") == "300")
    }

    @Test("422 to a re-INVITE that passes through us: again with the larger interval, and its sender hears of no 422")
    func reinviteRaised() throws {
        let bench = EngineBench()
        let call = try Self.call(bench, callee: "Session-Expires: 200;refresher=uac\r\n")
        let invite = bench.receive(
            Party.callerRequest("INVITE", in: call.ok, cseq: 2, branch: "z9hG4bKr", body: Party.offer), from: 0
        ).to(1)[0]
        let sent = bench.receive(Party.response(422, to: invite, extra: "Min-SE: 300\r\n"), from: 1)
        #expect(sent.to(0).isEmpty)
        let again = try #require(sent.to(1).first("INVITE"))
        #expect(again.field("Session-Expires") == "300;refresher=uac")
        #expect(again.field("CSeq") == "3 INVITE")
        let ok = bench.receive(Party.response(200, to: again, body: Party.answer), from: 1)
        #expect(ok.to(1).first("ACK")?.field("CSeq") == "3 ACK")
        #expect(ok.to(0).first("SIP/2.0 200")?.field("CSeq") == "2 INVITE")
    }

    // MARK: Ends and restarts

    @Test("A call that ends while a refresh is under way leaves nothing", arguments: [byUPDATE, ""])
    func endsMeanwhile(allow: String) throws {
        let bench = EngineBench()
        let call = try Self.call(bench, callee: allow + "Session-Expires: 200;refresher=uac\r\n")
        let refresh = bench.wait(milliseconds: 100_100)[0]
        bench.receive(Party.response(100, to: refresh, tag: nil), from: 1)
        let sent = bench.receive(Party.callerRequest("BYE", in: call.ok, cseq: 2, branch: "z9hG4bKb"), from: 0)
        let bye = try #require(sent.to(1).first("BYE"))
        bench.receive(Party.response(200, to: bye), from: 1)
        bench.wait(milliseconds: 120_000)
        #expect(bench.isEmpty)
    }

    @Test("F36: refresh and expiry go on after a restart, from when the session was refreshed last")
    func restored() throws {
        for callee in [Self.byUPDATE, ""] {
            let before = EngineBench()
            before.engine.keepsRecords = true
            _ = try Self.call(
                before, caller: Self.timed + "Session-Expires: 900\r\n",
                callee: callee + "Session-Expires: 200;refresher=uac\r\n")
            let record = try #require(before.records().first)
            let bench = EngineBench()
            bench.wait(milliseconds: 60_000)
            #expect(bench.engine.restore(record, at: bench.now) == .restored)
            #expect(bench.wait(milliseconds: 39_900).isEmpty)
            let refresh = try #require(bench.wait(milliseconds: 200).first)
            #expect(refresh.startLine.hasPrefix(callee.isEmpty ? "INVITE" : "UPDATE"))
            #expect(refresh.body == (callee.isEmpty ? Party.offer : ""))
            bench.receive(Party.response(200, to: refresh), from: 1)
            let end = bench.wait(milliseconds: 768_100)
            #expect(end.to(0).first("BYE") != nil)
            #expect(bench.endedWith?.diagnostic == .sessionExpired)
        }
    }

    @Test("A session that ran out while nobody was there has the time in which a refresh can come again")
    func restoredLate() throws {
        let before = EngineBench()
        before.engine.keepsRecords = true
        _ = try Self.call(before, caller: Self.timed + "Session-Expires: 90\r\n")
        let record = try #require(before.records().first)
        let bench = EngineBench()
        bench.wait(milliseconds: 100_000)
        #expect(bench.engine.restore(record, at: bench.now) == .restored)
        #expect(bench.wait(milliseconds: 31_900).isEmpty)
        #expect(bench.wait(milliseconds: 200).to(0).first("BYE") != nil)
    }
}
