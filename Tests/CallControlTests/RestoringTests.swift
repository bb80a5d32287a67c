import CallControl
import TandemKit
import Testing

@Suite struct RestoringTests {
    private static func adapters() -> [String: AdapterInstance] {
        [
            "in": AdapterInstance.of(NotingAdapter("a"), named: "a"),
            "out": AdapterInstance.of(NotingAdapter("b"), named: "b"),
        ]
    }

    /// A call that is up, as it was written down, and its messages.
    private static func call(
        on bench: EngineBench = EngineBench(adapters: adapters(), builds: ["in": "one", "out": "one"])
    ) throws -> (CallRecord, Established) {
        bench.engine.keepsRecords = true
        let call = bench.establish()
        return (try #require(bench.records().first), call)
    }

    @Test("What adapters have kept for a call is the same after a restart")
    func state() throws {
        let (record, call) = try Self.call()
        let bench = EngineBench(adapters: Self.adapters(), builds: ["in": "one", "out": "one"])
        #expect(bench.engine.restore(record, at: bench.now) == .restored)
        #expect(record.adapters.allSatisfy { bench.engine.hasAdapter($0.instance, build: $0.build) })
        // Before: INVITE and 200, on either side; and what acknowledges them.
        let info = bench.receive(Party.callerRequest("INFO", in: call.ok, cseq: 2, branch: "z9hG4bKi"), from: 0)
        let trail = info.to(1)[0].fields("X-Trail")
        let numbers = trail.compactMap { $0.split(separator: "#").last.flatMap { Int($0) } }
        #expect(trail.count == 2 && numbers.allSatisfy { $0 > 2 }, "\(trail)")
    }

    @Test("Another build of an adapter's plugin goes on with what the one before has kept, and is told from it")
    func otherBuild() throws {
        let (record, call) = try Self.call()
        let bench = EngineBench(adapters: Self.adapters(), builds: ["in": "one", "out": "two"])
        #expect(bench.engine.restore(record, at: bench.now) == .restored)
        let known = record.adapters.map { bench.engine.hasAdapter($0.instance, build: $0.build) }
        #expect(record.adapters.map(\.instance).sorted() == ["a", "b"])
        #expect(known.filter { $0 }.count == 1)
        let info = bench.receive(Party.callerRequest("INFO", in: call.ok, cseq: 2, branch: "z9hG4bKi"), from: 0)
        #expect(info.to(1)[0].fields("X-Trail").allSatisfy { !$0.hasSuffix("#1") })
    }

    @Test("Without the plugin the call goes on, and nothing is kept for it")
    func noAdapter() throws {
        let (record, call) = try Self.call()
        let bench = EngineBench()
        #expect(bench.engine.restore(record, at: bench.now) == .restored)
        #expect(!record.adapters.contains { bench.engine.hasAdapter($0.instance, build: $0.build) })
        let bye = bench.receive(Party.callerRequest("BYE", in: call.ok, cseq: 2, branch: "z9hG4bKb"), from: 0)
        #expect(bye.to(0).first("SIP/2.0 200") != nil)
        #expect(bye.to(1).first("BYE") != nil)
        #expect(bye.to(1)[0].fields("X-Trail").isEmpty)
    }

    @Test("A call whose trunk is gone is reported as ended, once, with the trunk's name")
    func noTrunk() throws {
        let (record, _) = try Self.call()
        let bench = EngineBench(trunks: ["in", "elsewhere"])
        #expect(bench.engine.restore(record, at: bench.now) == .refused("there is no trunk out any more"))
        #expect(bench.events.count == 1)
        #expect(bench.endedWith?.diagnostic == .notRecovered)
        #expect(bench.isEmpty)
    }

    @Test("A call that rang is reported as lost")
    func ringing() throws {
        let before = EngineBench()
        before.engine.keepsRecords = true
        before.receive(Party.invite(), from: 0)
        let record = try #require(before.records().first)
        let bench = EngineBench()
        #expect(bench.engine.restore(record, at: bench.now) == .lost)
        #expect(bench.endedWith?.diagnostic == .lostInCrash)
        #expect(bench.isEmpty)
    }

    @Test("An answer without its ACK is sent again until the ACK comes")
    func unacknowledged() throws {
        let before = EngineBench()
        before.engine.keepsRecords = true
        let invite = before.receive(Party.invite(), from: 0).last!
        let ok = before.receive(Party.response(200, to: invite, body: Party.answer), from: 1).to(0)[0]
        let record = try #require(before.records().first)
        let bench = EngineBench()
        #expect(bench.engine.restore(record, at: bench.now) == .restored)
        #expect(bench.drain().to(0).map(\.text) == [ok.text])
        #expect(bench.wait(milliseconds: 600).to(0).map(\.text) == [ok.text])
        bench.receive(Party.callerRequest("ACK", in: ok, cseq: 1, branch: "z9hG4bKack"), from: 0)
        #expect(bench.wait(milliseconds: 40_000).isEmpty)
        #expect(bench.engine.callCount == 1)
    }

    @Test("A 2xx to a re-INVITE that was under way is acknowledged, and the call goes on")
    func reinvite() throws {
        let before = EngineBench()
        let (_, call) = try Self.call(on: before)
        let reinvite = before.receive(
            Party.callerRequest("INVITE", in: call.ok, cseq: 2, branch: "z9hG4bKr", body: Party.offer), from: 0
        ).to(1)[0]
        let record = try #require(before.records().first)
        let bench = EngineBench()
        #expect(bench.engine.restore(record, at: bench.now) == .restored)
        let sent = bench.receive(Party.response(200, to: reinvite, body: Party.answer), from: 1)
        #expect(sent.to(1).startLines.map { $0.prefix(3) } == ["ACK"])
        #expect(bench.endedWith == nil)
    }

    @Test("What a profile remembers between offer and answer outlives a crash: who has to use SRTP, and who need not")
    func sdpMemory() throws {
        let adapters = ["in": ProfileAdapter.with { $0.srtp = .required }]
        let crypto = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz\r\n"
        let secureAnswer = Party.offer.replacing("RTP/AVP", with: "RTP/SAVP") + crypto
        let before = EngineBench(adapters: adapters)
        before.engine.keepsRecords = true
        let invite = before.receive(Party.invite(body: ""), from: 0).last!
        let answered = before.receive(Party.response(200, to: invite, body: Party.answer + crypto), from: 1)
        let ok = try #require(answered.to(0).first("SIP/2.0 200"))
        #expect(ok.body.contains("RTP/SAVP 8"))
        let record = try #require(before.records().first)
        let bench = EngineBench(adapters: adapters)
        #expect(bench.engine.restore(record, at: bench.now) == .restored)
        bench.drain()
        let ack = bench.receive(
            Party.callerRequest("ACK", in: ok, cseq: 1, branch: "z9hG4bKack", body: secureAnswer), from: 0)
        let passed = try #require(ack.to(1).first("ACK"))
        #expect(passed.body.contains("RTP/AVP 8") && passed.body.contains("a=crypto"))
        let offered = bench.receive(
            Party.calleeRequest("INVITE", in: invite, cseq: 1, branch: "z9hG4bKb", body: Party.answer + crypto), from: 1
        )
        let reinvite = try #require(offered.to(0).first("INVITE"))
        #expect(reinvite.body.contains("RTP/SAVP 8"))
        let agreed = bench.receive(Party.response(200, to: reinvite, tag: "atag", body: secureAnswer), from: 0)
        #expect(agreed.to(1).first("SIP/2.0 200")?.body.contains("RTP/AVP 8") == true)
        bench.receive(Party.calleeRequest("ACK", in: invite, cseq: 1, branch: "z9hG4bKc"), from: 1)
        bench.receive(Party.callerRequest("BYE", in: ok, cseq: 2, branch: "z9hG4bKd"), from: 0)
        #expect(bench.endedWith?.diagnostic == .normalClearing)
    }

    /// The caller's re-INVITE on its way to the callee, and the call as it was written down then.
    private static func reinvited() throws -> (CallRecord, Established, EngineBench) {
        let before = EngineBench()
        let (_, call) = try Self.call(on: before)
        before.receive(
            Party.callerRequest("INVITE", in: call.ok, cseq: 2, branch: "z9hG4bKr", body: Party.offer), from: 0)
        return (try #require(before.records().first), call, before)
    }

    @Test("Who sent a re-INVITE that was under way gets 500 with Retry-After, until its ACK comes, and may try again")
    func openRequest() throws {
        let (record, call, _) = try Self.reinvited()
        let bench = EngineBench()
        #expect(bench.engine.restore(record, at: bench.now) == .restored)
        let refused = try #require(bench.drain().to(0).first("SIP/2.0 500"))
        #expect(refused.field("Retry-After") != nil && refused.field("CSeq") == "2 INVITE")
        #expect(refused.field("Via")?.contains("branch=z9hG4bKr") == true)
        #expect(bench.wait(milliseconds: 600).to(0).startLines == [refused.startLine])
        bench.receive(Party.callerRequest("ACK", in: call.ok, cseq: 2, branch: "z9hG4bKr"), from: 0)
        #expect(bench.wait(milliseconds: 60_000).isEmpty)
        let again = bench.receive(
            Party.callerRequest("INVITE", in: call.ok, cseq: 3, branch: "z9hG4bKs", body: Party.offer), from: 0)
        #expect(again.to(1).first("INVITE") != nil)
        #expect(bench.endedWith == nil)
    }

    @Test("A re-INVITE that comes again after the restart gets the same 500, and is not passed on")
    func openRequestAgain() throws {
        let (record, call, _) = try Self.reinvited()
        let bench = EngineBench()
        #expect(bench.engine.restore(record, at: bench.now) == .restored)
        bench.drain()
        let again = bench.receive(
            Party.callerRequest("INVITE", in: call.ok, cseq: 2, branch: "z9hG4bKr", body: Party.offer), from: 0)
        #expect(again.map(\.listener) == [0] && again[0].startLine.hasPrefix("SIP/2.0 500"))
    }

    @Test("A re-INVITE whose answer was passed on gets no other after the restart")
    func answeredRequest() throws {
        for status in [200, 488] {
            let before = EngineBench()
            let (_, call) = try Self.call(on: before)
            let sent = before.receive(
                Party.callerRequest("INVITE", in: call.ok, cseq: 2, branch: "z9hG4bKr", body: Party.offer), from: 0)
            let body = status == 200 ? Party.answer : ""
            before.receive(Party.response(status, to: sent.to(1).first("INVITE")!, body: body), from: 1)
            before.receive(Party.callerRequest("ACK", in: call.ok, cseq: 2, branch: "z9hG4bKr"), from: 0)
            var last: [UInt8] = []
            before.engine.takeRecordChanges { if $0 == .put { last = Array($2) } }
            #expect(!last.isEmpty)
            let bench = EngineBench()
            let record = try CallRecord(try Self.number(of: before), [last])
            #expect(bench.engine.restore(record, at: bench.now) == .restored)
            #expect(bench.drain().to(0).allSatisfy { !$0.startLine.hasPrefix("SIP/2.0 5") })
        }
    }

    private static func number(of bench: EngineBench) throws -> CallNumber {
        try #require(bench.engine.snapshot().first).number
    }

    @Test("A call that had ended for both is hung up once more, and its end is not told again")
    func endedForBoth() throws {
        let before = EngineBench()
        let (_, call) = try Self.call(on: before)
        var written: [[UInt8]] = []
        var removed = 0
        func take() {
            before.engine.takeRecordChanges { change, _, payload in
                switch change {
                case .put: written = [Array(payload)]
                case .add: written.append(Array(payload))
                case .remove: removed += 1
                }
            }
        }
        before.engine.rewriteRecords()
        take()
        let number = try Self.number(of: before)
        let bye = before.receive(Party.callerRequest("BYE", in: call.ok, cseq: 2, branch: "z9hG4bKb"), from: 0)
        #expect(before.engine.hasRecordChanges)
        take()
        before.receive(Party.response(200, to: bye.to(1)[0]), from: 1)
        #expect(before.engine.callCount == 0)
        // That it is gone may wait for what is written next: this process dies before.
        #expect(!before.engine.hasRecordChanges && before.engine.hasAnyRecordChanges && removed == 0)
        let bench = EngineBench()
        #expect(bench.engine.restore(try CallRecord(number, written), at: bench.now) == .ending)
        let sent = bench.drain()
        #expect(sent.startLines.map { $0.prefix(3) } == ["BYE"] && sent[0].listener == 1)
        #expect(sent[0].field("CSeq") == "3 BYE")
        bench.receive(Party.response(481, to: sent[0]), from: 1)
        #expect(bench.events.isEmpty && bench.isEmptyButTransactions)
    }

    @Test(
        "Records that are spoiled are refused, or make some call: they never end the process", arguments: UInt64(0)..<8)
    func spoiled(seed: UInt64) throws {
        let before = EngineBench(adapters: Self.adapters())
        _ = try Self.call(on: before)
        var random = LinearRandom(state: seed)
        let whole = before.payloads()
        for _ in 0..<100 {
            let bench = EngineBench(adapters: Self.adapters())
            for (number, payloads) in whole {
                let spoiled = payloads.map { random.spoil($0) }
                guard let record = try? CallRecord(number, spoiled) else { continue }
                _ = bench.engine.restore(record, at: bench.now)
                bench.wait(milliseconds: 1_000)
            }
        }
    }
}

/// Numbers from a seed.
private struct LinearRandom {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }

    mutating func spoil(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...below(3) where !bytes.isEmpty {
            switch below(4) {
            case 0: bytes.removeLast(below(bytes.count))
            case 1: bytes.insert(UInt8(below(256)), at: below(bytes.count))
            default: bytes[below(bytes.count)] = UInt8(below(256))
            }
        }
        return bytes
    }
}

extension EngineBench {
    fileprivate var isEmptyButTransactions: Bool { engine.callCount == 0 && engine.dialogCount == 0 }

    /// What is written down of the calls now, whole.
    fileprivate func payloads() -> [(CallNumber, [[UInt8]])] {
        var found: [CallNumber: [[UInt8]]] = [:]
        engine.rewriteRecords()
        engine.takeRecordChanges { change, number, payload in
            switch change {
            case .put: found[number] = [Array(payload)]
            case .add: found[number]?.append(Array(payload))
            case .remove: found[number] = nil
            }
        }
        return found.map { ($0.key, $0.value) }
    }

    func records() -> [CallRecord] { payloads().compactMap { try? CallRecord($0.0, $0.1) } }
}
