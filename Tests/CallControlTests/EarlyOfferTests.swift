import CallControl
import TandemKit
import Testing

@Suite struct EarlyOfferTests {
    static let relayed = MediaTests.relayed

    private func bench(relaysMedia: Bool = true) -> EngineBench {
        EngineBench(
            adapters: ["out": ProfileAdapter.with { $0.acceptsDelayedOffer = false }], relaysMedia: relaysMedia)
    }

    /// What was asked of the relay last: who offers or answers, and what.
    private func asked(_ bench: EngineBench) -> String {
        switch bench.media.last?.action {
        case .offer(let party, let bytes): "offer \(party) \(String(decoding: bytes, as: UTF8.self))"
        case .answer(let party, let bytes): "answer \(party) \(String(decoding: bytes, as: UTF8.self))"
        case .rollback: "rollback"
        case .delete: "delete"
        case nil: "nothing"
        }
    }

    @Test("F38: a delayed offer goes to a gateway that takes none as an early one, with the relay's address")
    func convertsOffer() throws {
        let bench = bench()
        #expect(bench.receive(Party.invite(body: ""), from: 0).to(1).isEmpty)
        #expect(asked(bench).hasPrefix("offer caller v=0\r\n"))
        #expect(asked(bench).contains("m=audio 9 RTP/AVP 8 0 101\r\n"))
        let invite = try #require(bench.reply(Self.relayed).to(1).first("INVITE"))
        #expect(invite.body == Self.relayed)
        #expect(invite.field("Content-Type") == "application/sdp")
        // Early media: the caller has made no offer, so what it hears of them is no answer.
        bench.receive(Party.response(183, to: invite, body: Party.answer), from: 1)
        #expect(asked(bench) == "answer callee \(Party.answer)")
        let early = try #require(bench.reply(Self.relayed).to(0).first("SIP/2.0 183"))
        #expect(early.body.isEmpty)
        // The callee's answer is the caller's offer, and the callee waits for nobody.
        bench.receive(Party.response(200, to: invite, body: Party.answer), from: 1)
        let answered = bench.reply(Self.relayed)
        #expect(answered.to(1).first("ACK")?.body == "")
        let ok = try #require(answered.to(0).first("SIP/2.0 200"))
        #expect(ok.body == Self.relayed)
        // The caller's answer tells the relay where it is; nobody else hears of it.
        let ack = bench.receive(
            Party.callerRequest("ACK", in: ok, cseq: 1, branch: "z9hG4bKack", body: Party.offer), from: 0)
        #expect(ack.isEmpty)
        #expect(asked(bench) == "offer caller \(Party.offer)")
        #expect(bench.reply(Self.relayed).isEmpty)
        #expect(asked(bench) == "answer callee \(Party.answer)")
        #expect(bench.reply(Self.relayed).isEmpty)
        #expect(bench.engine.snapshot().map(\.phase) == [.confirmed])
    }

    @Test("Where the callee answers reliably, its answer is the offer in the 200")
    func reliableCallee() throws {
        let bench = bench()
        bench.receive(Party.invite(body: ""), from: 0)
        let invite = try #require(bench.reply(Self.relayed).to(1).first("INVITE"))
        #expect(invite.field("Supported")?.contains("100rel") == true)
        bench.receive(
            Party.response(183, to: invite, body: Party.answer, extra: ReliableProgressTests.rseq(3)), from: 1)
        #expect(bench.reply(Self.relayed).to(1).first("PRACK")?.body == "")
        let answered = bench.receive(Party.response(200, to: invite), from: 1)
        #expect(answered.to(0).first("SIP/2.0 200")?.body == Self.relayed)
    }

    @Test("BYE while the relay learns of the caller's answer ends the call")
    func hungUp() throws {
        let bench = bench()
        bench.receive(Party.invite(body: ""), from: 0)
        let invite = try #require(bench.reply(Self.relayed).to(1).first("INVITE"))
        bench.receive(Party.response(200, to: invite, body: Party.answer), from: 1)
        let ok = try #require(bench.reply(Self.relayed).to(0).first("SIP/2.0 200"))
        bench.receive(Party.callerRequest("ACK", in: ok, cseq: 1, branch: "z9hG4bKack", body: Party.offer), from: 0)
        let sent = bench.receive(Party.callerRequest("BYE", in: ok, cseq: 2, branch: "z9hG4bKbye"), from: 0)
        let bye = try #require(sent.to(1).first("BYE"))
        bench.receive(Party.response(200, to: bye), from: 1)
        bench.reply(Self.relayed)
        bench.wait(milliseconds: 70_000)
        #expect(bench.isEmpty)
    }

    @Test("A caller whose answer the relay can't take: the call ends")
    func notTaken() throws {
        let bench = bench()
        bench.receive(Party.invite(body: ""), from: 0)
        let invite = try #require(bench.reply(Self.relayed).to(1).first("INVITE"))
        bench.receive(Party.response(200, to: invite, body: Party.answer), from: 1)
        let ok = try #require(bench.reply(Self.relayed).to(0).first("SIP/2.0 200"))
        bench.receive(Party.callerRequest("ACK", in: ok, cseq: 1, branch: "z9hG4bKack", body: Party.offer), from: 0)
        let sent = bench.fail(.unacceptable("no"))
        #expect(sent.to(0).first("BYE") != nil && sent.to(1).first("BYE") != nil)
    }

    @Test("A delayed offer stays one where the gateway takes it, and where media pass us by")
    func stays() throws {
        let taking = EngineBench(relaysMedia: true)
        #expect(taking.receive(Party.invite(body: ""), from: 0).to(1).first("INVITE")?.body == "")
        #expect(bench(relaysMedia: false).receive(Party.invite(body: ""), from: 0).to(1).first("INVITE")?.body == "")
    }

    @Test("A later re-INVITE without a description is answered in its ACK as ever")
    func later() throws {
        let bench = bench()
        bench.receive(Party.invite(body: ""), from: 0)
        let invite = try #require(bench.reply(Self.relayed).to(1).first("INVITE"))
        bench.receive(Party.response(200, to: invite, body: Party.answer), from: 1)
        let ok = try #require(bench.reply(Self.relayed).to(0).first("SIP/2.0 200"))
        bench.receive(Party.callerRequest("ACK", in: ok, cseq: 1, branch: "z9hG4bKack", body: Party.offer), from: 0)
        bench.reply(Self.relayed)
        bench.reply(Self.relayed)
        let again = bench.receive(
            Party.callerRequest("INVITE", in: ok, cseq: 2, branch: "z9hG4bKr"), from: 0
        ).to(1)[0]
        bench.receive(Party.response(200, to: again, body: Party.answer), from: 1)
        let offered = try #require(bench.reply(Self.relayed).to(0).first("SIP/2.0 200"))
        bench.receive(
            Party.callerRequest("ACK", in: offered, cseq: 2, branch: "z9hG4bKack2", body: Party.offer), from: 0)
        #expect(bench.reply(Self.relayed).to(1).first("ACK")?.body == Self.relayed)
    }
}
