import Glibc
import PluginHost
import TandemKit

/// CPU of an adapter's hook that makes ten edits in an INVITE, in this process and in one of its own, in microseconds.
/// Arguments: the plugin folder, the `tandem` that runs plugin processes, how often.
func cpu(_ who: __rusage_who) -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(who.rawValue), &usage)
    let user = Double(usage.ru_utime.tv_sec) * 1e6 + Double(usage.ru_utime.tv_usec)
    return user + Double(usage.ru_stime.tv_sec) * 1e6 + Double(usage.ru_stime.tv_usec)
}

/// CPU of another process, user and system, in microseconds.
func cpu(of pid: Int32) -> Double {
    guard let file = fopen("/proc/\(pid)/schedstat", "r") else { return 0 }
    defer { fclose(file) }
    var nanoseconds: UInt64 = 0
    withUnsafeMutablePointer(to: &nanoseconds) { pointer in
        withVaList([pointer]) { _ = vfscanf(file, "%lu", $0) }
    }
    return Double(nanoseconds) / 1e3
}

/// CPU of all threads of a process: each has a schedstat of its own.
func cpu(ofThreadsOf pid: Int32) -> Double {
    guard let folder = opendir("/proc/\(pid)/task") else { return 0 }
    defer { closedir(folder) }
    var sum = 0.0
    while let entry = readdir(folder) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        if let thread = Int32(name) { sum += cpu(of: thread) }
    }
    return sum
}

let invite = """
    INVITE sip:+14255550100@192.0.2.9 SIP/2.0\r
    From: "Alice" <sip:+14255550199@192.0.2.1>;tag=9fxced76sl\r
    To: <sip:+14255550100@192.0.2.9>\r
    Call-ID: 3848276298220188511\r
    CSeq: 1 INVITE\r
    Max-Forwards: 70\r
    Contact: <sip:192.0.2.1:5060>\r
    Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO, MESSAGE\r
    Supported: timer, replaces\r
    P-Asserted-Identity: <sip:+14255550199@192.0.2.1>\r
    Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK776asdhds\r
    User-Agent: Tandem\r
    Content-Type: application/sdp\r
    Content-Length: 129\r
    \r
    v=0\r
    o=- 1 1 IN IP4 192.0.2.1\r
    s=-\r
    c=IN IP4 192.0.2.1\r
    t=0 0\r
    m=audio 49170 RTP/AVP 0 8 101\r
    a=rtpmap:101 telephone-event/8000\r

    """

func run() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 4, let count = Int(arguments[3]) else {
        print("usage: HookBench PLUGINS TANDEM COUNT")
        exit(2)
    }
    let host = try PluginHost(inspector: PluginInspector(executable: arguments[2]))
    let set = try host.load(folder: arguments[1])
    let fields = (0..<10).map { SettingsEntry("X-Edit-\($0)", SettingsValue(.scalar("value \($0)"))) }
    let settings = SettingsValue(.map([SettingsEntry("add-headers", SettingsValue(.map(fields)))]))
    let trunk = TrunkFacts(name: "gw", advertisedHost: "192.0.2.9", advertisedPort: 5060, transport: .udp)
    let leg = EgressLeg(
        call: CallNumber(raw: 1), trunk: trunk, peerTrunk: trunk,
        remote: Endpoint(address: IPAddress(ipv4: 0xC000_0201), port: 5060))
    let message = try SIPMessage(invite)
    var results: [String] = []
    for isolation in [PluginIsolation.none, .process] {
        guard case .adapter(let adapter) = try set.make("ten", of: "Generic", settings: settings, placement: PluginPlacement(isolation: isolation))
        else { continue }
        var state = PluginState()
        func hook() throws -> Int {
            var request = message.request
            try adapter.egress(&request, on: leg, state: &state)
            return request.message.serializedCount
        }
        guard try hook() > message.serializedCount + 150 else { fatalError("the hook has made no edits") }
        var pid: Int32 = 0
        if case .serving(let number)? = host.processes.reports.last?.condition { pid = number }
        for _ in 0..<2_000 { _ = try hook() }
        let before = cpu(RUSAGE_SELF) + cpu(ofThreadsOf: pid)
        for _ in 0..<count { _ = try hook() }
        let spent = cpu(RUSAGE_SELF) + cpu(ofThreadsOf: pid) - before
        let name = isolation == .none ? "hook-inprocess" : "hook-process"
        results.append("{\"bench\": \"\(name)\", \"microseconds\": \((spent / Double(count) * 100).rounded() / 100)}")
    }
    print(results.joined(separator: "\n"))
}

try run()
