import CallControl
import SIPTransaction
import TandemKit
import Timing

/// Whatever comes, in whatever order: all calls end, nothing of them is left, and what is sent is SIP.
enum CallFuzz {
    static func check(_ bytes: UnsafeRawBufferPointer) -> String? {
        let play = CallPlay(FuzzInput(bytes.prefix(4_096)))
        return play.run()
    }
}

/// Sends every call to `out` and then to `out2`.
private struct FuzzRouter: Router {
    init(settings: NoSettings) {}
    init() {}

    func route(_ query: RouteQuery, log: inout DecisionLog) -> RouteDecision {
        .trunks([TrunkChoice(trunk: "out"), TrunkChoice(trunk: "out2")])
    }
}

private struct FuzzGateway: GatewayAdapter {
    var profile = GatewayProfile()
    init(settings: NoSettings) {}
    init(_ profile: GatewayProfile) { self.profile = profile }
}

private struct FuzzMatcher: TrunkMatcher {
    var unknownSource: UnknownSourceAnswer
    static let names = ["in", "out", "out2"]

    func trunk(for flow: Flow) -> Int? { Int(flow.listener) < Self.names.count ? Int(flow.listener) : nil }
    func trunk(named name: String) -> Int? { Self.names.firstIndex(of: name) }
}

private final class CallPlay {
    private var input: FuzzInput
    private let configuration: EngineConfiguration
    private var engine: CallEngine
    private var now = Timestamp(nanoseconds: 1_000_000_000)
    private var lives: UInt64 = 1
    private let transports: [TransportProtocol]
    private var message = SIPMessage()
    private var sent: [FuzzSent] = []
    private var received: [(bytes: [UInt8], flow: Flow)] = []
    private var media: [(session: MediaSession, description: [UInt8])] = []
    private var fault: String?

    init(_ input: FuzzInput) {
        var habits = input
        let transports = (0..<3).map { _ in habits.flag() ? TransportProtocol.tcp : .udp }
        self.transports = transports
        let mode = habits.below(4) == 3 ? SignallingMode.proxy : .b2bua
        let shape = habits.byte()
        let router = RouterInstance.of(FuzzRouter(), named: "routes")
        let trunks = FuzzMatcher.names.enumerated().map { index, name in
            TrunkContext(
                index: index,
                facts: TrunkFacts(
                    name: name, advertisedHost: "198.51.100.\(index + 1)", advertisedPort: 5060,
                    transport: transports[index]),
                nextHop: Flow(
                    listener: UInt16(index), transport: transports[index],
                    remote: Endpoint(address: IPAddress(ipv4: 0xC000_0201 + UInt32(index)), port: 5060)),
                mode: mode, adapter: .of(FuzzGateway(Self.profile(&habits)), named: "g\(index)"), routers: [router],
                timers: CallTimers(maxCallDuration: .seconds(3_600)))
        }
        self.input = habits
        var configuration = EngineConfiguration(
            trunks: trunks, matcher: FuzzMatcher(unknownSource: shape & 2 == 0 ? .tarpit : .status(403)))
        configuration.relaysMedia = shape & 1 == 1
        self.configuration = configuration
        engine = Self.engine(configuration, life: 1, now: now)
        engine.keepsRecords = true
    }

    private static func profile(_ input: inout FuzzInput) -> GatewayProfile {
        let bits = input.byte()
        return GatewayProfile {
            $0.acceptsPRACK = bits & 1 == 0
            $0.acceptsUPDATE = bits & 2 == 0
            $0.acceptsDelayedOffer = bits & 4 == 0
            $0.acceptsREFER = bits & 8 == 0
            $0.acceptsReplaces = bits & 16 == 0
            $0.collapsesEarlyDialogs = bits & 32 == 0
            $0.sessionTimer = bits & 64 == 0 ? .answerOnly : .offered
        }
    }

    private static func engine(_ configuration: EngineConfiguration, life: UInt64, now: Timestamp) -> CallEngine {
        var timers = TimerValues()
        timers.inviteTrying = .milliseconds(0)
        return CallEngine(
            shard: 3, key: (life, 2), routeKey: (3, 4), configuration: configuration,
            sources: SourceRates(capacity: 64, key: (1, 2)), timers: timers, trace: TraceRing(capacity: 0), now: now)
    }

    func run() -> String? {
        var steps = 0
        while !input.isEmpty, fault == nil, steps < 300 {
            step()
            drain()
            steps += 1
        }
        finish()
        return fault
    }

    /// Nobody answers any more: everything has to come to its end by itself.
    private func finish() {
        for _ in 0..<10_000 where fault == nil {
            while !media.isEmpty { answerMedia(0, .unavailable("the end")) }
            guard let deadline = engine.nextDeadline else { break }
            now = max(now, deadline)
            engine.advance(to: now)
            drain()
        }
        guard fault == nil else { return }
        if engine.nextDeadline != nil { fault = "timers go on after the end" }
        if engine.callCount + engine.dialogCount + engine.timerCount + engine.layer.count > 0 {
            fault =
                "left: \(engine.callCount) calls, \(engine.dialogCount) dialogs, \(engine.timerCount) timers, "
                + "\(engine.layer.count) transactions"
        }
    }

    private func flow(_ peer: Int) -> Flow {
        Flow(
            listener: UInt16(peer), transport: peer < 3 ? transports[peer] : .udp,
            connection: peer < 3 && transports[peer].isReliable ? 7 : 0,
            remote: Endpoint(address: IPAddress(ipv4: 0xC000_0201 + UInt32(peer)), port: 5060))
    }

    private func step() {
        switch input.below(16) {
        case 0: receive(FuzzParties.request(&input, from: 0), on: flow(0))
        case 1:
            let peer = input.below(5)
            receive(FuzzParties.request(&input, from: peer), on: flow(peer))
        case 2, 3, 4:
            guard let (known, peer) = anySent(), known.isRequest else { return }
            receive(FuzzParties.response(&input, to: known, from: peer), on: flow(peer))
        case 5, 6, 7:
            guard let (known, peer) = anySent() else { return }
            receive(FuzzParties.requestInDialog(&input, known, from: peer), on: flow(peer))
        case 8:
            guard !received.isEmpty else { return }
            let (bytes, flow) = received[input.below(received.count)]
            receive(bytes, on: flow)
        case 9: receiveSpoiled()
        case 10, 11:
            wait(
                .milliseconds(UInt64(input.pick([1, 20, 100, 500, 1_500, 5_000, 10_000, 32_000, 100_000, 2_000_000]))))
        case 12:
            guard !sent.isEmpty else { return }
            let lost = sent[input.below(sent.count)]
            if input.flag() {
                engine.sendFailed(transaction: lost.transaction, because: "the fuzzer", at: now)
            } else {
                engine.sendFailed(on: lost.flow, because: "the fuzzer", at: now)
            }
        case 13:
            guard !media.isEmpty else { return }
            let place = input.below(media.count)
            let outcomes = [
                MediaOutcome.description(media[place].description), .unacceptable("no"), .unavailable("no"),
                .description(Array("v=1".utf8)),
            ]
            answerMedia(place, input.pick(outcomes))
        case 14:
            let numbers = engine.callNumbers
            guard !numbers.isEmpty else { return }
            engine.hangUp(numbers[input.below(numbers.count)], at: now)
        default: die()
        }
    }

    private func anySent() -> (SIPMessage, Int)? {
        guard !sent.isEmpty else { return nil }
        // Mostly one of the last.
        let item = sent[sent.count - 1 - input.below(min(sent.count, 8))]
        return item.message.map { ($0, Int(item.flow.listener)) }
    }

    private func receiveSpoiled() {
        guard !received.isEmpty else { return }
        var (bytes, flow) = received[input.below(received.count)]
        let place = Int(input.byte()) << 2 | input.below(4)
        let patch = input.chunk()
        guard place < bytes.count else { return }
        bytes.replaceSubrange(place..<min(bytes.count, place + input.below(16)), with: patch)
        receive(bytes, on: flow)
    }

    private func receive(_ bytes: [UInt8], on flow: Flow) {
        guard (try? message.receiveCopy(bytes)) != nil else { return }
        if received.count < 64 { received.append((bytes, flow)) }
        engine.receive(&message, on: flow, at: now)
    }

    private func answerMedia(_ place: Int, _ outcome: MediaOutcome) {
        let (session, _) = media.remove(at: place)
        engine.receive(outcome, for: session, at: now)
        drain()
    }

    private func wait(_ time: TimeInterval) {
        let end = now + time
        while let deadline = engine.nextDeadline, deadline <= end, fault == nil {
            now = max(now, deadline)
            engine.advance(to: now)
            drain()
        }
        now = end
    }

    /// The process is killed, and the next takes up what was written down.
    private func die() {
        var written: [CallNumber: [[UInt8]]] = [:]
        engine.rewriteRecords()
        engine.takeRecordChanges { change, number, payload in
            switch change {
            case .put: written[number] = [Array(payload)]
            case .add: written[number]?.append(Array(payload))
            case .remove: written[number] = nil
            }
        }
        let last = engine.lastNumber
        bury(engine)
        lives += 1
        engine = Self.engine(configuration, life: lives, now: now)
        engine.keepsRecords = true
        engine.resumeNumbers(after: last)
        media = []
        for (number, payloads) in written.sorted(by: { $0.key.raw < $1.key.raw }) {
            do {
                _ = engine.restore(try CallRecord(number, payloads), at: now)
            } catch {
                fault = "what was written down can't be read: \(error)"
            }
        }
    }

    /// A process that dies frees its memory; here the calls have to end for that, unheard.
    private func bury(_ engine: CallEngine) {
        var now = now
        for number in engine.callNumbers { engine.hangUp(number, at: now) }
        engine.output.removeAll()
        while true {
            for command in engine.takeMediaCommands() {
                engine.receive(MediaOutcome.unavailable("dead"), for: command.session, at: now)
            }
            for item in media { engine.receive(MediaOutcome.unavailable("dead"), for: item.session, at: now) }
            media = []
            guard let deadline = engine.nextDeadline else { return }
            now = max(now, deadline)
            engine.advance(to: now)
            engine.output.removeAll()
        }
    }

    private func drain() {
        let output = engine.output
        for index in 0..<output.count {
            let record = output[index]
            let item = FuzzSent(
                bytes: Array(output.bytes(of: record).buffer), flow: record.flow, transaction: record.transaction)
            if item.message == nil { fault = "sent what is no message: \(String(decoding: item.bytes, as: UTF8.self))" }
            if sent.count == 64 { sent.removeFirst() }
            sent.append(item)
        }
        output.removeAll()
        for command in engine.takeMediaCommands() {
            switch command.action {
            case .offer(_, let description), .answer(_, let description):
                media.append((command.session, description))
            case .rollback, .delete: break
            }
        }
        engine.takeRecordChanges { _, _, _ in }
    }
}
