import ServerLocation
import TandemKit
import Testing
import Timing

@Suite("Where servers are, by DNS (RFC 3263)")
struct ServerDirectoryTests {
    private static let start = Timestamp(nanoseconds: 1_000_000_000)
    private static let udp = WantedServer.Way(.udp, isIPv6: false)
    private static let tcp = WantedServer.Way(.tcp, isIPv6: false)
    private static let six = WantedServer.Way(.udp, isIPv6: true)

    /// A zone that answers at once, and a clock that runs as the test says.
    private struct World {
        var zone: [String: DNSAnswer] = [:]
        var directory: ServerDirectory
        var now = ServerDirectoryTests.start
        var asked: [String] = []

        init(_ zone: [String: DNSAnswer], _ servers: WantedServer...) {
            self.zone = zone
            directory = ServerDirectory(servers)
            settle()
        }

        mutating func settle() {
            while case let due = directory.due(at: now), !due.isEmpty {
                for question in due {
                    asked.append("\(question)")
                    _ = directory.answered(question, with: zone["\(question)"] ?? .none(seconds: 60), at: now)
                }
            }
        }

        mutating func wait(_ time: TimeInterval) {
            now = now + time
            settle()
        }

        /// `1: udp 10.0.0.1:5060`, one line a server.
        var found: [String] {
            directory.locations[0].groups.flatMap { group in
                group.servers.map { "\(group.rank): \(group.transport) \($0)" }
            }
        }
    }

    private static func address(_ text: String, _ seconds: UInt32 = 60) -> DNSAnswer {
        .records([.address(IPAddress(text)!)], seconds: seconds)
    }

    private static func service(_ priority: UInt16, _ weight: UInt16, _ port: UInt16, _ target: String) -> DNSRecord {
        .service(ServiceRecord(priority: priority, weight: weight, port: port, target: target))
    }

    private static func authority(_ order: UInt16, _ service: String, _ replacement: String) -> DNSRecord {
        .authority(
            AuthorityRecord(order: order, preference: 50, flags: "s", service: service, replacement: replacement))
    }

    private static func wanted(
        named name: String = "example.net", port: UInt16? = nil, fixed: Bool = false, _ ways: WantedServer.Way...
    ) -> WantedServer {
        WantedServer(name: name, port: port, isTransportFixed: fixed, ways: ways)
    }

    @Test("NAPTR names the service, SRV its hosts by priority, A their addresses (RFC 3263 §4.1, §4.2)")
    func chain() {
        let world = World(
            [
                "example.net NAPTR": .records(
                    [
                        Self.authority(20, "SIP+D2U", "_sip._udp.example.net"),
                        Self.authority(10, "SIP+D2T", "_sip._tcp.far.example"),
                    ], seconds: 60),
                "_sip._tcp.far.example SRV": .records([Self.service(1, 0, 5070, "a.far.example")], seconds: 60),
                "_sip._udp.example.net SRV": .records(
                    [Self.service(20, 0, 5080, "c.example.net"), Self.service(10, 0, 5090, "b.example.net")],
                    seconds: 60),
                "a.far.example A": Self.address("10.0.0.1"), "b.example.net A": Self.address("10.0.0.2"),
                "c.example.net A": Self.address("10.0.0.3"),
            ], Self.wanted(Self.udp, Self.tcp))
        #expect(world.found == ["1: tcp 10.0.0.1:5070", "2: udp 10.0.0.2:5090", "3: udp 10.0.0.3:5080"])
        #expect(world.directory.isComplete && world.directory.locations[0].problem == nil)
    }

    @Test("Services for which we have no transport are left out, and SRV is asked for what we have")
    func foreignService() {
        let world = World(
            [
                "example.net NAPTR": .records([Self.authority(10, "SIPS+D2T", "_sips._tcp.example.net")], seconds: 60),
                "_sip._udp.example.net SRV": .records([Self.service(1, 0, 5070, "a.example.net")], seconds: 60),
                "a.example.net A": Self.address("10.0.0.1"),
            ], Self.wanted(Self.udp))
        #expect(world.found == ["1: udp 10.0.0.1:5070"])
        #expect(!world.asked.contains { $0.hasPrefix("_sips") })
    }

    @Test("With a port DNS is asked for addresses alone, with a transport not for NAPTR")
    func written() {
        let zone = ["gw.example.net A": Self.address("10.0.0.1")]
        let port = World(zone, Self.wanted(named: "gw.example.net", port: 5070, Self.udp))
        #expect(port.found == ["1: udp 10.0.0.1:5070"] && port.asked == ["gw.example.net A"])
        let transport = World(zone, Self.wanted(named: "gw.example.net", fixed: true, Self.tcp))
        #expect(transport.found == ["1: tcp 10.0.0.1:5060"])
        #expect(transport.asked == ["_sip._tcp.gw.example.net SRV", "gw.example.net A"])
    }

    @Test("Both families are found where we have a way to both, in the order of our ways")
    func families() {
        let zone = ["gw.example.net A": Self.address("10.0.0.1"), "gw.example.net AAAA": Self.address("2001:db8::1")]
        let both = World(zone, Self.wanted(named: "gw.example.net", port: 5060, Self.six, Self.udp))
        #expect(both.found == ["1: udp [2001:db8::1]:5060", "1: udp 10.0.0.1:5060"])
        let four = World(zone, Self.wanted(named: "gw.example.net", port: 5060, Self.udp))
        #expect(four.found == ["1: udp 10.0.0.1:5060"] && four.asked == ["gw.example.net A"])
    }

    @Test("An SRV record whose target is the root says that the service isn't there (RFC 2782)")
    func noService() {
        let world = World(
            [
                "_sip._udp.example.net SRV": .records([Self.service(0, 0, 0, "")], seconds: 60),
                "example.net A": Self.address("10.0.0.1"),
            ], Self.wanted(fixed: true, Self.udp))
        #expect(world.found.isEmpty && world.directory.locations[0].problem != nil)
    }

    @Test("A question is asked again when its answer ends, and what it says then counts")
    func timeToLive() {
        var world = World(
            ["gw.example.net A": Self.address("10.0.0.1", 30)],
            Self.wanted(named: "gw.example.net", port: 5060, Self.udp))
        world.zone["gw.example.net A"] = Self.address("10.0.0.2", 30)
        world.wait(.seconds(29))
        #expect(world.found == ["1: udp 10.0.0.1:5060"] && world.asked.count == 1)
        #expect(world.directory.deadline == world.now + .seconds(1))
        world.wait(.seconds(1))
        #expect(world.found == ["1: udp 10.0.0.2:5060"] && world.asked.count == 2)
    }

    @Test("That there is nothing counts as long as the zone says, and no longer than five minutes (RFC 2308)")
    func negative() {
        var world = World([:], Self.wanted(named: "gw.example.net", port: 5060, Self.udp))
        #expect(world.found.isEmpty && world.directory.locations[0].problem?.contains("no address") == true)
        world.wait(.seconds(59))
        #expect(world.asked.count == 1)
        world.zone["gw.example.net A"] = DNSAnswer.none(seconds: 86_400)
        world.wait(.seconds(1))
        #expect(world.asked.count == 2)
        world.zone["gw.example.net A"] = Self.address("10.0.0.1")
        world.wait(.seconds(299))
        #expect(world.found.isEmpty)
        world.wait(.seconds(1))
        #expect(world.found == ["1: udp 10.0.0.1:5060"])
    }

    @Test("While nobody answers, what was known serves on for a day, and is asked for every 10 s (RFC 8767)")
    func stale() {
        var world = World(
            ["gw.example.net A": Self.address("10.0.0.1", 30)],
            Self.wanted(named: "gw.example.net", port: 5060, Self.udp))
        world.zone["gw.example.net A"] = .failed("no DNS server answers")
        world.wait(.seconds(30))
        #expect(world.found == ["1: udp 10.0.0.1:5060"])
        #expect(world.directory.locations[0].problem == "gw.example.net A: no DNS server answers")
        #expect(world.directory.deadline == world.now + DNSMemory.retryInterval)
        world.wait(.seconds(80_000))
        #expect(world.found == ["1: udp 10.0.0.1:5060"])
        world.wait(.seconds(6_400))
        #expect(world.found.isEmpty)
        world.zone["gw.example.net A"] = Self.address("10.0.0.3")
        world.wait(.seconds(10))
        #expect(world.found == ["1: udp 10.0.0.3:5060"] && world.directory.locations[0].problem == nil)
    }

    @Test("A name that is no more ends what was known of it, unlike a server that is no more")
    func gone() {
        var world = World(
            ["gw.example.net A": Self.address("10.0.0.1", 30)],
            Self.wanted(named: "gw.example.net", port: 5060, Self.udp))
        world.zone["gw.example.net A"] = DNSAnswer.none(seconds: 60)
        world.wait(.seconds(30))
        #expect(world.found.isEmpty)
    }

    @Test("What was found stays until what DNS says now is known to the end")
    func whole() {
        var directory = ServerDirectory([Self.wanted(fixed: true, Self.udp)])
        var now = Self.start
        let (srv, host) = (DNSQuestion("_sip._udp.example.net", .srv), DNSQuestion("a.example.net", .a))
        _ = directory.due(at: now)
        _ = directory.answered(
            srv, with: .records([Self.service(1, 0, 5060, "a.example.net")], seconds: 30), at: now)
        _ = directory.answered(DNSQuestion("example.net", .a), with: .none(seconds: 300), at: now)
        #expect(!directory.isComplete && directory.due(at: now) == [host])
        #expect(directory.answered(host, with: Self.address("10.0.0.1", 300), at: now) == [0])
        now = now + .seconds(30)
        #expect(directory.due(at: now) == [srv])
        let moved = DNSAnswer.records([Self.service(1, 0, 5060, "b.example.net")], seconds: 30)
        #expect(directory.answered(srv, with: moved, at: now).isEmpty)
        #expect(directory.locations[0].addresses == [IPAddress("10.0.0.1")!])
        _ = directory.due(at: now)
        let told = directory.answered(DNSQuestion("b.example.net", .a), with: Self.address("10.0.0.2"), at: now)
        #expect(told == [0] && directory.locations[0].addresses == [IPAddress("10.0.0.2")!])
    }

    @Test("Names that are no longer led to are forgotten, whatever their number")
    func bounded() {
        var world = World([:], Self.wanted(fixed: true, Self.udp))
        for round in 0..<50 {
            world.zone["_sip._udp.example.net SRV"] = .records(
                (0..<100).map { Self.service(1, 0, 5060, "h\(round)-\($0).example.net") }, seconds: 1)
            world.wait(.seconds(61))
        }
        #expect(world.directory.rememberedCount == 102)
    }
}
