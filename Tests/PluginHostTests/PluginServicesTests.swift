import BuiltPlugin
import Glibc
import Synchronization
import TandemKit
import Testing

@testable import PluginHost

/// Where an instance runs.
enum Tier: String, CaseIterable {
    case here
    case process
}

/// A built plugin that uses services as it is told, in either tier, and what it says in the log.
final class ServiceBench {
    let fixture = HostFixture()
    let services: ServiceCenter
    let host: PluginHost
    private let lines: Lines
    private let tier: Tier

    final class Lines: Sendable {
        let all = Mutex<[ServiceLogLine]>([])
    }

    init(_ tier: Tier, clock: ServiceClock = .machine(), stores: String? = nil) throws {
        self.tier = tier
        let (center, lines) = (ServiceCenter(clock: clock), Lines())
        center.attach { line in lines.all.withLock { $0.append(line) } }
        (services, self.lines) = (center, lines)
        let listener = ListenerFacts(
            name: "lan", address: IPAddress(ipv4: 0x7F00_0001), port: 5060, transport: .udp)
        let facts = TrunkFacts(
            name: "gw", advertisedHost: "192.0.2.9", advertisedPort: 5060, transport: .udp, domain: nil,
            listener: listener)
        center.updateFacts { _ in ExchangeFacts(trunks: [facts], listeners: [listener], conditions: ["gw": .up]) }
        if let stores { center.keepStores(in: stores) }
        host = try PluginHost(
            privateFolder: fixture.root.path + "/private", inspector: fixture.inspector, services: center)
        fixture.add(.fixture("services"), as: "libServiceAdapter.so")
    }

    deinit { host.processes.stop() }

    /// A busy machine gives a process no core for longer than a hook may take.
    var placement: PluginPlacement {
        PluginPlacement(isolation: tier == .here ? .none : .process, deadline: 2_000_000_000)
    }

    /// An instance; another one of the same name is its next generation.
    func adapter(_ name: String = "one") throws -> AdapterInstance {
        let set = try host.load(folder: fixture.folder)
        guard
            case .adapter(let adapter) = try set.make(
                name, of: "ServiceAdapter", placement: placement)
        else {
            throw NotAnAdapter()
        }
        return adapter
    }

    private struct NotAnAdapter: Error {}

    /// Lines of the log; waits until there are so many.
    func logged(atLeast count: Int = 0) -> [ServiceLogLine] {
        for _ in 0..<500 where lines.all.withLock({ $0.count }) < count { usleep(10_000) }
        return lines.all.withLock { $0 }
    }
}

extension AdapterInstance {
    /// Has the fixture do something; what came of it, nil when it was passed by.
    func perform(_ order: String) throws -> String? {
        let leg = EgressLeg(
            of: CallFacts(number: CallNumber(raw: 7), callID: Array("id@a".utf8), began: 99, ingressTrunk: "uc"),
            trunk: TrunkFacts(
                name: "gw", advertisedHost: "192.0.2.9", advertisedPort: 5060, transport: .udp, domain: nil,
                listener: ListenerFacts(name: "lan", address: IPAddress(ipv4: 0), port: 5060, transport: .udp)),
            remote: Endpoint(address: IPAddress(ipv4: 0xC000_0201), port: 5060))
        var request = SIPRequest(method: .options, uri: "sip:0100@192.0.2.9")
        request.headers[.from] = "<sip:a@192.0.2.1>;tag=a"
        request.headers[.to] = "<sip:b@192.0.2.9>"
        request.headers[.callID] = "c"
        request.headers[.cseq] = "1 OPTIONS"
        request.headers["X-Do"] = order
        var state = PluginState()
        do throws(AdapterError) {
            try egress(&request, on: leg, state: &state)
        } catch {
            guard error.passesBy else { throw error }
            return nil
        }
        return request.headers["X-Done"]
    }
}

@Suite(.serialized) struct PluginServicesTests {
    @Test("A plugin keeps, reads, counts and forgets values, the same in both tiers", arguments: Tier.allCases)
    func store(_ tier: Tier) throws {
        let bench = try ServiceBench(tier)
        let adapter = try bench.adapter()
        #expect(try adapter.perform("get a") == "nothing")
        #expect(try adapter.perform("set a one") == "set")
        #expect(try adapter.perform("get a") == "one")
        #expect(try adapter.perform("number a") == "refused otherKind")
        #expect(try adapter.perform("add a 1") == "refused otherKind")
        #expect(try adapter.perform("add n 5") == "5")
        #expect(try adapter.perform("add n -2") == "3")
        #expect(try adapter.perform("number n") == "3")
        #expect(try adapter.perform("add n \(Int.max)") == "refused overflow")
        #expect(try adapter.perform("remove a") == "true")
        #expect(try adapter.perform("remove a") == "false")
        #expect(try adapter.perform("number made") == "1")
    }

    @Test(
        "What is kept belongs to the instance's name: its next generation has it, another instance does not",
        arguments: Tier.allCases)
    func storeOfName(_ tier: Tier) throws {
        let bench = try ServiceBench(tier)
        var adapter = try bench.adapter()
        _ = try adapter.perform("set a one")
        adapter = try bench.adapter()
        #expect(try adapter.perform("get a") == "one")
        #expect(try adapter.perform("number made") == "2")
        #expect(try bench.adapter("two").perform("get a") == "nothing")
    }

    @Test("A full store says so and throws nothing out; keys and values have their limits", arguments: Tier.allCases)
    func fullStore(_ tier: Tier) throws {
        let bench = try ServiceBench(tier)
        let adapter = try bench.adapter()
        // One key is `made`. A hundred at a time: a hook has its deadline.
        for first in stride(from: 0, to: InstanceStore.keyLimit - 100, by: 100) {
            #expect(try adapter.perform("fill \(first) 100") == "filled")
        }
        #expect(try adapter.perform("fill \(InstanceStore.keyLimit - 100) 99") == "filled")
        #expect(try adapter.perform("set a one") == "refused full")
        #expect(try adapter.perform("add n 1") == "refused full")
        #expect(try adapter.perform("number fill") == "nothing")
        #expect(try adapter.perform("add made 1") == "2")
        #expect(try adapter.perform("set made \(String(repeating: "v", count: 4_095))") == "refused tooLong")
        #expect(try adapter.perform("get \(String(repeating: "k", count: 300))") == "refused tooLong" || tier == .here)
        #expect(try bench.adapter("two").perform("set a one") == "set")
    }

    @Test("A process that is killed finds again what it kept, to the last value")
    func killedProcess() throws {
        let bench = try ServiceBench(.process)
        let adapter = try bench.adapter()
        _ = try adapter.perform("set a one")
        _ = try adapter.perform("count 3")
        #expect(try adapter.perform("kill") == nil)
        #expect(bench.waitUntilServing())
        #expect(try adapter.perform("get a") == "one")
        #expect(try adapter.perform("number made") == "2")
        _ = try adapter.perform("count 4")
        #expect(bench.services.metricsText.contains("calls_total{instance=\"one\"} 11\n"))
    }

    @Test("Figures are printed as Prometheus reads them, and go on in the next generation", arguments: Tier.allCases)
    func metrics(_ tier: Tier) throws {
        let bench = try ServiceBench(tier)
        var adapter = try bench.adapter()
        #expect(try adapter.perform("count 5") == "counted")
        adapter = try bench.adapter()
        #expect(try adapter.perform("count 2") == "counted")
        // The process before may end a little later.
        for _ in 0..<500 where !bench.services.metricsText.contains("level{instance=\"one\"} 2.5\n") { usleep(10_000) }
        let text = bench.services.metricsText
        let name = "tandem_plugin_ServiceAdapter_"
        #expect(text.contains("# HELP \(name)calls_total Calls that were seen.\n# TYPE \(name)calls_total counter\n"))
        #expect(text.contains("\(name)calls_total{instance=\"one\"} 7\n"))
        #expect(text.contains("\(name)level{instance=\"one\"} 2.5\n"))
        #expect(text.contains("\(name)wait_seconds_bucket{instance=\"one\",le=\"0.01\"} 0\n"))
        #expect(text.contains("\(name)wait_seconds_bucket{instance=\"one\",le=\"0.025\"} 2\n"))
        #expect(text.contains("\(name)wait_seconds_bucket{instance=\"one\",le=\"+Inf\"} 2\n"))
        #expect(text.contains("\(name)wait_seconds_sum{instance=\"one\"} 0.04\n"))
        for first in stride(from: 0, to: 90, by: 10) {
            #expect(try adapter.perform("metrics \(first) 10") == "made")
        }
        #expect(try adapter.perform("metrics 90 7") == "made")
        #expect(try adapter.perform("metrics 97 1") == "refused full")
    }

    @Test("Lines carry level, instance and call; a flood is counted instead", arguments: Tier.allCases)
    func log(_ tier: Tier) throws {
        let bench = try ServiceBench(tier)
        let adapter = try bench.adapter()
        let first = try #require(bench.logged(atLeast: 1).first)
        #expect(first.text == "made 1 for gw" && first.instance == "one" && first.level == .info && first.call == nil)
        _ = try adapter.perform("say a\u{1}b")
        let second = bench.logged(atLeast: 2)[1]
        #expect(second.text == "a?b" && second.call == CallNumber(raw: 7))
        // A second may end while it goes on.
        _ = try adapter.perform("log 1000")
        usleep(1_500_000)
        let all = bench.logged(atLeast: 80)
        #expect(all.count < 320)
        let left = all.compactMap { line in
            line.text.contains("more lines were left out") ? Int(line.text.prefix { $0 != " " }) : nil
        }
        #expect(all.count { $0.text.hasPrefix("line ") } + left.reduce(0, +) == 1_000)
        bench.services.level = .error
        usleep(tier == .here ? 0 : 200_000)
        let before = bench.logged().count
        _ = try adapter.perform("say nothing")
        usleep(100_000)
        #expect(bench.logged().count == before)
    }

    @Test("Timers run off the hook's thread, are bounded, and end with the instance", arguments: Tier.allCases)
    func timers(_ tier: Tier) throws {
        let bench = try ServiceBench(tier)
        var adapter: AdapterInstance? = try bench.adapter()
        #expect(try adapter?.perform("later 10") == "started")
        for _ in 0..<500 where try adapter?.perform("number later") == "nothing" { usleep(10_000) }
        #expect(try adapter?.perform("number later") == "1")
        for _ in 0..<20 { #expect(try adapter?.perform("timers 500") == "started") }
        #expect(try adapter?.perform("timers 1") == "refused full")
        adapter = nil
        adapter = try bench.adapter()
        #expect(try adapter?.perform("later 300") == "started")
        adapter = try bench.adapter()
        usleep(600_000)
        #expect(try adapter?.perform("number later") == "1")
        #expect(try adapter?.perform("timers 500") == "started")
    }

    @Test("A timer that traps costs its process alone")
    func trap() throws {
        let bench = try ServiceBench(.process)
        let adapter = try bench.adapter()
        _ = try adapter.perform("trap")
        for _ in 0..<500 where try adapter.perform("number made") != "2" { usleep(10_000) }
        #expect(try adapter.perform("number made") == "2")
    }

    @Test("Facts are those of now, and say how the trunks are", arguments: Tier.allCases)
    func facts(_ tier: Tier) throws {
        let bench = try ServiceBench(tier)
        let adapter = try bench.adapter()
        #expect(try adapter.perform("facts") == "gw=up,lan")
        bench.services.updateFacts { $0.with(conditions: ["gw": .down]) }
        for _ in 0..<500 where try adapter.perform("facts") != "gw=down,lan" { usleep(10_000) }
        #expect(try adapter.perform("facts") == "gw=down,lan")
    }

    @Test("A hook knows its call: number, Call-ID, beginning, trunk, listener", arguments: Tier.allCases)
    func call(_ tier: Tier) throws {
        let bench = try ServiceBench(tier)
        #expect(try bench.adapter().perform("call") == "0-7 id@a 99 uc lan")
    }

    @Test("The normalizer of docs/PLUGINS.md refuses who calls too often, for a minute", arguments: Tier.allCases)
    func callerLimit(_ tier: Tier) throws {
        let bench = try ServiceBench(tier)
        let set = try bench.host.load(folder: bench.fixture.folder)
        let settings = SettingsValue(.map([SettingsEntry("calls-per-minute", SettingsValue(.scalar("2")))]))
        guard
            case .normalizer(let limit) = try set.make(
                "limit", of: "CallerLimit", settings: settings, placement: bench.placement)
        else { return #expect(Bool(false)) }
        let context = NumberContext(call: CallNumber(raw: 7), party: .calling, ingressTrunk: "uc")
        var log = DecisionLog(isExplaining: false)
        for _ in 0..<2 {
            var number = PhoneNumber("1001")
            try limit.normalize(&number, in: context, log: &log)
        }
        var (number, other) = (PhoneNumber("1001"), PhoneNumber("1002"))
        let error = #expect(throws: NormalizationError.self) { try limit.normalize(&number, in: context, log: &log) }
        #expect(error?.failure.status == 403)
        try limit.normalize(&other, in: context, log: &log)
        #expect(bench.services.metricsText.contains("tandem_plugin_CallerLimit_refused_total{instance=\"limit\"} 1\n"))
        #expect(bench.logged(atLeast: 1).last?.text == "1001 has called 3 times in a minute")
    }

    @Test("What is kept outlives the daemon, as long as it was to be kept", arguments: Tier.allCases)
    func restart(_ tier: Tier) throws {
        let folder = Folder()
        let path = folder.path + "/stores"
        var bench: ServiceBench? = try ServiceBench(tier, stores: path)
        var adapter: AdapterInstance? = try bench?.adapter()
        _ = try adapter?.perform("set a one")
        _ = try adapter?.perform("set short gone 1")
        _ = try adapter?.perform("set long stays 600000")
        bench?.services.close()
        (adapter, bench) = (nil, nil)
        usleep(10_000)
        let next = try ServiceBench(tier, stores: path)
        adapter = try next.adapter()
        #expect(try adapter?.perform("get a") == "one")
        #expect(try adapter?.perform("get short") == "nothing")
        #expect(try adapter?.perform("get long") == "stays")
    }

    @Test("A damaged file is said to be one and put aside; the store begins empty, and is written again")
    func damaged() throws {
        let folder = Folder()
        let path = folder.path + "/stores"
        do {
            let bench = try ServiceBench(.here, stores: path)
            _ = try bench.adapter().perform("set a one")
            bench.services.close()
        }
        var bytes = BuiltPlugin.contents("\(path)/one.store")
        bytes[bytes.count - 1] ^= 1
        _ = folder.write(bytes, as: "stores/one.store", mode: 0o600)
        let bench = try ServiceBench(.here, stores: path)
        let adapter = try bench.adapter()
        #expect(try adapter.perform("get a") == "nothing")
        #expect(bench.logged(atLeast: 2).contains { $0.level == .error && $0.text.contains("one.store.damaged") })
        _ = try adapter.perform("set a two")
        bench.services.close()
        #expect(BuiltPlugin.contents("\(path)/one.store").count > 0)
    }

    @Test("A value is on disk within a second, without anybody's close")
    func writeBehind() throws {
        let folder = Folder()
        let path = folder.path + "/stores"
        let bench = try ServiceBench(.here, stores: path)
        _ = try bench.adapter().perform("set a one")
        for _ in 0..<150 where access("\(path)/one.store", F_OK) != 0 { usleep(10_000) }
        #expect(BuiltPlugin.contents("\(path)/one.store").count > 80)
    }

    @Test("A folder that another daemon has is left alone, and that is said")
    func twoDaemons() throws {
        let folder = Folder()
        let path = folder.path + "/stores"
        let bench = try ServiceBench(.here, stores: path)
        let other = try ServiceBench(.here, stores: path)
        #expect(other.logged(atLeast: 1).contains { $0.text.contains("another daemon's") })
        withExtendedLifetime(bench) {}
    }

    @Test("On a clock that is moved by hand, expiries and timers come when they are due")
    func manualClock() throws {
        let clock = ServiceClock.manual()
        let bench = try ServiceBench(.here, clock: clock)
        let adapter = try bench.adapter()
        _ = try adapter.perform("set a one 60000")
        _ = try adapter.perform("later 3600000")
        clock.advance(by: 59_000_000_000)
        #expect(try adapter.perform("get a") == "one")
        clock.advance(by: 1_000_000_000)
        #expect(try adapter.perform("get a") == "nothing")
        clock.advance(by: 3_540_000_000_000)
        #expect(try adapter.perform("number later") == "1")
    }
}

extension ServiceBench {
    /// Waits until a process serves again.
    func waitUntilServing() -> Bool {
        for _ in 0..<1_000 {
            usleep(10_000)
            if case .serving? = host.processes.reports.first?.condition { return true }
        }
        return false
    }
}
