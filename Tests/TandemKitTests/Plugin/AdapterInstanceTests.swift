import TandemKit
import Testing

@Suite struct AdapterInstanceTests {
    struct Counter: GatewayAdapter {
        struct CallState: CallStateValue {
            var requests = 0
            var note: String?
        }
        struct Settings: PluginSettings {
            var noteLength = 0
            static var fields: [Field<Self>] { [.int("note-length", \.noteLength, "How much to keep")] }
        }
        let settings: Settings
        init(settings: Settings) { self.settings = settings }

        func egress(_ request: inout SIPRequest, on leg: EgressLeg, state: inout CallState) throws(AdapterError) {
            state.requests += 1
            if settings.noteLength > 0 { state.note = String(repeating: "x", count: settings.noteLength) }
            request.headers["X-Count"] = "\(state.requests)"
        }
    }

    struct Marker: GatewayAdapter {
        init(settings: NoSettings) {}
        var profile: GatewayProfile { GatewayProfile { $0.holdStyle = .inactive } }
        func ingress(_ request: inout SIPRequest, on leg: IngressLeg) throws(AdapterError) {
            request.headers["X-Seen"] = "\(leg.trunk.name)/\(leg.call)/\(leg.remote)"
        }
        func ingress(_ response: inout SIPResponse, on leg: EgressLeg) throws(AdapterError) {
            throw AdapterError("no \(leg.attempt)", status: 603)
        }
        func egress(_ response: inout SIPResponse, on leg: IngressLeg) throws(AdapterError) {
            response.headers["X-Seen"] = leg.peerTrunk?.name ?? "nobody"
        }
    }

    static let trunk = TrunkFacts(name: "pstn", advertisedHost: "203.0.113.5", advertisedPort: 5060, transport: .udp)
    static let remote = Endpoint(address: IPAddress(ipv4: 0xC000_0201), port: 5060)
    static let egress = EgressLeg(call: CallNumber(raw: 255), trunk: trunk, remote: remote, attempt: 2)
    static let ingress = IngressLeg(call: CallNumber(raw: 255), trunk: trunk, remote: remote)

    private func request() -> SIPRequest { SIPRequest(method: .invite, uri: "sip:1@b") }

    private func response() -> SIPResponse { SIPResponse(to: request(), status: 200, toTag: Bytes("t")) }

    private func counter(_ noteLength: Int = 0) -> AdapterInstance {
        var settings = Counter.Settings()
        settings.noteLength = noteLength
        return .of(Counter(settings: settings), named: "counter")
    }

    @Test("What an adapter keeps for a call is there at the next message, as bytes")
    func state() throws {
        let instance = counter()
        var state = PluginState()
        for count in 1...3 {
            var request = request()
            try instance.egress(&request, on: Self.egress, state: &state)
            #expect(request.headers["X-Count"] == "\(count)")
        }
        #expect(instance.keepsState)
        #expect(String(decoding: state.bytes, as: UTF8.self) == #"{"requests":3}"#)
    }

    @Test("State goes on in another generation of the plugin that added an optional member")
    func generations() throws {
        var state = PluginState(record: [0, 0] + Array(#"{"requests":7,"gone":true}"#.utf8))
        var request = request()
        try counter().egress(&request, on: Self.egress, state: &state)
        #expect(request.headers["X-Count"] == "8")
    }

    @Test("More than 4096 bytes for one call are refused, and the state stays as it was")
    func tooLarge() throws {
        var state = PluginState()
        var request = request()
        try counter(4000).egress(&request, on: Self.egress, state: &state)
        let before = state
        let error = #expect(throws: AdapterError.self) {
            try counter(4096).egress(&request, on: Self.egress, state: &state)
        }
        #expect(error?.failure.diagnostic == .stateTooLarge)
        #expect(state == before)
    }

    @Test("State that can't be read is an error that names the adapter")
    func unreadable() {
        var state = PluginState(record: [0, 0] + Array("{".utf8))
        var request = request()
        let error = #expect(throws: AdapterError.self) {
            try counter().egress(&request, on: Self.egress, state: &state)
        }
        #expect(error?.failure.detail.contains("counter") == true)
    }

    @Test("Hooks see the facts of their leg, and their errors reach the core")
    func facts() throws {
        let instance = AdapterInstance.of(Marker(settings: NoSettings()), named: "marker")
        var state = PluginState()
        var received = request()
        try instance.ingress(&received, on: Self.ingress, state: &state)
        #expect(received.headers["X-Seen"] == "pstn/0-255/192.0.2.1:5060")
        var answer = response()
        #expect(throws: AdapterError("no 2", status: 603)) {
            try instance.ingress(&answer, on: Self.egress, state: &state)
        }
        try instance.egress(&answer, on: Self.ingress, state: &state)
        #expect(answer.headers["X-Seen"] == "nobody")
        #expect(Self.ingress.reversed.attempt == 0)
        #expect(Self.egress.reversed.trunk === Self.trunk)
        #expect(state.bytes.isEmpty)
    }

    @Test("The hooks of an adapter and of its profile tell the core what it may skip")
    func hooks() {
        #expect(AdapterInstance.plain().hooks.isEmpty)
        #expect(!AdapterInstance.plain().keepsState)
        #expect(counter().hooks == .all)
        #expect(AdapterInstance.of(Marker(settings: NoSettings()), named: "m").keepsState)
        #expect(AdapterInstance.of(Quiet(settings: NoSettings()), named: "q").hooks == [.egressRequest])
        #expect(!AdapterInstance.of(Quiet(settings: NoSettings()), named: "q").keepsState)
    }

    struct Quiet: GatewayAdapter {
        init(settings: NoSettings) {}
        var hooks: AdapterHooks { [.egressRequest] }
        func ingress(_ request: inout SIPRequest, on leg: IngressLeg) throws(AdapterError) {
            throw AdapterError("never called")
        }
    }

    @Test("A hook that is not among the hooks is not called")
    func skipped() throws {
        var state = PluginState()
        var request = request()
        try AdapterInstance.of(Quiet(settings: NoSettings()), named: "q").ingress(
            &request, on: Self.ingress, state: &state)
    }
}
