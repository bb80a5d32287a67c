import CallControl
import TandemKit
import Testing
import Timing

/// Descriptions on their way through the media relay, and what becomes of calls whose media fail.
@Suite struct MediaTests {
    static let relayed =
        "v=0\r\no=- 1 1 IN IP4 203.0.113.9\r\ns=-\r\nc=IN IP4 203.0.113.9\r\nt=0 0\r\nm=audio 50000 RTP/AVP 8\r\n"
    static let held = relayed + "a=sendonly\r\n"

    /// Sets a call up through the relay.
    private func establish(_ bench: EngineBench) -> Established {
        bench.receive(Party.invite(), from: 0)
        let invite = bench.reply(Self.relayed).first("INVITE")!
        bench.receive(Party.response(200, to: invite, body: Party.answer), from: 1)
        let ok = bench.reply(Self.relayed).first("SIP/2.0 200")!
        bench.receive(Party.callerRequest("ACK", in: ok, cseq: 1, branch: "z9hG4bKack"), from: 0)
        return Established(invite: invite, ok: ok)
    }

    @Test("Offer and answer pass through the relay: each side sees the relay's description, nothing of the other's")
    func offerAndAnswer() throws {
        let bench = EngineBench(relaysMedia: true)
        let first = bench.receive(Party.invite(), from: 0)
        #expect(first.to(1).isEmpty)
        let offer = try #require(bench.media.last)
        guard case .offer(.caller, let bytes) = offer.action else { Issue.record("no offer"); return }
        #expect(String(decoding: bytes, as: UTF8.self) == Party.offer)
        #expect(offer.caller.trunk.name == "in")
        #expect(offer.callee.trunk.name == "out")
        let invite = try #require(bench.reply(Self.relayed).to(1).first("INVITE"))
        #expect(invite.body == Self.relayed)
        bench.receive(Party.response(200, to: invite, body: Party.answer), from: 1)
        guard case .answer(.callee, _)? = bench.media.last?.action else { Issue.record("no answer"); return }
        let ok = try #require(bench.reply(Self.relayed).to(0).first("SIP/2.0 200"))
        #expect(ok.body == Self.relayed)
    }

    @Test("What comes while a description is at the relay is taken afterwards, in its order")
    func order() throws {
        let bench = EngineBench(relaysMedia: true)
        bench.receive(Party.invite(), from: 0)
        let invite = try #require(bench.reply(Self.relayed).first("INVITE"))
        #expect(bench.receive(Party.response(183, to: invite, body: Party.answer), from: 1).to(0).isEmpty)
        bench.receive(Party.response(180, to: invite), from: 1)
        bench.receive(Party.response(200, to: invite, body: Party.answer), from: 1)
        let early = bench.reply(Self.relayed).to(0)
        #expect(early.startLines.map { $0.prefix(11) } == ["SIP/2.0 183", "SIP/2.0 180"])
        #expect(bench.reply(Self.relayed).to(0).startLines.map { $0.prefix(11) } == ["SIP/2.0 200"])
    }

    @Test("CANCEL doesn't wait for the relay: a call whose offer is there ends, and sends no INVITE")
    func cancelled() {
        let bench = EngineBench(relaysMedia: true)
        bench.receive(Party.invite(), from: 0)
        let sent = bench.receive(Party.invite(method: "CANCEL").replacing("1 INVITE", by: "1 CANCEL"), from: 0)
        #expect(sent.to(0).first("SIP/2.0 487") != nil)
        #expect(bench.reply(Self.relayed).to(1).isEmpty)
        #expect(bench.lastIsDelete)
        bench.wait(milliseconds: 40_000)
        #expect(bench.isEmpty)
    }

    @Test("A caller's 200 that crosses CANCEL while its answer is at the relay is acknowledged and hung up")
    func crossing() throws {
        let bench = EngineBench(relaysMedia: true)
        bench.receive(Party.invite(), from: 0)
        let invite = try #require(bench.reply(Self.relayed).first("INVITE"))
        bench.receive(Party.response(200, to: invite, body: Party.answer), from: 1)
        bench.receive(Party.invite(method: "CANCEL").replacing("1 INVITE", by: "1 CANCEL"), from: 0)
        let sent = bench.reply(Self.relayed).to(1)
        #expect(sent.startLines.map { $0.prefix(3) } == ["ACK", "BYE"])
    }

    @Test("A relay that is away: 503 with its own diagnostic, after every trunk that needs it")
    func away() {
        let bench = EngineBench(relaysMedia: true)
        bench.receive(Party.invite(), from: 0)
        #expect(bench.fail(.unavailable("the relay is away")).isEmpty)
        #expect(bench.fail(.unavailable("the relay is away")).to(0).first("SIP/2.0 503") != nil)
        #expect(bench.endedWith?.diagnostic == .mediaRelayFailed)
        #expect(bench.endedWith?.detail == "the relay is away")
    }

    @Test("A description that the relay can't take is refused with 488, without trying another trunk")
    func unacceptable() {
        let bench = EngineBench(relaysMedia: true)
        bench.receive(Party.invite(), from: 0)
        #expect(bench.fail(.unacceptable("line 3")).to(0).first("SIP/2.0 488") != nil)
        #expect(bench.engine.counters.mediaRefusals == 1)
    }

    @Test("A trunk tried after another has media of its own; those of the failed one end")
    func nextTrunk() throws {
        let bench = EngineBench(relaysMedia: true)
        bench.receive(Party.invite(), from: 0)
        let first = try #require(bench.reply(Self.relayed).first("INVITE"))
        bench.receive(Party.response(503, to: first), from: 1)
        let actions = bench.media.suffix(2)
        guard case .delete? = actions.first?.action, case .offer? = actions.last?.action else {
            Issue.record("\(bench.media.map(\.action))")
            return
        }
        #expect(actions.first?.session.attempt == 1)
        #expect(actions.last?.session.attempt == 2)
        #expect(bench.reply(Self.relayed).to(2).first("INVITE")?.body == Self.relayed)
    }

    @Test("A call without offer: the 200 offers, the ACK answers, both through the relay")
    func delayedOffer() throws {
        let bench = EngineBench(relaysMedia: true)
        let invite = try #require(bench.receive(Party.invite(body: ""), from: 0).first("INVITE"))
        bench.receive(Party.response(200, to: invite, body: Party.answer), from: 1)
        guard case .offer(.callee, _)? = bench.media.last?.action else { Issue.record("no offer"); return }
        let ok = try #require(bench.reply(Self.relayed).to(0).first("SIP/2.0 200"))
        #expect(ok.body == Self.relayed)
        let ack = Party.callerRequest("ACK", in: ok, cseq: 1, branch: "z9hG4bKack", body: Party.offer)
        #expect(bench.receive(ack, from: 0).isEmpty)
        guard case .answer(.caller, _)? = bench.media.last?.action else { Issue.record("no answer"); return }
        #expect(bench.reply(Self.relayed).to(1).first("ACK")?.body == Self.relayed)
    }

    @Test("A re-INVITE that is refused is rolled back at the relay; the call goes on")
    func rollback() throws {
        let bench = EngineBench(relaysMedia: true)
        let call = establish(bench)
        bench.receive(
            Party.callerRequest("INVITE", in: call.ok, cseq: 2, branch: "z9hG4bKa4", body: Party.offer), from: 0)
        let invite = try #require(bench.reply(Self.held).to(1).first("INVITE"))
        #expect(invite.body == Self.held)
        let refused = bench.receive(Party.response(488, to: invite), from: 1)
        #expect(refused.to(0).first("SIP/2.0 488") != nil)
        guard case .rollback? = bench.media.last?.action else { Issue.record("no rollback"); return }
        #expect(bench.engine.snapshot().map(\.phase) == [.confirmed])
    }

    @Test("A re-INVITE that the relay can't take is refused, and reaches nobody")
    func refusedByRelay() {
        let bench = EngineBench(relaysMedia: true)
        let call = establish(bench)
        bench.receive(
            Party.callerRequest("INVITE", in: call.ok, cseq: 2, branch: "z9hG4bKa4", body: Party.offer), from: 0)
        let sent = bench.fail(.unavailable("no ports"))
        #expect(sent.to(0).first("SIP/2.0 503") != nil)
        #expect(sent.to(1).isEmpty)
        #expect(bench.engine.snapshot().map(\.phase) == [.confirmed])
    }

    @Test("A storm of requests while the relay is asked ends the call, and each of them gets a final response")
    func storm() {
        let bench = EngineBench(relaysMedia: true)
        let call = establish(bench)
        bench.receive(
            Party.callerRequest("INVITE", in: call.ok, cseq: 2, branch: "z9hG4bKa4", body: Party.offer), from: 0)
        var answered: Set<String> = []
        func note(_ sent: [Sent]) {
            for one in sent.to(0) where ["SIP/2.0 4", "SIP/2.0 5"].contains(one.startLine.prefix(9)) {
                answered.insert(one.field("CSeq") ?? "")
            }
        }
        for cseq in 3...100 {
            let info = Party.callerRequest("INFO", in: call.ok, cseq: cseq, branch: "z9hG4bKs\(cseq)")
            note(bench.receive(info, from: 0))
        }
        note(bench.fail(.unavailable("away")))
        #expect(answered.count == 99)
    }

    @Test("BYE ends the media")
    func bye() {
        let bench = EngineBench(relaysMedia: true)
        let call = establish(bench)
        bench.receive(Party.callerRequest("BYE", in: call.ok, cseq: 2, branch: "z9hG4bKa4"), from: 0)
        #expect(bench.lastIsDelete)
    }

    @Test("F53 in part: media pass the relay by when both trunks say so, and only then", arguments: [true, false])
    func bypass(isBoth: Bool) {
        var bypassing = TrunkMedia()
        bypassing.bypasses = true
        let bench = EngineBench(
            media: ["in": bypassing, "out": isBoth ? bypassing : TrunkMedia()], relaysMedia: true)
        let sent = bench.receive(Party.invite(), from: 0).to(1)
        #expect((sent.first("INVITE")?.body == Party.offer) == isBoth)
        #expect(bench.media.isEmpty == isBoth)
    }

    @Test("A session that the relay has lost ends its call")
    func gone() {
        let bench = EngineBench(relaysMedia: true)
        _ = establish(bench)
        let sent = bench.tell(.gone)
        #expect(sent.startLines.filter { $0.hasPrefix("BYE") }.count == 2)
        #expect(bench.endedWith?.diagnostic == .mediaRelayFailed)
    }

    // MARK: Silence

    private func silence(_ bench: EngineBench, party: Int, control: [Bool] = [false, true]) -> [Sent] {
        control.flatMap { bench.tell(.silent(party: party, media: 0, isControl: $0)) }
    }

    @Test("F50: an active call ends when a party has sent neither RTP nor RTCP for 30 s")
    func activeSilence() {
        let bench = EngineBench(relaysMedia: true)
        _ = establish(bench)
        #expect(silence(bench, party: 0, control: [false]).isEmpty)
        #expect(silence(bench, party: 0, control: [true]).startLines.filter { $0.hasPrefix("BYE") }.count == 2)
        #expect(bench.endedWith?.diagnostic == .mediaTimeout)
    }

    @Test("F50: a muted party that still sends RTCP is left alone, and so is one whose trunk sends none")
    func mutedParty() {
        var quiet = TrunkMedia()
        quiet.sendsRTCPWhenActive = false
        let bench = EngineBench(media: ["out": quiet], relaysMedia: true)
        _ = establish(bench)
        #expect(silence(bench, party: 0, control: [false]).isEmpty)
        #expect(silence(bench, party: 1).isEmpty)
        #expect(bench.wait(milliseconds: 600_000).isEmpty)
    }

    private func hold(_ bench: EngineBench, _ call: Established, cseq: Int, _ description: String) {
        bench.receive(
            Party.callerRequest("INVITE", in: call.ok, cseq: cseq, branch: "z9hG4bKh\(cseq)", body: Party.offer),
            from: 0)
        let invite = bench.reply(description).to(1).first("INVITE")!
        bench.receive(Party.response(200, to: invite, body: Party.answer), from: 1)
        bench.reply(description)
        bench.receive(Party.callerRequest("ACK", in: call.ok, cseq: cseq, branch: "z9hG4bKk\(cseq)"), from: 0)
    }

    @Test("F50: a held call lives while music is played to the held party, and ends when nobody sends anything")
    func heldSilence() {
        let bench = EngineBench(relaysMedia: true)
        let call = establish(bench)
        hold(bench, call, cseq: 2, Self.held)
        #expect(silence(bench, party: 1).isEmpty)
        #expect(bench.wait(milliseconds: 300_000).isEmpty)
        #expect(silence(bench, party: 0).startLines.contains { $0.hasPrefix("BYE") })
    }

    @Test("F50: on a trunk that sends no RTCP on hold a held call lives; taken back, it has 30 s to be heard")
    func resumed() {
        var quiet = TrunkMedia()
        quiet.sendsRTCPOnHold = false
        let bench = EngineBench(media: ["in": quiet, "out": quiet], relaysMedia: true)
        let call = establish(bench)
        hold(bench, call, cseq: 2, Self.held)
        #expect(silence(bench, party: 0).isEmpty)
        #expect(silence(bench, party: 1).isEmpty)
        #expect(bench.wait(milliseconds: 300_000).isEmpty)
        hold(bench, call, cseq: 3, Self.relayed)
        #expect(bench.wait(milliseconds: 29_000).isEmpty)
        #expect(bench.wait(milliseconds: 2_000).startLines.contains { $0.hasPrefix("BYE") })
    }

    @Test("F50: a longer time-out of the trunk is kept, and a party heard again in it saves the call")
    func longerTimeout() {
        var patient = TrunkMedia()
        patient.timeout = .seconds(90)
        let bench = EngineBench(media: ["in": patient], relaysMedia: true)
        _ = establish(bench)
        #expect(silence(bench, party: 0).isEmpty)
        #expect(bench.wait(milliseconds: 59_000).isEmpty)
        bench.tell(.heardAgain(party: 0, media: 0, isControl: true))
        #expect(bench.wait(milliseconds: 59_000).isEmpty)
        #expect(silence(bench, party: 0, control: [true]).isEmpty)
        #expect(bench.wait(milliseconds: 61_000).startLines.contains { $0.hasPrefix("BYE") })
    }

    @Test("A relay that tells of a silence sooner ends the call no sooner")
    func earlierReport() {
        let bench = EngineBench(relaysMedia: true, silence: .seconds(5))
        _ = establish(bench)
        #expect(silence(bench, party: 0).isEmpty)
        #expect(bench.wait(milliseconds: 24_000).isEmpty)
        #expect(bench.wait(milliseconds: 2_000).startLines.contains { $0.hasPrefix("BYE") })
    }
}
