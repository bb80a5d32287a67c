import CallControl
import ServerLocation
import TandemKit
import Testing
import Timing
import Trunks

@Suite("Trunk status")
struct TrunkStatusTests {
    private let found = ServerLocation(groups: [
        ServerGroup(
            rank: 0, weight: 0, transport: .udp, servers: [Endpoint(address: IPAddress("192.0.2.1")!, port: 5060)])
    ])
    private let start = Timestamp(nanoseconds: 1_000)
    private let later = Timestamp(nanoseconds: 2_000)

    @Test("A trunk is used until it is known to be down, and tells why")
    func health() {
        let status = TrunkStatus(name: "t", location: found, isPolled: true)
        #expect(status.isUsable && status.snapshot.state == .unknown)
        let went = status.healthChanged(to: .down, because: "5 OPTIONS without an answer", at: start)
        #expect(went && !status.isUsable && status.snapshot.reason == "5 OPTIONS without an answer")
        let again = status.healthChanged(to: .down, because: "6 OPTIONS without an answer", at: later)
        #expect(!again && status.snapshot.changedAt == start)
        status.healthChanged(to: .up, because: "answered OPTIONS with 200", at: later)
        #expect(status.isUsable && status.snapshot.changedAt == later)
    }

    @Test("A trunk whose peer's name can't be resolved is down and says so; later failures keep the addresses")
    func resolution() {
        let status = TrunkStatus(name: "t", location: ServerLocation(), isPolled: true)
        #expect(!status.isUsable && status.snapshot.reason == "the peer's name is not resolved yet")
        status.located(ServerLocation(problem: "gw.example.net has no address"), at: start)
        #expect(status.snapshot.reason == "gw.example.net has no address")
        status.located(found, at: later)
        #expect(status.isUsable && status.snapshot.servers == found.groups)
        status.located(ServerLocation(groups: found.groups, problem: "no DNS server answers"), at: later)
        #expect(status.isUsable)
        #expect(
            status.snapshot.reason
                == "no answer to OPTIONS yet; no DNS server answers, what was known is kept")
    }

    @Test("Counters add up over threads")
    func counters() async {
        let status = TrunkStatus(name: "t", location: found, isPolled: false)
        await withTaskGroup { group in
            for shard in 0..<4 {
                group.addTask {
                    for index in 0..<1000 {
                        status.counters.attemptBegan()
                        if index % 4 == shard { status.counters.attemptFailed() }
                    }
                    status.counters.callReceived()
                }
            }
        }
        #expect(status.counters.attempts == 4000 && status.counters.failures == 1000)
        #expect(status.counters.received == 4)
    }
}
