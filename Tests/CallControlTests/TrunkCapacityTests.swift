import CallControl
import TandemKit
import Testing
import Timing

@Suite("How many calls a trunk takes")
struct TrunkCapacityTests {
    private static func invite(_ number: Int) -> String {
        Party.invite(branch: "z9hG4bKn\(number)", tag: "t\(number)", callID: "c\(number)")
    }

    @Test(
        "F87: One call more than max-calls from a trunk gets 503 with Retry-After; when one has ended the next may come"
    )
    func fullIngress() throws {
        let capacity = TrunkCapacity(calls: 1)
        let bench = EngineBench(capacities: ["in": capacity])
        var told: [CallRefusal] = []
        bench.engine.observeRefusal = { told.append($0) }
        let call = bench.establish()
        #expect(capacity.count == 1)
        let refused = bench.receive(Self.invite(2), from: 0)
        #expect(refused.to(1).isEmpty && refused.last?.startLine.hasPrefix("SIP/2.0 503") == true)
        #expect(refused.last?.field("Retry-After") != nil && told == [.trunkFull])
        let bye = bench.receive(Party.callerRequest("BYE", in: call.ok, cseq: 2, branch: "z9hG4bKbye"), from: 0)
        bench.receive(Party.response(200, to: try #require(bye.to(1).first("BYE"))), from: 1)
        #expect(capacity.count == 0)
        #expect(bench.receive(Self.invite(3), from: 0).to(1).first("INVITE") != nil)
    }

    @Test("A trunk that is full is passed over for the next of the route, and why stands in the story")
    func fullEgress() throws {
        let capacity = TrunkCapacity(calls: 1)
        let bench = EngineBench(capacities: ["out": capacity])
        let first = try #require(bench.receive(Self.invite(1), from: 0).to(1).first("INVITE"))
        let second = bench.receive(Self.invite(2), from: 0)
        #expect(second.to(1).isEmpty && second.to(2).first("INVITE") != nil)
        bench.receive(Party.response(503, to: first), from: 1)
        #expect(capacity.count == 0, "a failed attempt has its place no more")
        #expect(bench.receive(Self.invite(3), from: 0).to(1).first("INVITE") != nil)
        let story = try #require(
            bench.engine.snapshot().first { $0.callID == "c2" }.flatMap { bench.engine.story(of: $0.number) })
        #expect(story.plan.log.entries.contains { $0.note.contains("out has as many calls as its max-calls") })
    }

    @Test(
        "Calls that come faster than calls-per-second are refused; a second later there is room again",
        arguments: [SignallingMode.b2bua, .proxy])
    func rate(mode: SignallingMode) {
        let bench = EngineBench(mode: mode, capacities: ["in": TrunkCapacity(perSecond: 5)])
        func begun(_ numbers: Range<Int>) -> Int {
            numbers.count { bench.receive(Self.invite($0), from: 0).to(1).first("INVITE") != nil }
        }
        #expect(begun(0..<20) == 5)
        bench.wait(milliseconds: 200)
        #expect(begun(20..<30) == 1)
        bench.wait(milliseconds: 1_000)
        #expect(begun(30..<50) == 5)
    }

    @Test("Other limits hold for what begins from then on; shards share them")
    func changed() throws {
        let capacity = TrunkCapacity(calls: 1)
        let benches = [
            EngineBench(shard: 1, capacities: ["in": capacity]), EngineBench(shard: 2, capacities: ["in": capacity]),
        ]
        #expect(benches[0].receive(Self.invite(1), from: 0).to(1).first("INVITE") != nil)
        #expect(benches[1].receive(Self.invite(2), from: 0).to(1).isEmpty)
        capacity.limit(calls: 2, perSecond: nil)
        #expect(benches[1].receive(Self.invite(3), from: 0).to(1).first("INVITE") != nil)
        #expect(capacity.count == 2)
    }

    @Test("A call that goes on after a restart has its places, whatever the limit")
    func restored() throws {
        let before = EngineBench()
        before.engine.keepsRecords = true
        _ = before.establish()
        let capacities = ["in": TrunkCapacity(calls: 1), "out": TrunkCapacity(calls: 1)]
        let bench = EngineBench(capacities: capacities)
        #expect(bench.engine.restore(try #require(before.records().first), at: bench.now) == .restored)
        bench.drain()
        #expect(capacities.values.allSatisfy { $0.count == 1 })
        #expect(bench.receive(Self.invite(2), from: 0).to(1).isEmpty)
    }
}
