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
        #expect(sent.startLines.map { $0.prefix(3) } == ["ACK"])
        #expect(bench.endedWith == nil)
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

    fileprivate func records() -> [CallRecord] { payloads().compactMap { try? CallRecord($0.0, $0.1) } }
}
