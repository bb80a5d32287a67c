import CallControl
import SIPTransaction
import Synchronization
import TandemKit
import Testing
import Timing

/// Draws what hostile hooks do, the same each time.
final class HostileChance: Sendable {
    private let state: Mutex<UInt64>
    init(_ seed: UInt64) { state = Mutex(seed) }

    func below(_ bound: Int) -> Int {
        state.withLock { state in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
    }

    /// What no number, name or phrase should be.
    var text: String {
        switch below(7) {
        case 0: ""
        case 1: "a\r\nX-Evil: 1"
        case 2: "\n\nX-Evil: 1\r\n\r\nINVITE"
        case 3: String(repeating: "9", count: 1 + below(20_000))
        case 4: "\0\u{1B}[31m;tag=<\"@"
        case 5: "ü%0D%0AX-Evil: 1"
        default: "0100"
        }
    }

    var failure: Failure {
        Failure(
            status: UInt16(below(2) == 0 ? below(65_536) : 100 + below(600)), reason: text,
            diagnostic: DiagnosticCode(raw: UInt32(below(30_000))), detail: text)
    }
}

/// Does to messages what no gateway needs.
struct HostileAdapter: GatewayAdapter {
    struct CallState: CallStateValue {
        var pile = ""
        init() {}
    }
    let chance: HostileChance
    init(settings: NoSettings) { chance = HostileChance(1) }
    init(_ chance: HostileChance) { self.chance = chance }

    private static let fields = [
        "Via", "From", "To", "Call-ID", "CSeq", "Contact", "Max-Forwards", "Content-Type", "Route",
    ]

    private func spoil(_ headers: inout HeaderFields, _ state: inout CallState) throws(AdapterError) {
        for _ in 0..<chance.below(3) {
            let name = Self.fields[chance.below(Self.fields.count)]
            switch chance.below(4) {
            case 0: headers[HeaderName(name)!] = nil
            case 1: headers[HeaderName(name)!] = chance.text
            case 2: headers.append(HeaderName(name)!, chance.text)
            default: headers["X-Pile"] = chance.text
            }
        }
        if chance.below(10) == 0 { state.pile = String(repeating: "x", count: chance.below(9_000)) }
        if chance.below(8) == 0 { throw AdapterError(chance.failure) }
    }

    private func spoil(_ request: inout SIPRequest, _ state: inout CallState) throws(AdapterError) {
        try spoil(&request.headers, &state)
        if chance.below(6) == 0 { request.uri.user = chance.text }
        if chance.below(10) == 0 {
            var text = chance.text
            text.withUTF8 {
                request.setBody(Bytes(UnsafeRawBufferPointer($0)), contentType: Bytes("application/sdp"))
            }
        }
    }

    private func spoil(_ response: inout SIPResponse, _ state: inout CallState) throws(AdapterError) {
        try spoil(&response.headers, &state)
        if chance.below(4) == 0 {
            response.setStatus(UInt16(chance.below(2) == 0 ? chance.below(65_536) : 100 + chance.below(600)))
        }
        if chance.below(10) == 0 {
            var text = chance.text
            text.withUTF8 { response.setStatus(response.status, reason: Bytes(UnsafeRawBufferPointer($0))) }
        }
    }

    func ingress(_ request: inout SIPRequest, on leg: IngressLeg, state: inout CallState) throws(AdapterError) {
        try spoil(&request, &state)
    }
    func ingress(_ response: inout SIPResponse, on leg: EgressLeg, state: inout CallState) throws(AdapterError) {
        try spoil(&response, &state)
    }
    func egress(_ request: inout SIPRequest, on leg: EgressLeg, state: inout CallState) throws(AdapterError) {
        try spoil(&request, &state)
    }
    func egress(_ response: inout SIPResponse, on leg: IngressLeg, state: inout CallState) throws(AdapterError) {
        try spoil(&response, &state)
    }
}

struct HostileNormalizer: Normalizer {
    let chance: HostileChance
    init(settings: NoSettings) { chance = HostileChance(1) }
    init(_ chance: HostileChance) { self.chance = chance }

    func normalize(
        _ number: inout PhoneNumber, in context: NumberContext, log: inout DecisionLog
    ) throws(NormalizationError) {
        if chance.below(3) == 0 { number.rewrite(to: chance.text, rule: chance.text) }
        if chance.below(3) == 0 { log.matched(rule: chance.text, before: chance.text, after: chance.text) }
        if chance.below(20) == 0 { throw NormalizationError(chance.failure) }
    }
}

struct HostileRouter: Router {
    let chance: HostileChance
    init(settings: NoSettings) { chance = HostileChance(1) }
    init(_ chance: HostileChance) { self.chance = chance }

    func route(_ query: RouteQuery, log: inout DecisionLog) -> RouteDecision {
        switch chance.below(8) {
        case 0: return .reject(chance.failure)
        case 1: return .trunks([TrunkChoice(trunk: chance.text)])
        case 2: return .trunks(Array(repeating: TrunkChoice(trunk: "out"), count: 1_000))
        default:
            return .trunks([
                TrunkChoice(
                    trunk: "out", called: PhoneNumber(chance.text), calling: PhoneNumber(chance.text),
                    failover: FailoverRule(statuses: [0...65_535])), TrunkChoice(trunk: "out2"),
                TrunkChoice(trunk: "in"),
            ])
        }
    }
}

@Suite struct HostilePluginTests {
    @Test(
        "Hooks that break messages, numbers and routes don't break the engine, and put no line into a message",
        arguments: [1, 2, 3])
    func hostile(seed: Int) {
        let chance = HostileChance(UInt64(seed))
        let adapter = AdapterInstance.of(HostileAdapter(chance), named: "hostile")
        let bench = EngineBench(
            timers: CallTimers(maxRingTime: .seconds(20), maxCallDuration: .seconds(30), timerC: .seconds(20)),
            adapters: ["in": adapter, "out": adapter, "out2": adapter],
            normalizers: [NormalizerInstance.of(HostileNormalizer(chance), named: "numbers")],
            routers: [RouterInstance.of(HostileRouter(chance), named: "routes")])
        var sent: [Sent] = []
        for round in 0..<400 {
            sent = bench.receive(
                Party.invite(branch: "z9hG4bKh\(round)", tag: "h\(round)", callID: "h\(round)"), from: 0)
            for _ in 0..<6 {
                #expect(!sent.contains { head($0).contains("\nX-Evil") }, "a plugin has put a line into a message")
                guard
                    let request = sent.first(where: {
                        $0.listener != 0 && isWhole($0) && $0.startLine.hasSuffix("SIP/2.0")
                    })
                else { break }
                let answer = Party.response(
                    [180, 183, 200, 486, 503][chance.below(5)], to: request, body: Party.answer)
                guard parses(answer) else { break }
                sent = bench.receive(answer, from: request.listener)
            }
            if let ok = sent.first(where: { $0.listener == 0 && isWhole($0) && $0.startLine.hasPrefix("SIP/2.0 2") }) {
                for (index, method) in ["ACK", "INFO", "BYE"].enumerated() {
                    let text = Party.callerRequest(method, in: ok, cseq: 1 + index, branch: "z9hG4bKi\(round)\(index)")
                    if parses(text) { sent = bench.receive(text, from: 0) }
                }
            }
            if chance.below(10) == 0 { bench.wait(milliseconds: UInt64(chance.below(5_000))) }
        }
        bench.wait(milliseconds: 1_000_000)
        let left = [
            bench.engine.callCount, bench.engine.dialogCount, bench.engine.timerCount, bench.engine.layer.count,
        ]
        #expect(
            left == [0, 0, 0, 0], "calls, dialogs, timers, transactions are left: \(bench.engine.snapshot().prefix(2))")
    }

    private func head(_ sent: Sent) -> Substring {
        sent.text.range(of: "\r\n\r\n").map { sent.text[..<$0.lowerBound] } ?? sent.text[...]
    }

    private func isWhole(_ sent: Sent) -> Bool {
        ["From", "To", "Call-ID", "CSeq"].allSatisfy { sent.field($0) != nil }
    }

    private func parses(_ text: String) -> Bool { (try? SIPMessage(text)) != nil }
}
