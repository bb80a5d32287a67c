import CallControl
import SIPTransaction
import TandemKit
import Testing
import Timing

/// Sends every call to the trunks it was made with.
struct FixedRouter: Router {
    var choices: [TrunkChoice] = []
    init(settings: NoSettings) {}
    init(_ choices: [TrunkChoice]) { self.choices = choices }

    func route(_ query: RouteQuery, log: inout DecisionLog) -> RouteDecision {
        log.chose(choices.map(\.trunk).joined(separator: ", "), rule: "fixed")
        return .trunks(choices)
    }
}

/// Trunk `n` has listener `n`, and the peer 192.0.2.`n + 1`:5060.
struct ListenerMatcher: TrunkMatcher {
    var names: [String]
    var unknownSource = UnknownSourceAnswer.drop

    func trunk(for flow: Flow) -> Int? {
        flow.remote.address.low == 0xC000_0201 + UInt64(flow.listener) && Int(flow.listener) < names.count
            ? Int(flow.listener) : nil
    }

    func trunk(named name: String) -> Int? { names.firstIndex(of: name) }
}

/// What one engine sent: the flow and the text.
struct Sent: CustomStringConvertible {
    let listener: Int
    let flow: Flow
    let text: String

    var description: String { "→\(listener) \(text)" }
    var startLine: String { String(text.prefix { $0 != "\r\n" && $0 != "\r" }) }

    /// The value of the first header field of a name.
    func field(_ name: String) -> String? { fields(name).first }

    func fields(_ name: String) -> [String] {
        text.split(separator: "\r\n").dropFirst().compactMap { line in
            line.hasPrefix("\(name): ") ? String(line.dropFirst(name.count + 2)) : nil
        }
    }

    var body: String {
        guard let split = text.range(of: "\r\n\r\n") else { return "" }
        return String(text[split.upperBound...])
    }
}

extension String {
    func range(of needle: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(needle) { return start..<index(start, offsetBy: needle.count) }
            start = index(after: start)
        }
        return nil
    }

    /// The value of a header parameter behind the address.
    func parameter(_ name: String) -> String? {
        let tail = split(separator: ">", maxSplits: 1).last.map(String.init) ?? self
        for piece in tail.split(separator: ";") where piece.hasPrefix("\(name)=") {
            return String(piece.dropFirst(name.count + 1))
        }
        return nil
    }
}

/// An engine with a fake wire and a clock that only moves when told: trunk `in` at listener 0, `out`, `out2`, … behind it.
final class EngineBench {
    let engine: CallEngine
    let configuration: EngineConfiguration
    var now = Timestamp(nanoseconds: 1_000_000_000)
    var events: [CallEvent.Kind] = []
    /// The calls that are over.
    var summaries: [CallSummary] = []
    /// What was asked of the media relay.
    private(set) var media: [MediaCommand] = []
    /// What was asked to be looked up.
    private(set) var lookUps: [LookUpCommand] = []
    let transport: TransportProtocol

    init(
        trunks names: [String] = ["in", "out", "out2"], mode: SignallingMode = .b2bua,
        choices: [TrunkChoice]? = nil, timers: CallTimers = CallTimers(), limits: CallLimits = CallLimits(),
        adapters: [String: AdapterInstance] = [:], builds: [String: String] = [:],
        normalizers: [NormalizerInstance] = [],
        unknown: UnknownSourceAnswer = .drop,
        translation: ResponseTranslation = .none, gateways: [String: Int] = [:], transport: TransportProtocol = .udp,
        shard: UInt16 = 3, routeKey: (UInt64, UInt64) = (3, 4), media: [String: TrunkMedia] = [:],
        relaysMedia: Bool = false, silence: TimeInterval = MediaWatch.silence, missing: [String: String] = [:],
        routers: [RouterInstance]? = nil, capacities: [String: TrunkCapacity] = [:],
        sessions: [String: SessionSettings] = [:], requestsPerSource: Int? = nil, sources: SourceRates? = nil,
        transfers: [String: TransferPolicy] = [:], redirects: [String: RedirectionPolicy] = [:],
        hops: [String: HopSet] = [:],
        digests: [String: DigestClient] = [:],
        registrations: [String: TrunkRegistration] = [:], users: [String: DigestUsers] = [:]
    ) {
        self.transport = transport
        let choices = choices ?? names.dropFirst().map { TrunkChoice(trunk: $0) }
        let router = RouterInstance.of(FixedRouter(choices), named: "routes")
        let trunks = names.enumerated().map { index, name in
            TrunkContext(
                index: index,
                facts: TrunkFacts(
                    name: name, advertisedHost: "198.51.100.\(index + 1)", advertisedPort: 5060, transport: transport),
                nextHop: Flow(
                    listener: UInt16(index), transport: transport,
                    remote: Endpoint(address: IPAddress(ipv4: 0xC000_0201 + UInt32(index)), port: 5060)),
                hops: hops[name], mode: mode, adapter: adapters[name], adapterBuild: builds[name] ?? "",
                normalizers: normalizers,
                routers: routers ?? [router], timers: timers,
                session: sessions[name] ?? SessionSettings(),
                translation: translation, gateway: gateways[name], media: media[name] ?? TrunkMedia(),
                generations: TrunkGenerations(adapter: adapters[name].map { Int($0.name) ?? 0 }),
                missingPlugin: missing[name], capacity: capacities[name],
                requestsPerSource: requestsPerSource, transfer: transfers[name] ?? .off,
                redirects: redirects[name] ?? .refuse,
                digest: digests[name],
                registration: registrations[name], users: users[name])
        }
        var timerValues = TimerValues()
        timerValues.inviteTrying = .milliseconds(0)
        var configuration = EngineConfiguration(
            trunks: trunks, matcher: ListenerMatcher(names: names, unknownSource: unknown), limits: limits)
        configuration.relaysMedia = relaysMedia
        configuration.hashes = .ofOpenSSL
        configuration.silence = silence
        self.configuration = configuration
        engine = CallEngine(
            shard: shard, key: (1, 2), routeKey: routeKey, configuration: configuration, sources: sources,
            timers: timerValues, trace: TraceRing(capacity: 1 << 20), now: now)
        engine.observe = { [unowned self] in
            events.append($0.kind)
            if let summary = $0.summary { summaries.append(summary) }
        }
    }

    func flow(_ listener: Int) -> Flow {
        Flow(
            listener: UInt16(listener), transport: transport, connection: transport.isReliable ? 7 : 0,
            remote: Endpoint(address: IPAddress(ipv4: 0xC000_0201 + UInt32(listener)), port: 5060))
    }

    /// The engine receives a message and says what it sends.
    @discardableResult
    func receive(_ text: String, from listener: Int) -> [Sent] {
        do {
            var message = try SIPMessage(text)
            engine.receive(&message, on: flow(listener), at: now)
        } catch {
            Issue.record("the test's own message does not parse: \(error)\n\(text)")
        }
        return drain()
    }

    /// Lets time pass, timer by timer, and says what the engine sends meanwhile.
    @discardableResult
    func wait(milliseconds: UInt64) -> [Sent] {
        let end = now + .milliseconds(milliseconds)
        var sent: [Sent] = []
        while let deadline = engine.nextDeadline, deadline <= end {
            now = max(now, deadline)
            engine.advance(to: now)
            sent += drain()
        }
        now = end
        return sent
    }

    @discardableResult
    func drain() -> [Sent] {
        let sent = (0..<engine.output.count).map { index in
            let record = engine.output[index]
            return Sent(
                listener: Int(record.flow.listener), flow: record.flow, text: engine.output.bytes(of: record).string)
        }
        engine.output.removeAll()
        media += engine.takeMediaCommands()
        lookUps += engine.takeLookUpCommands()
        return sent
    }

    /// Whether the engine has forgotten everything.
    var isEmpty: Bool {
        engine.callCount == 0 && engine.dialogCount == 0 && engine.timerCount == 0 && engine.layer.count == 0
    }
}

/// SIP messages of the two parties, as text.
enum Party {
    static let offer =
        "v=0\r\no=a 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n"
    static let answer =
        "v=0\r\no=b 1 1 IN IP4 192.0.2.2\r\ns=-\r\nc=IN IP4 192.0.2.2\r\nt=0 0\r\nm=audio 6000 RTP/AVP 8\r\n"

    static func invite(
        branch: String = "z9hG4bKa1", tag: String = "atag", callID: String = "acall@192.0.2.1", cseq: Int = 1,
        to: String = "<sip:0100@198.51.100.1>", uri: String = "sip:0100@198.51.100.1", body: String = offer,
        method: String = "INVITE", extra: String = ""
    ) -> String {
        request(
            method, uri: uri, branch: branch, from: "\"Ann\" <sip:+14255550199@192.0.2.1>;tag=\(tag)", to: to,
            callID: callID, cseq: cseq, body: body,
            extra: "Contact: <sip:ann@192.0.2.1:5060>\r\n" + extra)
    }

    static func request(
        _ method: String, uri: String, branch: String, from: String, to: String, callID: String, cseq: Int,
        body: String = "", extra: String = "", host: String = "192.0.2.1:5060"
    ) -> String {
        let type = body.isEmpty ? "" : "Content-Type: application/sdp\r\n"
        return "\(method) \(uri) SIP/2.0\r\nVia: SIP/2.0/UDP \(host);rport;branch=\(branch)\r\nMax-Forwards: 70\r\n"
            + "From: \(from)\r\nTo: \(to)\r\nCall-ID: \(callID)\r\nCSeq: \(cseq) \(method)\r\n\(extra)\(type)"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// A response of the callee to a request of ours.
    static func response(
        _ status: Int, to request: Sent, tag: String? = "btag", body: String = "", extra: String = "",
        contact: String? = "sip:bob@192.0.2.2:5060"
    ) -> String {
        var text = "SIP/2.0 \(status) Something\r\n"
        for via in request.fields("Via") { text += "Via: \(via)\r\n" }
        for route in request.fields("Record-Route") { text += "Record-Route: \(route)\r\n" }
        let to = request.field("To")!
        text += "From: \(request.field("From")!)\r\n"
        text += "To: \(to)\(to.contains(";tag=") || tag == nil ? "" : ";tag=\(tag!)")\r\n"
        text += "Call-ID: \(request.field("Call-ID")!)\r\nCSeq: \(request.field("CSeq")!)\r\n"
        if let contact, status > 100, status < 300 { text += "Contact: <\(contact)>\r\n" }
        text += extra
        if !body.isEmpty { text += "Content-Type: application/sdp\r\n" }
        return text + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// The caller's request inside its dialog with us, whose tag and Contact `response` has told.
    static func callerRequest(
        _ method: String, in response: Sent, cseq: Int, branch: String, body: String = "", extra: String = ""
    ) -> String {
        request(
            method, uri: response.field("Contact").map { String($0.dropFirst().dropLast()) } ?? "sip:198.51.100.1",
            branch: branch, from: response.field("From")!, to: response.field("To")!,
            callID: response.field("Call-ID")!, cseq: cseq, body: body, extra: extra)
    }

    /// The callee's request inside its dialog with us, from the INVITE we sent it.
    static func calleeRequest(
        _ method: String, in invite: Sent, tag: String = "btag", cseq: Int, branch: String, body: String = "",
        extra: String = ""
    ) -> String {
        request(
            method, uri: String(invite.field("Contact")!.dropFirst().dropLast()), branch: branch,
            from: "\(invite.field("To")!);tag=\(tag)", to: invite.field("From")!, callID: invite.field("Call-ID")!,
            cseq: cseq, body: body, extra: extra, host: "192.0.2.2:5060")
    }
}
