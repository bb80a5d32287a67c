import BuiltPlugin
import Dispatch
import Glibc
import TandemKit
import Testing
import Wire

@testable import PluginHost

/// What a plugin's process does to the daemon on purpose, with all that it has inherited.
@Suite(.serialized) struct HostileProcessTests {
    private static let message = """
        INFO sip:0100@192.0.2.9 SIP/2.0\r
        Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKabc\r
        From: <sip:1001@192.0.2.1>;tag=a\r
        To: <sip:0100@192.0.2.9>;tag=b\r
        Call-ID: c\r
        CSeq: 1 INFO\r
        Max-Forwards: 70\r
        Content-Length: 0\r
        \r

        """

    private static let trunk = TrunkFacts(
        name: "gw", advertisedHost: "192.0.2.9", advertisedPort: 5060, transport: .udp, domain: "voice.example.net")
    private let leg = EgressLeg(
        call: CallNumber(raw: 7), trunk: trunk,
        remote: Endpoint(address: IPAddress(ipv4: 0xC000_0201), port: 5060), attempt: 1)
    private let root = Folder()

    private func process(
        _ mode: String, _ change: (inout PluginProcess.Limits) -> Void = { _ in }
    ) -> PluginProcess {
        var limits = PluginProcess.Limits()
        limits.deadline = 300_000_000
        limits.failures = 0
        change(&limits)
        let path = root.write(BuiltPlugin.fixture(mode).bytes, as: "libhostile.so", mode: 0o644)
        return PluginProcess(
            name: "libhostile.so", executable: BuiltPlugin.folder + "/tandem", copy: path,
            instances: [.init(name: "one", plugin: "FixtureAdapter", settings: .empty, fallback: .pass)], limits: limits
        )
    }

    private func adapter(_ process: PluginProcess) throws -> AdapterInstance {
        guard case .adapter(let adapter)? = try process.start().first else { throw WrongRole() }
        return adapter
    }

    private struct WrongRole: Error {}

    private func ask(_ adapter: AdapterInstance) throws -> SIPRequest {
        var (request, state) = (try SIPMessage(Self.message).request, PluginState())
        do throws(AdapterError) {
            try adapter.egress(&request, on: leg, state: &state)
        } catch { if !error.passesBy { throw error } }
        return request
    }

    private func ending(of process: PluginProcess) -> String? {
        for _ in 0..<1_000 {
            if case .quarantined(let why) = process.condition { return why }
            usleep(10_000)
        }
        return nil
    }

    @Test(
        "Whatever a process says over the shared memory, the pipes and the sockets, the hook gets its fallback and the process ends",
        arguments: ["overlong", "leave", "scribble", "close"])
    func attack(_ how: String) throws {
        let process = process("adapter-hostile-\(how)")
        defer { process.stop() }
        let adapter = try adapter(process)
        let request = try ask(adapter)
        #expect(request.method == .info && process.fallbackCount == 1)
        #expect(ending(of: process) != nil)
    }

    @Test("The shared memory can neither be taken away nor be made larger", arguments: ["shrink", "grow"])
    func seal(_ how: String) throws {
        let process = process("adapter-hostile-\(how)")
        defer { process.stop() }
        let adapter = try adapter(process)
        #expect(try ask(adapter).method == .info)
        #expect(process.fallbackCount == 0, "the attack went through")
    }

    @Test("A process that answers but takes no turn out of its pipe doesn't hold the daemon when the pipe is full")
    func deaf() throws {
        let process = process("adapter-hostile-deaf")
        defer { process.stop() }
        let adapter = try adapter(process)
        for _ in 0..<10_000 where process.fallbackCount < 2 { _ = try ask(adapter) }
        #expect(process.fallbackCount == 2)
    }

    @Test(
        "A process that says a byte now and then instead of its reply doesn't hold the start for longer than it may take"
    )
    func drip() throws {
        let process = process("adapter-drip-at-start") { $0.startSeconds = 1 }
        let begun = DispatchTime.now().uptimeNanoseconds
        #expect(throws: PluginProcess.StartError.self) { try process.start() }
        #expect(DispatchTime.now().uptimeNanoseconds - begun < 5_000_000_000)
    }

    @Test("What the process has started ends with it")
    func leftovers() throws {
        let process = process("adapter-hostile-leave")
        defer { process.stop() }
        let adapter = try adapter(process)
        guard case .serving(let pid) = process.condition else { throw WrongRole() }
        _ = try ask(adapter)
        #expect(ending(of: process) != nil)
        for _ in 0..<200 where kill(-pid, 0) == 0 { usleep(10_000) }
        #expect(kill(-pid, 0) != 0)
    }

    @Test("A duration that none can be is no request, instead of a trap of the daemon")
    func absurdDuration() throws {
        var bytes = ServiceRequest.set(key: "a", [1], expiresAfter: nil).bytes(number: 1, instance: 0)
        bytes[bytes.count - 1] = 1
        let most = [UInt8](withUnsafeBytes(of: Int64.max.bigEndian) { $0 })
        #expect(throws: WireError.self) { try (bytes + most + most).withUnsafeBytes { try ServiceRequest.read($0) } }
        let second = [UInt8](withUnsafeBytes(of: Int64(1).bigEndian) { $0 })
        let read = try (bytes + second + second).withUnsafeBytes { try ServiceRequest.read($0) }
        guard case .set(_, _, let life) = read.request else { throw WrongRole() }
        #expect(life == Duration(secondsComponent: 1, attosecondsComponent: 1))
    }

    @Test("What is kept for longer than there are words for is kept for ever, and for less than nothing not at all")
    func longLives() throws {
        let store = InstanceStore(clock: .machine())
        let longest = Duration.seconds(Int64.max) + .seconds(Int64.max)
        try store.set([1], for: "long", expiresAfter: longest)
        try store.set([1], for: "short", expiresAfter: .zero - longest)
        #expect(store.value(for: "long") == [1] && store.value(for: "short") == nil)
        let timers = InstanceTimers(instance: "one", clock: .machine())
        #expect(timers.schedule(after: longest, every: longest) {} != nil)
        timers.end()
    }
}
