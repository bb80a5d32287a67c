import BuiltPlugin
import Dispatch
import Glibc
import Synchronization
import TandemKit
import Testing

@testable import PluginHost

@Suite(.serialized) struct PluginProcessTests {
    private static let invite = """
        INVITE sip:0100@192.0.2.9 SIP/2.0\r
        Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKabc\r
        From: <sip:1001@192.0.2.1>;tag=a\r
        To: <sip:0100@192.0.2.9>\r
        Call-ID: c\r
        CSeq: 1 INVITE\r
        Max-Forwards: 70\r
        P-Asserted-Identity: <sip:1001@192.0.2.1>\r
        Content-Length: 0\r
        \r

        """

    private static let trunk = TrunkFacts(
        name: "gw", advertisedHost: "192.0.2.9", advertisedPort: 5060, transport: .udp, domain: "voice.example.net")
    private static let remote = Endpoint(address: IPAddress(ipv4: 0xC000_0201), port: 5060)
    private let egress = EgressLeg(call: CallNumber(raw: 7), trunk: trunk, remote: remote, attempt: 2)
    private let ingress = IngressLeg(call: CallNumber(raw: 7), trunk: trunk, peerTrunk: trunk, remote: remote)

    private let root = Folder()

    /// A process for a built plugin, with one instance.
    private func process(
        _ plugin: BuiltPlugin, _ name: String, settings: SettingsValue = .empty, fallback: HookFallback = .pass,
        _ change: (inout PluginProcess.Limits) -> Void = { _ in }
    ) -> PluginProcess {
        var limits = PluginProcess.Limits()
        // A busy machine gives a process no core for longer than a hook may take.
        limits.deadline = 2_000_000_000
        change(&limits)
        let path = root.write(plugin.bytes, as: "lib\(name)-\(plugin.bytes.count).so", mode: 0o644)
        return PluginProcess(
            name: "lib\(name).so", executable: BuiltPlugin.folder + "/tandem", copy: path,
            instances: [.init(name: "one", plugin: name, settings: settings, fallback: fallback)], limits: limits)
    }

    private func adapter(_ process: PluginProcess) throws -> AdapterInstance {
        guard case .adapter(let adapter)? = try process.start().first else { throw WrongRole() }
        return adapter
    }

    private struct WrongRole: Error {}

    private func request(_ method: String = "INVITE") throws -> SIPRequest {
        try SIPMessage(Self.invite.replacing("INVITE", with: method)).request
    }

    private static func text(_ text: String) -> SettingsValue { SettingsValue(.scalar(text)) }
    private static func list(_ values: [SettingsValue]) -> SettingsValue { SettingsValue(.list(values)) }
    private static func map(_ values: [String: SettingsValue]) -> SettingsValue {
        SettingsValue(.map(values.map { SettingsEntry($0.key, $0.value) }))
    }

    private func waitUntilServing(_ process: PluginProcess) -> Bool {
        for _ in 0..<1_000 {
            if case .serving = process.condition { return true }
            usleep(10_000)
        }
        return false
    }

    @Test("An adapter in a process of its own does to a message what it does in this one, before it has a Via too")
    func adapter() throws {
        let process = process(BuiltPlugin("AcmeGateway"), "AcmeGateway")
        defer { process.stop() }
        let adapter = try adapter(process)
        #expect(adapter.profile.holdStyle == .inactive && !adapter.keepsState == false)
        var state = PluginState()
        var first = try request()
        try adapter.egress(&first, on: egress, state: &state)
        #expect(first.requestURI.string == "sip:0100@192.0.2.9;user=phone")
        var bare = try request()
        bare.headers.remove(at: bare.headers.firstIndex(of: HeaderID.via))
        try adapter.egress(&bare, on: egress, state: &state)
        #expect(bare.requestURI.string == "sip:0100@192.0.2.9;user=phone")
        #expect(bare.headers.firstIndex(of: HeaderID.via) < 0)
        #expect(process.fallbackCount == 0)
    }

    @Test("A normalizer and a router in processes of their own decide and log as they do in this one")
    func numbersAndRoutes() throws {
        let rules = Self.map([
            "rules": Self.list([
                Self.map(["name": "four", "pattern": #"^(\d{4})$"#, "translation": "+1425555$1"].mapValues(Self.text))
            ])
        ])
        let routes = Self.map([
            "routes": Self.list([
                Self.map([
                    "name": Self.text("all"), "pattern": Self.text(#"^\+1"#),
                    "trunks": Self.list(["gw", "gw2"].map(Self.text)),
                ])
            ])
        ])
        let folder = HostFixture()
        folder.add(BuiltPlugin("DialPlan"), as: "libDialPlan.so")
        folder.add(BuiltPlugin("VoiceRoutes"), as: "libVoiceRoutes.so")
        let here = try folder.load()
        let plan = process(BuiltPlugin("DialPlan"), "DialPlan", settings: rules)
        let router = process(BuiltPlugin("VoiceRoutes"), "VoiceRoutes", settings: routes)
        defer {
            plan.stop()
            router.stop()
        }
        guard case .normalizer(let one)? = try plan.start().first,
            case .normalizer(let other) = try here.make("one", of: "DialPlan", settings: rules),
            case .router(let far)? = try router.start().first,
            case .router(let near) = try here.make("one", of: "VoiceRoutes", settings: routes)
        else { throw WrongRole() }
        #expect(far.trunks == near.trunks && far.trunks == ["gw", "gw2"])
        let context = NumberContext(call: CallNumber(raw: 1), party: .called, ingressTrunk: "uc")
        for text in ["0100", "911", "+493012345"] {
            var (a, b) = (PhoneNumber(text), PhoneNumber(text))
            var (logA, logB) = (DecisionLog(isExplaining: true), DecisionLog(isExplaining: true))
            try one.normalize(&a, in: context, log: &logA)
            try other.normalize(&b, in: context, log: &logB)
            #expect(a == b && a.steps == b.steps && logA == logB)
            let query = RouteQuery(
                call: CallNumber(raw: 1), ingressTrunk: "uc", called: a, calling: PhoneNumber("1001"),
                identity: Identity(
                    asserted: PhoneNumber("1001"), displayName: "Ann", privacy: .id,
                    diversions: [DiversionEntry(number: PhoneNumber("77"), reason: .userBusy)]))
            #expect(far.route(query, log: &logA) == near.route(query, log: &logB))
            #expect(logA == logB)
        }
    }

    /// Asks in vain: the message goes on as it was.
    private func passBy(_ adapter: AdapterInstance, _ request: inout SIPRequest) throws {
        var state = PluginState()
        do throws(AdapterError) {
            try adapter.egress(&request, on: egress, state: &state)
            Issue.record("the hook was answered")
        } catch {
            #expect(error.passesBy && error.failure.diagnostic == .pluginAway, "\(error)")
        }
    }

    @Test("A trap costs the hook under way its fallback; the process is started again, and answers")
    func trap() throws {
        let process = process(.fixture("adapter-crash"), "FixtureAdapter")
        defer { process.stop() }
        let adapter = try adapter(process)
        var state = PluginState()
        var info = try request("INFO")
        try passBy(adapter, &info)
        #expect(process.fallbackCount == 1)
        #expect(info.method == .info && info.headers.firstValue(of: .callID).string == "c")
        #expect(waitUntilServing(process))
        var bye = try request("BYE")
        try adapter.egress(&bye, on: egress, state: &state)
        #expect(process.fallbackCount == 1)
    }

    @Test(
        "A hook that loops for ever gets its fallback at the deadline, and so do those after it until the process is new"
    )
    func loop() throws {
        let process = process(.fixture("adapter-hang"), "FixtureAdapter", fallback: .refuse) {
            $0.deadline = 200_000_000
        }
        defer { process.stop() }
        let adapter = try adapter(process)
        var state = PluginState()
        var response = SIPResponse(to: try request(), status: 404, toTag: Bytes("b"))
        let error = #expect(throws: AdapterError.self) {
            try adapter.ingress(&response, on: self.egress, state: &state)
        }
        #expect(error?.failure.diagnostic == .pluginAway && error?.failure.status == 503)
        #expect(error?.failure.detail == "libFixtureAdapter.so did not answer ingress(response) of INVITE")
        #expect(error?.passesBy == false)
        #expect(waitUntilServing(process))
        var fine = SIPResponse(to: try request(), status: 200, toTag: Bytes("b"))
        try adapter.ingress(&fine, on: egress, state: &state)
        #expect(process.fallbackCount == 1)
    }

    @Test("A gigabyte is more than the process may have: it ends, this one doesn't notice")
    func hoard() throws {
        let process = process(.fixture("adapter-hoard"), "FixtureAdapter") { $0.memory = 256 << 20 }
        defer { process.stop() }
        let adapter = try adapter(process)
        var state = PluginState()
        var options = try request("OPTIONS")
        let error = #expect(throws: AdapterError.self) {
            try adapter.ingress(&options, on: self.ingress, state: &state)
        }
        #expect(error?.passesBy == true)
        #expect(process.fallbackCount == 1)
        #expect(waitUntilServing(process))
    }

    @Test(
        "A process that ends too often is left alone until it is asked for again; each time is reported with its cause")
    func quarantine() throws {
        let conditions = Mutex<[PluginProcess.Condition]>([])
        var limits = PluginProcess.Limits()
        limits.failures = 2
        limits.deadline = 2_000_000_000
        let path = root.write(BuiltPlugin.fixture("adapter-crash").bytes, as: "libcrash.so", mode: 0o644)
        let process = PluginProcess(
            name: "libcrash.so", executable: BuiltPlugin.folder + "/tandem", copy: path,
            instances: [.init(name: "one", plugin: "FixtureAdapter", settings: .empty, fallback: .pass)], limits: limits
        ) { condition in conditions.withLock { $0.append(condition) } }
        defer { process.stop() }
        let adapter = try adapter(process)
        var state = PluginState()
        for _ in 0..<3 {
            #expect(waitUntilServing(process))
            var info = try request("INFO")
            try passBy(adapter, &info)
        }
        for _ in 0..<1_000 {
            if case .quarantined = process.condition { break }
            usleep(10_000)
        }
        guard case .quarantined(let why) = process.condition else { throw WrongRole() }
        #expect(why.contains("SIG") && why.hasSuffix(" in egress(request) of one"), "\(why)")
        var bye = try request("BYE")
        try passBy(adapter, &bye)
        #expect(process.fallbackCount == 4)
        process.revive()
        #expect(waitUntilServing(process))
        try adapter.egress(&bye, on: egress, state: &state)
        #expect(process.fallbackCount == 4)
        #expect(conditions.withLock { $0.count } >= 5)
    }

    @Test(
        "Settings that the plugin refuses, a file that doesn't load and a plugin that isn't there are told at the start"
    )
    func refused() throws {
        let settings = Self.map(["hides-caller": Self.text("seven")])
        let one = process(BuiltPlugin("AcmeGateway"), "AcmeGateway", settings: settings)
        let error = #expect(throws: PluginProcess.StartError.self) { try one.start() }
        #expect(error?.refusal?.instance == "one")
        let other = process(BuiltPlugin("AcmeGateway"), "Nobody")
        #expect(throws: PluginProcess.StartError.self) { try other.start() }
        let third = process(.fixture("crash-on-load"), "FixturePlugin")
        #expect(throws: PluginProcess.StartError.self) { try third.start() }
    }

    @Test("More threads than lanes ask: each waits for its turn, none gets a fallback")
    func crowd() throws {
        let process = process(BuiltPlugin("AcmeGateway"), "AcmeGateway") { $0.lanes = 2 }
        defer { process.stop() }
        let adapter = try adapter(process)
        let changed = Atomic<Int>(0)
        let (message, leg) = (try request(), egress)
        DispatchQueue.concurrentPerform(iterations: 16) { _ in
            for _ in 0..<20 {
                var (request, state) = (message, PluginState())
                try? adapter.egress(&request, on: leg, state: &state)
                if request.requestURI.string.hasSuffix("user=phone") { changed.add(1, ordering: .relaxed) }
            }
        }
        #expect(changed.load(ordering: .relaxed) == 320 && process.fallbackCount == 0)
    }

    @Test("The process ends with its daemon's end of the socket")
    func orphan() throws {
        let process = process(BuiltPlugin("AcmeGateway"), "AcmeGateway")
        _ = try process.start()
        guard case .serving(let pid) = process.condition else { throw WrongRole() }
        process.stop()
        for _ in 0..<1_000 where kill(pid, 0) == 0 { usleep(10_000) }
        #expect(kill(pid, 0) != 0)
    }
}
