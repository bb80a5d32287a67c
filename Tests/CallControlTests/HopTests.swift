import SIPTransaction
import TandemKit
import Testing
import Timing

@testable import CallControl

@Suite("Servers of a peer (RFC 3263 §4.3, RFC 2782)")
struct HopTests {
    private static func flow(_ number: UInt8) -> Flow {
        Flow(
            listener: 1, transport: .udp,
            remote: Endpoint(address: IPAddress(ipv4: 0x0A00_0000 + UInt32(number)), port: 5060))
    }

    private static func group(_ rank: Int, _ weight: UInt16, _ numbers: UInt8...) -> HopSet.Group {
        HopSet.Group(rank: rank, weight: weight, flows: numbers.map(flow))
    }

    private static func numbers(_ order: HopSet.Order) -> [Int] {
        ([order.first] + order.later).map { Int($0.remote.address.low & 0xFF) }
    }

    /// Numbers that are drawn evenly, the same in each run.
    private final class Random {
        private var state: UInt64 = 88_172_645_463_325_252

        func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state >> 8
        }
    }

    @Test("A lower rank comes before a higher one, and the addresses of a record in their order")
    func ranks() throws {
        let set = try #require(HopSet([Self.group(2, 9, 4), Self.group(1, 0, 1, 2), Self.group(1, 0, 3)]))
        let random = Random()
        for _ in 0..<100 {
            let order = Self.numbers(set.order(avoiding: { _ in false }, random: random.next))
            #expect(order.last == 4 && (order == [1, 2, 3, 4] || order == [3, 1, 2, 4]))
        }
    }

    @Test("Within a rank each comes first as often as its weight says; one of weight 0 hardly ever")
    func weights() throws {
        let set = try #require(
            HopSet([Self.group(1, 60, 1), Self.group(1, 30, 2), Self.group(1, 10, 3), Self.group(1, 0, 4)]))
        let random = Random()
        var first = [0, 0, 0, 0, 0]
        for _ in 0..<10_000 {
            let order = Self.numbers(set.order(avoiding: { _ in false }, random: random.next))
            #expect(Set(order) == [1, 2, 3, 4])
            first[order[0]] += 1
        }
        #expect(abs(first[1] - 6_000) < 300 && abs(first[2] - 3_000) < 300 && abs(first[3] - 1_000) < 200)
        #expect(first[4] < 200)
    }

    @Test("One that has failed comes last, whatever its rank")
    func avoided() throws {
        let set = try #require(HopSet([Self.group(1, 0, 1), Self.group(2, 0, 2), Self.group(3, 0, 3)]))
        let order = set.order(avoiding: { $0 == Self.flow(1) }, random: Random().next)
        #expect(Self.numbers(order) == [2, 3, 1])
    }

    /// Trunk `out` has three servers, at listener 1; `out2` is there as well.
    private static func bench(mode: SignallingMode = .b2bua, failover: FailoverRule = .never) throws -> EngineBench {
        let set = try #require(HopSet([group(1, 0, 2), group(2, 0, 3), group(3, 0, 4)]))
        return EngineBench(
            mode: mode,
            choices: [TrunkChoice(trunk: "out", failover: failover), TrunkChoice(trunk: "out2", failover: failover)],
            hops: ["out": set])
    }

    private static func place(_ sent: Sent) -> Int { Int(sent.flow.remote.address.low & 0xFF) }

    @Test("After 503 the next server gets the INVITE in a transaction of its own, whatever the route says of trunks")
    func unavailable() throws {
        let bench = try Self.bench()
        let invite = bench.receive(Party.invite(), from: 0).last!
        #expect(Self.place(invite) == 2)
        let sent = bench.receive(Party.response(503, to: invite), from: 1).to(1)
        #expect(sent.map(Self.place) == [2, 3] && sent[1].startLine.hasPrefix("INVITE "))
        #expect(sent[1].field("Via") != invite.field("Via"))
        #expect(sent[1].startLine == invite.startLine)
    }

    @Test("Another failure is the peer's word, and no other server is asked", arguments: [486, 500, 404])
    func refused(status: Int) throws {
        let bench = try Self.bench()
        let invite = bench.receive(Party.invite(), from: 0).last!
        let sent = bench.receive(Party.response(status, to: invite), from: 1)
        #expect(sent.to(1).map(\.startLine).allSatisfy { $0.hasPrefix("ACK ") })
        #expect(sent.to(0).last?.startLine.hasPrefix("SIP/2.0 \(status)") == true)
    }

    @Test("A server that stays silent, or can't be reached, is passed over; the next call begins with another")
    func silent() throws {
        let bench = try Self.bench()
        _ = bench.receive(Party.invite(), from: 0)
        let second = bench.wait(milliseconds: 1_600).to(1).filter { $0.startLine.hasPrefix("INVITE ") }
        #expect(second.map(Self.place).last == 3)
        bench.engine.sendFailed(on: Self.flow(3), because: "host unreachable", at: bench.now)
        let third = bench.drain().to(1)
        #expect(third.map(Self.place) == [4])
        let other = bench.receive(Party.invite(branch: "z9hG4bKa2", tag: "other", callID: "another"), from: 0).to(1)
        #expect(other.map(Self.place) == [4])
    }

    @Test("When all servers have failed the route's next trunk is tried, as its rule says", arguments: [true, false])
    func exhausted(may: Bool) throws {
        let bench = try Self.bench(failover: may ? FailoverRule(statuses: [503...503]) : .never)
        var sent = bench.receive(Party.invite(), from: 0)
        for _ in 0..<3 {
            sent = bench.receive(Party.response(503, to: sent.to(1).last!), from: 1)
        }
        #expect(sent.to(2).count == (may ? 1 : 0))
        #expect(sent.to(0).isEmpty == may)
    }

    @Test("A proxied request goes to the next server as well")
    func proxied() throws {
        let bench = try Self.bench(mode: .proxy)
        let invite = bench.receive(Party.invite(), from: 0).last!
        let sent = bench.receive(Party.response(503, to: invite), from: 1).to(1)
        #expect(sent.map(Self.place) == [2, 3])
        #expect(sent[1].field("Call-ID") == invite.field("Call-ID"))
    }

    @Test("The poll asks the next server when one is silent, and the trunk is up when any answers")
    func poll() throws {
        let bench = try Self.bench()
        let settings = TrunkHealth.Settings(interval: .seconds(60), misses: 3, retry: .seconds(5))
        bench.engine.startProbing(1, settings, at: bench.now)
        var asked = bench.drain()
        #expect(asked.map(Self.place) == [2])
        asked = bench.wait(milliseconds: 40_000).filter { $0.startLine.hasPrefix("OPTIONS ") }
        #expect(Set(asked.map(Self.place)) == [2, 3])
        _ = bench.receive(Party.response(200, to: asked.last!), from: 1)
        #expect(bench.engine.trunkHealth[0].health.state == .up)
    }
}
