import CallControl
import TandemKit
import Testing
import Timing

@Suite struct LookUpTests {
    @Test("A call waits with 100 Trying until the router's look-up is answered, and goes where the finding says")
    func waits() throws {
        let bench = EngineBench.asking()
        #expect(bench.receive(Party.invite(), from: 0).startLines == ["SIP/2.0 100 Trying"])
        #expect(bench.lookUps.map(\.lookUp.source) == ["customers"])
        #expect(bench.lookUps[0].time == .milliseconds(500))
        #expect(bench.events.isEmpty)
        bench.wait(milliseconds: 40)
        let sent = bench.find(.trunk("out2"))
        #expect(sent.startLines == ["INVITE sip:0100@192.0.2.3:5060 SIP/2.0"])
        #expect(bench.lookUps.count == 1)
        #expect(
            bench.lookUpLines() == [
                "database/look-up: customers: SELECT trunk FROM customers WHERE number = ? → 1 row (40 ms)"
            ])
        guard case .began? = bench.events.first else {
            Issue.record("no call began: \(bench.events)")
            return
        }
    }

    @Test("What the interrupted hook has logged and changed is forgotten: its story tells each step once")
    func startsAgain() throws {
        let bench = EngineBench.asking(normalizers: [.of(AskingNormalizer(count: 2), named: "prefixes")])
        bench.receive(Party.invite(), from: 0)
        bench.find(.text("1"))
        bench.find(.text("2"))
        #expect(bench.lookUps.map { "\($0.lookUp)" }[1] == "lcr: GET /prefix?of=10100&turn=1")
        let sent = bench.find(.trunk("out"))
        #expect(sent.startLines == ["INVITE sip:210100@192.0.2.2:5060 SIP/2.0"])
        let plan = try #require(bench.engine.story(of: bench.engine.snapshot()[0].number)).plan
        #expect(plan.called.steps.map(\.after) == ["10100", "210100"])
        #expect(plan.log.entries.map(\.rule) == ["look-up", "look-up", "turn", "turn", "look-up", "always"])
    }

    @Test("A look-up that nobody answers has failed at its deadline, and the router says what that means")
    func deadline() {
        let bench = EngineBench.asking(deadline: .milliseconds(200))
        bench.receive(Party.invite(), from: 0)
        #expect(bench.wait(milliseconds: 199).isEmpty)
        let sent = bench.wait(milliseconds: 2)
        #expect(sent.startLines == ["SIP/2.0 480 Temporarily Unavailable"])
        #expect(bench.lookUpLines()[0].contains("customers has not answered within 0.2 seconds; 200 ms"))
        #expect(bench.engine.counters.failedLookUps == 1)
        #expect(bench.find(.trunk("out")).isEmpty)
        bench.wait(milliseconds: 64_000)
        #expect(bench.isEmpty)
    }

    @Test("A finding for an earlier look-up of the call is ignored")
    func lateFinding() {
        let bench = EngineBench.asking(normalizers: [.of(AskingNormalizer(), named: "prefixes")])
        bench.receive(Party.invite(), from: 0)
        bench.wait(milliseconds: 600)
        #expect(bench.lookUps.count == 1)  // the normalizer asks again for what it was told: the call has failed
        #expect(bench.endedWith?.diagnostic == .lookUpRefused)
        let other = EngineBench.asking(normalizers: [.of(AskingNormalizer(), named: "prefixes")])
        other.receive(Party.invite(), from: 0)
        other.find(.text("9"))
        #expect(other.lookUps.count == 2)
        #expect(other.find(.text("8"), for: 0).isEmpty)
        #expect(other.find(.trunk("out")).startLines == ["INVITE sip:90100@192.0.2.2:5060 SIP/2.0"])
    }

    @Test("CANCEL ends a call that waits, once, with 487; nothing is left and a late finding changes nothing")
    func cancel() {
        let bench = EngineBench.asking()
        bench.receive(Party.invite(), from: 0)
        let sent = bench.receive(Party.invite(body: "", method: "CANCEL"), from: 0)
        #expect(sent.startLines == ["SIP/2.0 200 OK", "SIP/2.0 487 Request Terminated"])
        #expect(bench.events.count == 2)
        #expect(bench.find(.trunk("out")).isEmpty)
        bench.wait(milliseconds: 64_000)
        #expect(bench.isEmpty)
    }

    @Test("A retransmitted INVITE asks for nothing and gets 100 again; draining leaves a call that waits alone")
    func retransmission() {
        let bench = EngineBench.asking()
        bench.receive(Party.invite(), from: 0)
        #expect(bench.receive(Party.invite(), from: 0).startLines == ["SIP/2.0 100 Trying"])
        #expect(bench.lookUps.count == 1)
        bench.engine.isDraining = true
        #expect(bench.find(.trunk("out")).startLines == ["INVITE sip:0100@192.0.2.2:5060 SIP/2.0"])
    }

    @Test("An operator hangs up a call that waits; the ring time of its trunk ends one too")
    func otherEnds() {
        let bench = EngineBench.asking()
        bench.receive(Party.invite(), from: 0)
        #expect(bench.engine.hangUp(bench.engine.snapshot()[0].number, at: bench.now))
        #expect(bench.drain().startLines == ["SIP/2.0 480 Temporarily Unavailable"])
        var timers = CallTimers()
        timers.maxRingTime = .seconds(2)
        let slow = EngineBench.asking(timers: timers, deadline: .seconds(5))
        slow.receive(Party.invite(), from: 0)
        #expect(slow.wait(milliseconds: 2_000).startLines == ["SIP/2.0 408 Request Timeout"])
        slow.wait(milliseconds: 64_000)
        #expect(slow.isEmpty)
    }

    @Test("A call has eight look-ups; the ninth refuses it and names the plugin, and so does one that was answered")
    func bounds() throws {
        let bench = EngineBench.asking(normalizers: [.of(AskingNormalizer(count: 9), named: "prefixes")])
        bench.receive(Party.invite(), from: 0)
        for _ in 0..<7 { #expect(bench.find(.text("")).isEmpty) }
        let sent = bench.find(.text(""))
        #expect(sent.startLines == ["SIP/2.0 500 Server Internal Error"])
        #expect(bench.endedWith?.detail.hasPrefix("prefixes asks for more than the 8 look-ups of a call") == true)
        let again = EngineBench.asking(normalizers: [.of(AskingNormalizer(asksAgain: true), named: "prefixes")])
        again.receive(Party.invite(), from: 0)
        again.find(.text(""))
        #expect(again.endedWith?.detail.hasPrefix("prefixes asks again for what it was told: lcr: GET") == true)
        #expect(again.lookUps.count == 1)
        #expect(bench.engine.counters.refusedLookUps == 1 && again.engine.counters.refusedLookUps == 1)
    }

    @Test("What is too large is a failure for the plugin, not for the process")
    func tooLarge() {
        let bench = EngineBench.asking()
        bench.receive(Party.invite(), from: 0)
        bench.find(.trunk(String(repeating: "x", count: Finding.byteCountMax)))
        #expect(bench.endedWith?.detail.contains("bytes were found, and the call has room for 65536") == true)
        let long = EngineBench.asking()
        long.receive(Party.invite(uri: "sip:\(String(repeating: "1", count: 17_000))@198.51.100.1"), from: 0)
        #expect(long.lookUps.isEmpty)
        #expect(long.endedWith?.detail.contains("a look-up may have 16384") == true)
    }

    @Test("A proxied request waits as well; CANCEL ends it with 487")
    func proxy() {
        let bench = EngineBench.asking(mode: .proxy)
        #expect(bench.receive(Party.invite(), from: 0).startLines == ["SIP/2.0 100 Trying"])
        #expect(bench.find(.trunk("out2")).to(2).startLines == ["INVITE sip:0100@192.0.2.3:5060 SIP/2.0"])
        let other = EngineBench.asking(mode: .proxy)
        other.receive(Party.invite(), from: 0)
        let sent = other.receive(Party.invite(body: "", method: "CANCEL"), from: 0)
        #expect(sent.startLines == ["SIP/2.0 200 OK", "SIP/2.0 487 Request Terminated"])
        #expect(other.find(.trunk("out")).isEmpty)
        let late = EngineBench.asking(mode: .proxy)
        late.receive(Party.invite(), from: 0)
        #expect(late.wait(milliseconds: 500).startLines == ["SIP/2.0 480 Temporarily Unavailable"])
        for bench in [other, late] {
            bench.wait(milliseconds: 64_000)
            #expect(bench.isEmpty)
        }
    }

    @Test("A call that waits is written down as one that rings: not answered, so lost with its process")
    func journal() {
        let bench = EngineBench.asking()
        bench.engine.keepsRecords = true
        bench.receive(Party.invite(), from: 0)
        var changes: [CallRecordChange] = []
        bench.engine.takeRecordChanges { change, _, bytes in
            changes.append(change)
            #expect(bytes.first == 0)  // nobody talks
        }
        #expect(changes == [.put])
    }

    @Test("New plugins between the two calls of a hook change nothing for the call that waits")
    func exchange() {
        let bench = EngineBench.asking()
        bench.receive(Party.invite(), from: 0)
        bench.engine.exchange(trunks: EngineBench(choices: []).configuration.trunks)
        #expect(bench.find(.trunk("out2")).startLines == ["INVITE sip:0100@192.0.2.3:5060 SIP/2.0"])
    }
}
