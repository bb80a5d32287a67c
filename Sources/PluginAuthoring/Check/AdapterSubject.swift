import TandemKit

/// One hook of an adapter, and the messages of calls on its trunk.
struct AdapterSubject: HookSubject {
    /// Bytes of the longest message that the parser takes.
    private static let longest = 65_535

    private let instance: AdapterInstance
    private let hook: CheckHook
    private let messages: HostileMessages
    private let trunk: TrunkFacts
    private let peerTrunk: TrunkFacts
    private var message = SIPMessage()
    private var receivedCount = 0
    private var state = PluginState()
    private var leg: EgressLeg

    init(_ instance: AdapterInstance, hook: CheckHook, seed: UInt64) {
        self.instance = instance
        self.hook = hook
        messages = HostileMessages(seed: seed, requests: hook.takesRequests)
        trunk = TrunkFacts(name: "gateway", advertisedHost: "198.51.100.1", advertisedPort: 5060, transport: .udp)
        peerTrunk = TrunkFacts(
            name: "other", advertisedHost: "2001:db8::1", advertisedPort: 5070, transport: .tcp, domain: "example.com")
        leg = Self.leg(0, trunk, peerTrunk)
    }

    private static func leg(_ call: Int, _ trunk: TrunkFacts, _ peerTrunk: TrunkFacts) -> EgressLeg {
        // Requests of our own, such as OPTIONS, have no other leg.
        EgressLeg(
            of: CallFacts(
                number: CallNumber(raw: UInt64(call + 1)), callID: Array("call-\(call)".utf8),
                began: UInt64(call) * 1_000_000_007, ingressTrunk: "other"), trunk: trunk,
            peerTrunk: call % 8 == 7 ? nil : peerTrunk,
            remote: Endpoint(address: IPAddress(ipv4: 0xC000_0201), port: 5060), attempt: call % 3)
    }

    mutating func prepare(_ index: Int) {
        if index % HookTrial.valuesPerCall == 0 {
            state = PluginState()
            leg = Self.leg(index / HookTrial.valuesPerCall, trunk, peerTrunk)
        }
        message = messages.message(index)
        receivedCount = message.serializedCount
    }

    mutating func call() -> Bool {
        do throws(AdapterError) {
            switch hook {
            case .ingressRequest: try instance.ingress(&message.request, on: leg.reversed, state: &state)
            case .ingressResponse: try instance.ingress(&message.response, on: leg, state: &state)
            case .egressRequest: try instance.egress(&message.request, on: leg, state: &state)
            default: try instance.egress(&message.response, on: leg.reversed, state: &state)
            }
            return true
        } catch { return false }
    }

    mutating func fault() -> String? {
        // One that was nearly too long may become too long by what any hook adds.
        if receivedCount > Self.longest / 4, message.serializedCount > Self.longest { return nil }
        var bytes = [UInt8](repeating: 0, count: message.serializedCount)
        _ = bytes.withUnsafeMutableBytes { message.write(to: $0) }
        let again = bytes.withUnsafeBytes { bytes -> Result<SIPMessage, SIPParseError> in
            do throws(SIPParseError) { return .success(try SIPMessage(Bytes(bytes))) } catch { return .failure(error) }
        }
        switch again {
        case .success(let again):
            return again.isRequest == hook.takesRequests
                ? nil : "a request has become a response, or the other way round"
        case .failure(let error): return "what the hook leaves behind is no message any more (\(error))"
        }
    }
}
