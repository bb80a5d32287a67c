import Admin
import Console
import Testing

@Suite("Tables")
struct TablesTests {
    @Test("Calls, each on a line, long numbers cut")
    func calls() throws {
        func call(_ id: String, _ phase: String, _ from: String, _ egress: String?, _ age: Double, _ talking: Double?)
            -> CallReport
        {
            CallReport(
                call: id, phase: phase, mode: id == "1-3" ? "proxy" : "b2bua", ingress: "uc", egress: egress,
                from: from,
                to: "0100", sentTo: "+14255550100", callID: "x@y", age: age, talking: talking)
        }
        let calls = [
            call("0-17", "confirmed", "+14255550123", "gateway-a", 15.2, 12.4),
            call("0-18", "trying", "anonymous", nil, 0.2, nil),
            call(
                "1-3", "ringing", "a-very-long-user-part-that-nobody-would-ever-dial-or-read-in-full-on-one-line",
                "gateway-b-in-another-town", 3725, nil),
        ]
        try Golden.expect(Tables.calls(calls), matches: "calls")
        #expect(Tables.calls([]) == "No call is up; `tandem trace TRUNK` shows the last ones of a trunk.")
    }

    @Test("What the relay has heard of the parties stands below the calls")
    func media() throws {
        func heard(_ party: Int, _ place: String, _ packets: UInt64, _ lost: Int64, _ silence: Double?)
            -> RelaySessionReport
        {
            var report = RelaySessionReport()
            report.party = party
            report.place = place
            report.port = 49_152 + party * 2
            report.packets = packets
            report.controlPackets = packets / 250
            report.lost = lost
            report.jitter = 0.44
            report.silence = silence
            return report
        }
        var call = CallReport(
            call: "0-17", phase: "confirmed", mode: "b2bua", ingress: "uc", egress: "gateway-a", from: "+14255550123",
            to: "0100", sentTo: "+14255550100", callID: "x@y", age: 65, talking: 61)
        call.media = [
            heard(0, "192.0.2.10:4000", 3_050, 2, 0.01), heard(1, "198.51.100.20:16384", 2_040, 0, 20.2),
        ]
        let proxied = CallReport(
            call: "0-18", phase: "confirmed", mode: "proxy", ingress: "uc", egress: "gateway-a", from: "+14255550124",
            to: "0101", sentTo: "+14255550101", callID: "z@y", age: 5, talking: 1)
        try Golden.expect(Tables.calls([call, proxied]), matches: "calls-media")
    }

    @Test("Trunks with their state and why")
    func trunks() throws {
        let trunks = [
            TrunkReport(
                name: "uc", listener: "uc", peer: "127.0.0.1:5061;transport=udp", addresses: ["127.0.0.1"], state: .up,
                reason: "answered OPTIONS with 200", since: 3600 * 50, calls: 12, attempts: 40_000, failures: 3,
                adapter: "lync"),
            TrunkReport(
                name: "gateway-a", listener: "pstn", peer: "gw.example.net:5060;transport=tcp", addresses: [],
                state: .down,
                reason: "gw.example.net has no address", since: 61, calls: 0, attempts: 0, failures: 0, adapter: nil),
            TrunkReport(
                name: "gateway-b", listener: "pstn", peer: "127.0.0.3:5080;transport=udp", addresses: ["127.0.0.3"],
                state: .unknown, reason: "not asked yet", since: nil, calls: 0, attempts: 1, failures: 0,
                adapter: "generic"),
        ]
        try Golden.expect(Tables.trunks(trunks), matches: "trunks")
    }

    @Test("Plugins, and why a file was refused")
    func plugins() throws {
        let plugins = [
            PluginReport(
                file: "plugins/libDialPlan.so", name: "DialPlan", version: "0.1", role: "normalizer",
                instances: ["dial-plan", "inbound"], refusal: nil),
            PluginReport(
                file: "plugins/libLync.so", name: "Lync", version: "0.1", role: "adapter", instances: [], refusal: nil),
            PluginReport(
                file: "plugins/libAcme.so", name: nil, version: nil, role: nil, instances: [],
                refusal:
                    "plugins/libAcme.so was built with Swift 6.1, this Tandem with 6.3: ask its author for a build with Swift 6.3, or build it yourself with `swift build`."
            ),
        ]
        try Golden.expect(Tables.plugins(plugins), matches: "plugins")
    }

    @Test("The daemon as a whole")
    func status() throws {
        let status = StatusReport(
            process: 4711, uptime: 7384, configuration: "/etc/tandem/tandem.yaml", shards: 2, calls: 12,
            callsTotal: 34_567,
            isDraining: true, counters: ["malformed messages": 4, "calls refused, table full": 0],
            certificates: [
                CertificateReport(owner: "listener sbc", names: "sip.example.com", until: "2026-12-24", daysLeft: 31),
                CertificateReport(owner: "trunk pbx", names: "pbx.example.com", until: "2026-11-22", daysLeft: -1),
            ])
        try Golden.expect(Tables.status(status), matches: "status")
    }

    @Test("The media relay as a whole")
    func relay() throws {
        var status = RelayStatusReport()
        (status.process, status.uptime, status.threads, status.sessions) = (4712, 7384, 2, 12)
        status.isDraining = true
        status.interfaces = [
            .init(name: "lan", pairsInUse: 24, pairsFree: 4150),
            .init(name: String(repeating: "a-long-name", count: 6), pairsInUse: 0, pairsFree: 4174),
        ]
        status.counters = ["packets": 1_234_567, "packets-foreign": 3]
        try Golden.expect(Tables.relay(status), matches: "relay")
    }

    @Test("The parties of the relay's sessions")
    func relaySessions() throws {
        func party(_ session: String, _ party: Int, _ place: String, _ packets: UInt64, _ silence: Double?)
            -> RelaySessionReport
        {
            var report = RelaySessionReport()
            (report.session, report.party, report.place, report.packets) = (session, party, place, packets)
            (report.port, report.lost, report.jitter, report.silence) = (49_152 + 2 * party, 12, 1.26, silence)
            report.media = party == 1 ? 1 : 0
            return report
        }
        let parties = [
            party("0-17", 0, "192.0.2.1:4000", 4_500, 0.02), party("0-17", 1, "[2001:db8::1:2:3:4]:40000", 0, nil),
            party("a-long-call-id-of-another-server@sbc.example.net", 0, "", 0, 3_725),
        ]
        // Names stay whole, for they are typed again.
        try Golden.expect(Tables.relaySessions(parties), matches: "relay-sessions", width: 140)
        #expect(Tables.relaySessions([]) == "The relay has no session.")
    }
}
