import CallControl
import TandemKit
import Testing

/// Notes each hook in a header field, and counts them in its state for the call.
struct NotingAdapter: GatewayAdapter {
    struct CallState: CallStateValue {
        var count = 0
        init() {}
    }
    let name: String
    init(settings: NoSettings) { name = "" }
    init(_ name: String) { self.name = name }

    func note(_ headers: inout HeaderFields, _ hook: String, _ state: inout CallState) {
        state.count += 1
        headers.append("X-Trail", "\(name).\(hook)#\(state.count)")
    }

    func ingress(_ request: inout SIPRequest, on leg: IngressLeg, state: inout CallState) throws(AdapterError) {
        note(&request.headers, "ingress \(leg.trunk.name)", &state)
    }
    func ingress(_ response: inout SIPResponse, on leg: EgressLeg, state: inout CallState) throws(AdapterError) {
        note(&response.headers, "ingress \(leg.trunk.name)", &state)
    }
    func egress(_ request: inout SIPRequest, on leg: EgressLeg, state: inout CallState) throws(AdapterError) {
        note(&request.headers, "egress \(leg.trunk.name)", &state)
    }
    func egress(_ response: inout SIPResponse, on leg: IngressLeg, state: inout CallState) throws(AdapterError) {
        note(&response.headers, "egress \(leg.trunk.name)", &state)
    }
}

/// Refuses what it is told to refuse.
struct RefusingAdapter: GatewayAdapter {
    let hooks: AdapterHooks
    init(settings: NoSettings) { hooks = [] }
    init(_ hooks: AdapterHooks) { self.hooks = hooks }
    static var refusal: AdapterError { AdapterError("No T.38 here.", status: 488) }

    func ingress(_ request: inout SIPRequest, on leg: IngressLeg) throws(AdapterError) { throw Self.refusal }
    func ingress(_ response: inout SIPResponse, on leg: EgressLeg) throws(AdapterError) { throw Self.refusal }
    func egress(_ request: inout SIPRequest, on leg: EgressLeg) throws(AdapterError) {
        if request.method == .invite { throw Self.refusal }
    }
    func egress(_ response: inout SIPResponse, on leg: IngressLeg) throws(AdapterError) { throw Self.refusal }
}

struct PlusNormalizer: Normalizer {
    init(settings: NoSettings) {}
    init() {}

    func normalize(
        _ number: inout PhoneNumber, in context: NumberContext, log: inout DecisionLog
    ) throws(NormalizationError) {
        if number.text == "666" { throw NormalizationError("666 is not served.") }
        guard context.party == .called else { return }
        let before = number.text
        number.rewrite(to: "+1425555" + number.text, rule: "extension")
        log.matched(rule: "extension", before: before, after: number.text)
    }
}

/// Turns every call away, and says no more than a status.
struct ClosedRouter: Router {
    init(settings: NoSettings = NoSettings()) {}
    func route(_ query: RouteQuery, log: inout DecisionLog) -> RouteDecision { .reject(Failure(status: 433)) }
}

/// As the host stands in for a router whose process gives no answer.
struct SilentRouter: Router {
    init(settings: NoSettings = NoSettings()) {}
    func route(_ query: RouteQuery, log: inout DecisionLog) -> RouteDecision {
        log.failed(rule: "process", on: query.called.text, note: "did not answer")
        return .noMatch
    }
}

@Suite struct PluginHookTests {
    @Test("Each message passes the adapters of both trunks once, in order, in both directions")
    func order() throws {
        let bench = EngineBench(adapters: [
            "in": AdapterInstance.of(NotingAdapter("a"), named: "a"),
            "out": AdapterInstance.of(NotingAdapter("b"), named: "b"),
        ])
        let invite = bench.receive(Party.invite(), from: 0).last!
        #expect(invite.fields("X-Trail") == ["a.ingress in#1", "b.egress out#1"])
        let ringing = bench.receive(Party.response(180, to: invite), from: 1)
        #expect(ringing[0].fields("X-Trail") == ["b.ingress out#2", "a.egress in#2"])
        let ok = bench.receive(Party.response(200, to: invite, body: Party.answer), from: 1).to(0)[0]
        #expect(ok.fields("X-Trail") == ["b.ingress out#3", "a.egress in#3"])
        bench.receive(Party.callerRequest("ACK", in: ok, cseq: 1, branch: "z9hG4bKa2"), from: 0)
        let info = bench.receive(Party.calleeRequest("INFO", in: invite, cseq: 1, branch: "z9hG4bKb1"), from: 1)
        #expect(info[0].fields("X-Trail").map { $0.prefix(12) } == ["b.ingress ou", "a.egress in#"])
        let back = bench.receive(Party.response(200, to: info[0], tag: "atag"), from: 0)
        #expect(back[0].fields("X-Trail").map { $0.prefix(12) } == ["a.ingress in", "b.egress out"])
    }

    @Test("Two trunks with one adapter instance share its state of the call")
    func sharedState() {
        let adapter = AdapterInstance.of(NotingAdapter("x"), named: "x")
        let bench = EngineBench(adapters: ["in": adapter, "out": adapter])
        #expect(bench.receive(Party.invite(), from: 0).last?.fields("X-Trail") == ["x.ingress in#1", "x.egress out#2"])
    }

    @Test("An adapter that refuses the INVITE of the caller: its status and sentence, nothing is sent on")
    func ingressRefuses() {
        let bench = EngineBench(adapters: ["in": AdapterInstance.of(RefusingAdapter(.ingressRequest), named: "r")])
        let sent = bench.receive(Party.invite(), from: 0)
        #expect(sent.last?.startLine == "SIP/2.0 488 Not Acceptable Here")
        #expect(sent.to(1).isEmpty)
        #expect(bench.endedWith?.detail == "No T.38 here.")
    }

    @Test("An adapter that refuses an attempt: the next trunk")
    func egressRefuses() {
        let bench = EngineBench(adapters: ["out": AdapterInstance.of(RefusingAdapter(.egressRequest), named: "r")])
        #expect(bench.receive(Party.invite(), from: 0).to(2).first("INVITE") != nil)
    }

    @Test("An adapter that refuses the answer: the callee is hung up, the caller gets the failure")
    func answerRefused() {
        let bench = EngineBench(adapters: ["out": AdapterInstance.of(RefusingAdapter(.ingressResponse), named: "r")])
        let invite = bench.receive(Party.invite(), from: 0).last!
        let sent = bench.receive(Party.response(200, to: invite, body: Party.answer), from: 1)
        #expect(sent.to(1).startLines.map { $0.prefix(3) } == ["ACK", "BYE"])
        #expect(sent.to(0).startLines == ["SIP/2.0 488 Not Acceptable Here"])
    }

    @Test("An adapter that refuses a provisional response cancels the attempt")
    func provisionalRefused() {
        let bench = EngineBench(adapters: ["in": AdapterInstance.of(RefusingAdapter(.egressResponse), named: "r")])
        let invite = bench.receive(Party.invite(), from: 0).last!
        let sent = bench.receive(Party.response(180, to: invite), from: 1)
        #expect(sent.to(1).first("CANCEL") != nil)
        #expect(sent.to(0).first("SIP/2.0 488") != nil)
        bench.receive(Party.response(487, to: invite), from: 1)
        bench.wait(milliseconds: 64_000)
        #expect(bench.isEmpty)
    }

    @Test("The normalized number goes to the gateway, and the decisions can be read")
    func normalized() throws {
        let bench = EngineBench(normalizers: [NormalizerInstance.of(PlusNormalizer(), named: "plan")])
        let invite = bench.receive(Party.invite(), from: 0).last!
        #expect(invite.startLine == "INVITE sip:+14255550100@192.0.2.2:5060 SIP/2.0")
        #expect(invite.field("To") == "<sip:+14255550100@192.0.2.2:5060>")
        let story = try #require(bench.engine.story(of: bench.engine.snapshot()[0].number))
        #expect(story.plan.called.steps.map(\.description) == ["plan/extension: 0100 → +14255550100"])
        #expect(story.plan.log.entries.map(\.plugin) == ["plan", "routes"])
        #expect(story.snapshot.to == "0100")
        #expect(story.snapshot.sentTo == "+14255550100")
    }

    @Test("A normalizer that refuses the number: its status, nothing is sent on, and the story says which it was")
    func normalizerRefuses() throws {
        let bench = EngineBench(normalizers: [NormalizerInstance.of(PlusNormalizer(), named: "plan")])
        let sent = bench.receive(Party.invite(uri: "sip:666@198.51.100.1"), from: 0)
        #expect(sent.last?.startLine == "SIP/2.0 484 Address Incomplete")
        #expect(sent.to(1).isEmpty)
        let entry = try #require(bench.engine.endedStories.last?.plan.log.entries.last)
        #expect(entry.plugin == "plan" && entry.outcome == .failed && entry.before == "666")
        #expect(entry.note == "666 is not served.")
    }

    @Test("A router that refuses a call with a status alone: no gateway is blamed")
    func routerRefuses() throws {
        let bench = EngineBench(routers: [RouterInstance.of(ClosedRouter(), named: "closed")])
        let sent = bench.receive(Party.invite(), from: 0)
        #expect(sent.last?.startLine == "SIP/2.0 433 Anonymity Disallowed")
        #expect(bench.engine.endedStories.last?.plan.failure?.diagnostic == .routeRefused)
    }

    @Test("When a router could not be asked and no other decides, the caller gets 503 and not 404")
    func routerIsSilent() throws {
        let silent = RouterInstance.of(SilentRouter(), named: "silent")
        let bench = EngineBench(routers: [silent])
        let sent = bench.receive(Party.invite(), from: 0)
        #expect(sent.last?.startLine == "SIP/2.0 503 Service Unavailable")
        #expect(bench.engine.endedStories.last?.plan.failure?.diagnostic == .pluginAway)
        let other = EngineBench(
            routers: [silent, RouterInstance.of(FixedRouter([TrunkChoice(trunk: "out")]), named: "routes")])
        #expect(other.receive(Party.invite(), from: 0).to(1).count == 1)
    }

    @Test("The story of an ended call stays readable, the oldest goes first")
    func endedStories() throws {
        let bench = EngineBench(limits: CallLimits(endedCalls: 2))
        for index in 0..<3 {
            let invite = bench.receive(
                Party.invite(branch: "z9hG4bKs\(index)", tag: "t\(index)", callID: "c\(index)"), from: 0
            ).last!
            bench.receive(Party.response(486, to: invite), from: 1)
        }
        #expect(bench.engine.endedStories.map(\.snapshot.callID) == ["c1", "c2"])
        #expect(bench.engine.endedStories.map { $0.outcome?.status } == [486, 486])
    }

    @Test("Observers hear of a call from its beginning to its end")
    func events() {
        let bench = EngineBench()
        let call = bench.establish()
        bench.receive(Party.callerRequest("BYE", in: call.ok, cseq: 2, branch: "z9hG4bKa3"), from: 0)
        let names = bench.events.map { event in
            switch event {
            case .began: "began"
            case .attempted: "attempted"
            case .progressed: "progressed"
            case .attemptFailed: "attemptFailed"
            case .answered: "answered"
            case .ended: "ended"
            default: "other"
            }
        }
        #expect(names == ["began", "attempted", "answered", "ended"])
    }

    @Test("F78: a retransmission is in the trace as one of its call")
    func tracedRetransmission() {
        let bench = EngineBench()
        bench.receive(Party.invite(), from: 0)
        bench.wait(milliseconds: 600)
        var again: [TraceRecord] = []
        bench.engine.trace.forEach { record, _ in if record.isRetransmission { again.append(record) } }
        #expect(again.map(\.call) == [bench.engine.snapshot()[0].number])
        #expect(again.map(\.leg) == [1])
    }

    @Test("F78: the trace holds each message of both legs with its call and leg")
    func trace() {
        let bench = EngineBench()
        let call = bench.establish()
        let number = bench.engine.snapshot()[0].number
        bench.receive(Party.callerRequest("BYE", in: call.ok, cseq: 2, branch: "z9hG4bKa3"), from: 0)
        var lines: [String] = []
        bench.engine.trace.forEach { record, bytes in
            #expect(record.call == number)
            let text = String(decoding: bytes, as: UTF8.self)
            lines.append("\(record.isOutgoing ? "→" : "←")\(record.leg) \(text.prefix(11))")
        }
        #expect(
            lines
                == [
                    "←0 INVITE sip:", "→0 SIP/2.0 100", "→1 INVITE sip:", "←1 SIP/2.0 200", "→1 ACK sip:bob",
                    "→0 SIP/2.0 200",
                    "←0 ACK sip:198", "←0 BYE sip:198", "→0 SIP/2.0 200", "→1 BYE sip:bob",
                ].map { String($0.prefix(14)) })
    }
}
