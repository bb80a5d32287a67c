import CallControl
import TandemKit
import Testing
import Timing

@Suite struct ReliableProgressTests {
    static let reliable = "Supported: 100rel\r\n"
    static let early =
        "v=0\r\no=b 9 1 IN IP4 192.0.2.2\r\ns=-\r\nc=IN IP4 192.0.2.2\r\nt=0 0\r\nm=audio 6100 RTP/AVP 8\r\n"

    /// The fields of a reliable provisional response.
    static func rseq(_ number: Int) -> String { "Require: 100rel\r\nRSeq: \(number)\r\n" }

    /// The caller's PRACK for a reliable response.
    static func prack(
        _ response: Sent, cseq: Int = 2, branch: String = "z9hG4bKp", body: String = "", rack: String? = nil
    ) -> String {
        Party.callerRequest(
            "PRACK", in: response, cseq: cseq, branch: branch, body: body,
            extra: "RAck: \(rack ?? "\(response.field("RSeq")!) 1 INVITE")\r\n")
    }

    // MARK: Towards the caller

    @Test("A caller that takes 100rel gets provisional responses reliably, repeated after T1, then doubled")
    func repeated() throws {
        for support in [Self.reliable, "Require: 100rel\r\n"] {
            let bench = EngineBench()
            let invite = try #require(bench.receive(Party.invite(extra: support), from: 0).to(1).first)
            let ringing = try #require(bench.receive(Party.response(180, to: invite), from: 1).to(0).first)
            #expect(ringing.startLine.hasPrefix("SIP/2.0 180"))
            #expect(ringing.field("Require") == "100rel")
            let first = try #require(ringing.field("RSeq").flatMap { UInt32($0) })
            #expect(first > 0 && first < 1 << 31)
            #expect(bench.wait(milliseconds: 490).isEmpty)
            for pause in [20, 1_000, 2_000, 4_000, 8_000] as [UInt64] {
                #expect(bench.wait(milliseconds: pause).to(0).map(\.text) == [ringing.text])
            }
            let sent = bench.receive(Self.prack(ringing), from: 0)
            #expect(sent.startLines == ["SIP/2.0 200 OK"])
            #expect(sent[0].field("CSeq") == "2 PRACK")
            #expect(bench.wait(milliseconds: 60_000).to(0).isEmpty)
        }
    }

    @Test("A caller that never acknowledges: 504 after 64 · T1, and the callee is cancelled")
    func neverAcknowledged() throws {
        let bench = EngineBench()
        let invite = try #require(bench.receive(Party.invite(extra: Self.reliable), from: 0).to(1).first)
        bench.receive(Party.response(180, to: invite), from: 1)
        #expect(bench.wait(milliseconds: 31_900).to(1).isEmpty)
        let end = bench.wait(milliseconds: 200)
        #expect(end.to(0).first("SIP/2.0 504") != nil)
        #expect(end.to(1).first("CANCEL") != nil)
        bench.receive(Party.response(487, to: invite), from: 1)
        bench.wait(milliseconds: 70_000)
        #expect(bench.isEmpty)
    }

    @Test("At most one provisional response waits for its PRACK; the next has the next RSeq")
    func oneAtATime() throws {
        let bench = EngineBench()
        let invite = try #require(bench.receive(Party.invite(extra: Self.reliable), from: 0).to(1).first)
        let ringing = try #require(bench.receive(Party.response(180, to: invite), from: 1).to(0).first)
        #expect(bench.receive(Party.response(183, to: invite, body: Self.early), from: 1).to(0).isEmpty)
        let sent = bench.receive(Self.prack(ringing), from: 0).to(0)
        #expect(sent.startLines.map { $0.prefix(11) } == ["SIP/2.0 200", "SIP/2.0 183"])
        #expect(sent[1].body == Self.early)
        #expect(UInt32(sent[1].field("RSeq")!) == UInt32(ringing.field("RSeq")!)! + 1)
    }

    @Test("A 2xx waits while a description is without its PRACK, and so does its ACK, however often it is repeated")
    func heldBack() throws {
        let bench = EngineBench()
        let invite = try #require(bench.receive(Party.invite(extra: Self.reliable), from: 0).to(1).first)
        let progress = try #require(
            bench.receive(Party.response(183, to: invite, body: Party.answer), from: 1).to(0).first)
        let answered = bench.receive(Party.response(200, to: invite, body: Party.answer), from: 1)
        #expect(answered.isEmpty)
        #expect(bench.receive(Party.response(200, to: invite, body: Party.answer), from: 1).isEmpty)
        let all = bench.receive(Self.prack(progress), from: 0)
        #expect(all.to(1).startLines.map { $0.prefix(3) } == ["ACK"])
        let sent = all.to(0)
        #expect(sent.map { $0.field("CSeq")! } == ["2 PRACK", "1 INVITE"])
        // The caller has its answer: no second one (RFC 3261 §13.2.1).
        #expect(sent[1].startLine == "SIP/2.0 200 Something" && sent[1].body.isEmpty)
        bench.receive(Party.callerRequest("ACK", in: sent[1], cseq: 1, branch: "z9hG4bKack"), from: 0)
        #expect(bench.engine.snapshot().map(\.phase) == [.confirmed])
    }

    @Test("A 2xx that says something else than the provisional response before it is passed on whole")
    func anotherDescription() throws {
        let bench = EngineBench()
        let invite = try #require(bench.receive(Party.invite(extra: Self.reliable), from: 0).to(1).first)
        let progress = try #require(
            bench.receive(Party.response(183, to: invite, body: Self.early), from: 1).to(0).first)
        bench.receive(Self.prack(progress), from: 0)
        let ok = bench.receive(Party.response(200, to: invite, body: Party.answer), from: 1).to(0)
        #expect(ok[0].body == Party.answer)
    }

    @Test("A 2xx does not wait for the PRACK of a response without a description, which is answered still")
    func crossing() throws {
        let bench = EngineBench()
        let invite = try #require(bench.receive(Party.invite(extra: Self.reliable), from: 0).to(1).first)
        let ringing = try #require(bench.receive(Party.response(180, to: invite), from: 1).to(0).first)
        bench.receive(Party.response(181, to: invite), from: 1)
        let answered = bench.receive(Party.response(200, to: invite, body: Party.answer), from: 1).to(0)
        #expect(answered.startLines.map { $0.prefix(11) } == ["SIP/2.0 200"])
        #expect(bench.receive(Self.prack(ringing), from: 0).startLines == ["SIP/2.0 200 OK"])
        bench.receive(Party.callerRequest("ACK", in: answered[0], cseq: 1, branch: "z9hG4bKack"), from: 0)
        #expect(bench.wait(milliseconds: 60_000).to(0).isEmpty)
    }

    @Test(
        "A PRACK that matches nothing that waits gets 481",
        arguments: [
            "1 1 INVITE", "RSEQ 2 INVITE", "RSEQ 1 UPDATE", "RSEQ", "",
        ])
    func wrongRAck(rack: String) throws {
        let bench = EngineBench()
        let invite = try #require(bench.receive(Party.invite(extra: Self.reliable), from: 0).to(1).first)
        let ringing = try #require(bench.receive(Party.response(180, to: invite), from: 1).to(0).first)
        var text = rack
        if text.hasPrefix("RSEQ") { text = ringing.field("RSeq")! + text.dropFirst(4) }
        #expect(
            bench.receive(Self.prack(ringing, rack: text), from: 0).startLines.map { $0.prefix(11) } == ["SIP/2.0 481"])
        // The response still waits.
        #expect(bench.wait(milliseconds: 600).to(0).map(\.text) == [ringing.text])
        let right = bench.receive(Self.prack(ringing, cseq: 3, branch: "z9hG4bKp2"), from: 0)
        #expect(right.startLines == ["SIP/2.0 200 OK"])
        let twice = bench.receive(Self.prack(ringing, cseq: 4, branch: "z9hG4bKp3"), from: 0)
        #expect(twice.startLines.map { $0.prefix(11) } == ["SIP/2.0 481"])
    }

    @Test("A PRACK that comes again gets the same answer again")
    func repeatedPRACK() throws {
        let bench = EngineBench()
        let invite = try #require(bench.receive(Party.invite(extra: Self.reliable), from: 0).to(1).first)
        let ringing = try #require(bench.receive(Party.response(180, to: invite), from: 1).to(0).first)
        let first = bench.receive(Self.prack(ringing), from: 0)
        #expect(bench.receive(Self.prack(ringing), from: 0).map(\.text) == first.map(\.text))
    }

    @Test("F35 in part: a caller without 100rel gets plain provisional responses, whatever the callee sends")
    func plainCaller() throws {
        let bench = EngineBench()
        let invite = try #require(bench.receive(Party.invite(), from: 0).to(1).first)
        #expect(invite.field("Supported") == "timer, 100rel")
        #expect(invite.field("Require") == nil)
        #expect(invite.field("Allow")?.contains("PRACK") == true)
        let sent = bench.receive(
            Party.response(183, to: invite, body: Party.answer, extra: Self.rseq(7)), from: 1)
        let progress = try #require(sent.to(0).first)
        #expect(progress.field("RSeq") == nil && progress.field("Require") == nil)
        #expect(progress.body == Party.answer)
        let prack = try #require(sent.to(1).first)
        #expect(prack.startLine == "PRACK sip:bob@192.0.2.2:5060 SIP/2.0")
        #expect(prack.field("RAck") == "7 1 INVITE")
        #expect(prack.field("CSeq") == "2 PRACK")
        bench.receive(Party.response(200, to: prack), from: 1)
        // The callee has given its answer; the caller, who has not, gets it in the 200.
        let ok = bench.receive(Party.response(200, to: invite), from: 1).to(0)
        #expect(ok[0].body == Party.answer)
    }

    @Test("A trunk whose gateway has no PRACK: 100rel is neither offered nor granted, and requiring it gets 420")
    func noPRACK() throws {
        let adapters = ["in": ProfileAdapter.with { $0.acceptsPRACK = false }]
        let bench = EngineBench(adapters: adapters)
        let invite = try #require(bench.receive(Party.invite(extra: Self.reliable), from: 0).to(1).first)
        let ringing = bench.receive(Party.response(180, to: invite), from: 1).to(0)
        #expect(ringing[0].field("RSeq") == nil)
        let required = EngineBench(adapters: adapters).receive(Party.invite(extra: "Require: 100rel\r\n"), from: 0)
        #expect(required.last?.startLine == "SIP/2.0 420 Bad Extension")
        #expect(required.last?.field("Unsupported") == "100rel")
        let other = EngineBench(adapters: ["out": ProfileAdapter.with { $0.acceptsPRACK = false }])
        #expect(other.receive(Party.invite(extra: Self.reliable), from: 0).last?.field("Supported") == "timer")
    }

    // MARK: From the callee

    @Test("A reliable response that comes again, or has overtaken another, is dropped without a PRACK")
    func outOfOrder() throws {
        let bench = EngineBench()
        let invite = try #require(bench.receive(Party.invite(), from: 0).to(1).first)
        func hear(_ number: Int) -> [String] {
            let sent = bench.receive(Party.response(180, to: invite, extra: Self.rseq(number)), from: 1)
            for prack in sent.to(1) { bench.receive(Party.response(200, to: prack), from: 1) }
            return sent.map { $0.field("RAck") ?? String($0.startLine.prefix(11)) }
        }
        #expect(hear(5) == ["SIP/2.0 180", "5 1 INVITE"])
        #expect(hear(5) == [])
        #expect(hear(7) == [])
        #expect(hear(6) == ["SIP/2.0 180", "6 1 INVITE"])
        #expect(hear(7) == ["SIP/2.0 180", "7 1 INVITE"])
    }

    @Test("Each fork has its own numbers")
    func forks() throws {
        let bench = EngineBench()
        let invite = try #require(bench.receive(Party.invite(extra: Self.reliable), from: 0).to(1).first)
        let one = bench.receive(Party.response(180, to: invite, tag: "b1", extra: Self.rseq(5)), from: 1).to(0)
        let two = bench.receive(Party.response(180, to: invite, tag: "b2", extra: Self.rseq(900)), from: 1).to(0)
        #expect(one.count == 1 && two.count == 1)
        let second = bench.receive(Self.prack(two[0], branch: "z9hG4bKp2"), from: 0).to(1)
        #expect(second.map { $0.field("RAck") } == ["900 1 INVITE"])
        #expect(second[0].field("To")?.parameter("tag") == "b2")
        #expect(bench.receive(Self.prack(one[0]), from: 0).to(1).map { $0.field("RAck") } == ["5 1 INVITE"])
    }

    @Test("A callee that takes 100rel and a caller that does: PRACK reaches the callee once the caller's has come")
    func both() throws {
        let bench = EngineBench()
        let invite = try #require(bench.receive(Party.invite(extra: Self.reliable), from: 0).to(1).first)
        let progress = bench.receive(
            Party.response(183, to: invite, body: Party.answer, extra: Self.rseq(7)), from: 1)
        #expect(progress.to(1).isEmpty)
        let sent = bench.receive(Self.prack(progress.to(0)[0]), from: 0)
        #expect(sent.to(0).startLines == ["SIP/2.0 200 OK"])
        let prack = try #require(sent.to(1).first("PRACK"))
        #expect(prack.field("RAck") == "7 1 INVITE")
        bench.receive(Party.response(200, to: prack), from: 1)
        let ok = bench.receive(Party.response(200, to: invite), from: 1).to(0)
        #expect(ok[0].body.isEmpty)
    }

    // MARK: Offer and answer (RFC 6337 §2.2)

    @Test("An offer in PRACK: its answer is in the 200 to the PRACK, on both sides")
    func offerInPRACK() throws {
        let bench = EngineBench()
        let invite = try #require(bench.receive(Party.invite(extra: Self.reliable), from: 0).to(1).first)
        let progress = bench.receive(
            Party.response(183, to: invite, body: Party.answer, extra: Self.rseq(7)), from: 1
        ).to(0)[0]
        let sent = bench.receive(Self.prack(progress, body: Self.early), from: 0)
        #expect(sent.to(0).isEmpty)
        let prack = try #require(sent.to(1).first("PRACK"))
        #expect(prack.body == Self.early)
        #expect(prack.field("RAck") == "7 1 INVITE")
        let answered = bench.receive(Party.response(200, to: prack, body: Party.offer), from: 1)
        #expect(answered.startLines == ["SIP/2.0 200 Something"])
        #expect(answered[0].field("CSeq") == "2 PRACK" && answered[0].body == Party.offer)
    }

    @Test("An offer in PRACK for a callee without 100rel goes as UPDATE, or gets 488 where there is none")
    func offerBecomesUPDATE() throws {
        for allow in ["Allow: INVITE, UPDATE\r\n", "Allow: INVITE\r\n"] {
            let bench = EngineBench()
            let invite = try #require(bench.receive(Party.invite(extra: Self.reliable), from: 0).to(1).first)
            let progress = bench.receive(
                Party.response(183, to: invite, body: Party.answer, extra: allow), from: 1
            ).to(0)[0]
            let sent = bench.receive(Self.prack(progress, body: Self.early), from: 0)
            guard allow.contains("UPDATE") else {
                #expect(sent.startLines.map { $0.prefix(11) } == ["SIP/2.0 488"])
                continue
            }
            let update = try #require(sent.to(1).first("UPDATE"))
            #expect(update.body == Self.early && update.field("RAck") == nil)
            let answered = bench.receive(Party.response(200, to: update, body: Party.offer), from: 1)
            #expect(answered[0].field("CSeq") == "2 PRACK" && answered[0].body == Party.offer)
        }
    }

    @Test("The offer in a reliable response is answered in PRACK; 200 and ACK have no description")
    func offerInProgress() throws {
        let bench = EngineBench()
        let invite = try #require(
            bench.receive(Party.invite(body: "", extra: Self.reliable), from: 0).to(1).first)
        #expect(invite.field("Supported") == "timer, 100rel")
        let progress = bench.receive(
            Party.response(183, to: invite, body: Party.offer, extra: Self.rseq(7)), from: 1)
        #expect(progress.to(1).isEmpty)
        #expect(progress.to(0)[0].body == Party.offer)
        let sent = bench.receive(Self.prack(progress.to(0)[0], body: Party.answer), from: 0)
        #expect(sent.to(0).startLines == ["SIP/2.0 200 OK"])
        let prack = try #require(sent.to(1).first("PRACK"))
        #expect(prack.body == Party.answer && prack.field("RAck") == "7 1 INVITE")
        bench.receive(Party.response(200, to: prack), from: 1)
        let answered = bench.receive(Party.response(200, to: invite), from: 1)
        #expect(answered.to(1).first("ACK")?.body == "")
        #expect(answered.to(0)[0].body.isEmpty)
        let ack = bench.receive(
            Party.callerRequest("ACK", in: answered.to(0)[0], cseq: 1, branch: "z9hG4bKack"), from: 0)
        #expect(ack.isEmpty)
    }

    @Test("A caller without 100rel that makes no offer: none of its callees is told that it may be reliable")
    func noReliableOffer() throws {
        let invite = try #require(EngineBench().receive(Party.invite(body: ""), from: 0).to(1).first)
        #expect(invite.field("Supported") == "timer")
    }

    @Test("What a callee without 100rel says early is no offer: the caller sees none before the 2xx")
    func unreliableOffer() throws {
        let bench = EngineBench()
        let invite = try #require(
            bench.receive(Party.invite(body: "", extra: Self.reliable), from: 0).to(1).first)
        let progress = bench.receive(Party.response(183, to: invite, body: Party.offer), from: 1).to(0)[0]
        #expect(progress.body.isEmpty)
        bench.receive(Self.prack(progress), from: 0)
        let ok = bench.receive(Party.response(200, to: invite, body: Party.offer), from: 1).to(0)[0]
        #expect(ok.body == Party.offer)
        let ack = bench.receive(
            Party.callerRequest("ACK", in: ok, cseq: 1, branch: "z9hG4bKack", body: Party.answer), from: 0)
        #expect(ack.to(1)[0].body == Party.answer)
    }

    @Test("Offer and answer in PRACK pass the media relay in their roles")
    func relayed() throws {
        let bench = EngineBench(relaysMedia: true)
        let invite = try #require(
            bench.receive(Party.invite(body: "", extra: Self.reliable), from: 0).to(1).first)
        bench.receive(Party.response(183, to: invite, body: Party.offer, extra: Self.rseq(7)), from: 1)
        guard case .offer(.callee, _)? = bench.media.last?.action else {
            Issue.record("no offer is at the relay")
            return
        }
        let progress = try #require(bench.reply(Self.early).to(0).first)
        #expect(progress.body == Self.early)
        bench.receive(Self.prack(progress, body: Party.answer), from: 0)
        guard case .answer(.caller, _)? = bench.media.last?.action else {
            Issue.record("no answer is at the relay")
            return
        }
        #expect(bench.reply(Self.early).to(1).first("PRACK")?.body == Self.early)
    }

    // MARK: Ends

    @Test("CANCEL while a response waits for its PRACK: 487, nothing is repeated, nothing is left")
    func cancelled() throws {
        let bench = EngineBench()
        let invite = try #require(bench.receive(Party.invite(extra: Self.reliable), from: 0).to(1).first)
        bench.receive(Party.response(183, to: invite, body: Party.answer, extra: Self.rseq(7)), from: 1)
        let sent = bench.receive(Party.invite(body: "", method: "CANCEL"), from: 0)
        #expect(sent.to(0).startLines.map { $0.prefix(11) } == ["SIP/2.0 200", "SIP/2.0 487"])
        bench.receive(Party.response(487, to: invite), from: 1)
        bench.receive(Party.invite(body: "", method: "ACK"), from: 0)
        #expect(bench.wait(milliseconds: 70_000).to(0).isEmpty)
        #expect(bench.isEmpty)
    }

    @Test("CANCEL while the 2xx waits for a PRACK: the callee is hung up")
    func cancelledWhileHeld() throws {
        let bench = EngineBench()
        let invite = try #require(bench.receive(Party.invite(extra: Self.reliable), from: 0).to(1).first)
        bench.receive(Party.response(183, to: invite, body: Party.answer), from: 1)
        bench.receive(Party.response(200, to: invite, body: Party.answer), from: 1)
        let sent = bench.receive(Party.invite(body: "", method: "CANCEL"), from: 0)
        #expect(sent.to(0).first("SIP/2.0 487") != nil)
        let bye = try #require(sent.to(1).first("BYE"))
        bench.receive(Party.response(200, to: bye), from: 1)
        bench.receive(Party.invite(body: "", method: "ACK"), from: 0)
        bench.wait(milliseconds: 70_000)
        #expect(bench.isEmpty)
    }

    @Test("More than eight responses behind one: the rest is dropped and counted")
    func tooMany() throws {
        let bench = EngineBench()
        let invite = try #require(bench.receive(Party.invite(extra: Self.reliable), from: 0).to(1).first)
        for _ in 0..<12 { bench.receive(Party.response(180, to: invite), from: 1) }
        #expect(bench.engine.counters.droppedProgress == 3)
    }
}
