import Testing
import Timing

@testable import SIPTransaction

/// Random inputs in virtual time. A machine must be ended by its own timers whatever the peer does, except while its
/// user has the word.
@Suite struct MachineInvariantTests {
    @Test("INVITE client", arguments: 0..<300)
    func inviteClient(_ seed: UInt64) {
        var run = RandomRun<InviteClientTransaction>(seed: seed)
        run.play([.provisional, .success, .failure, .cancelled, .transportError], mayWait: { $0 == .proceeding }) {
            switch $0 {
            case .a: .timerA
            case .b: .timerB
            case .d: .timerD
            case .m: .timerM
            case .cancel: .cancelTimer
            case .e, .f, .g, .h, .i, .j, .k, .l, .trying, .expiry: nil
            }
        }
        #expect(run.problem == nil)
    }

    @Test("non-INVITE client", arguments: 0..<300)
    func nonInviteClient(_ seed: UInt64) {
        var run = RandomRun<NonInviteClientTransaction>(seed: seed)
        run.play([.provisional, .final, .transportError], mayWait: { _ in false }) {
            switch $0 {
            case .e: .timerE
            case .f: .timerF
            case .k: .timerK
            case .a, .b, .d, .g, .h, .i, .j, .l, .m, .trying, .cancel, .expiry: nil
            }
        }
        #expect(run.problem == nil)
    }

    @Test("INVITE server", arguments: 0..<300)
    func inviteServer(_ seed: UInt64) {
        var run = RandomRun<InviteServerTransaction>(seed: seed)
        let events: [InviteServerTransaction.Event] = [
            .request, .ack, .provisional, .success, .failure, .transportError,
        ]
        run.play(events, mayWait: { $0 == .proceeding }) {
            switch $0 {
            case .trying: .tryingTimer
            case .g: .timerG
            case .h: .timerH
            case .i: .timerI
            case .l: .timerL
            case .a, .b, .d, .e, .f, .j, .k, .m, .cancel, .expiry: nil
            }
        }
        #expect(run.problem == nil)
    }

    @Test("non-INVITE server", arguments: 0..<300)
    func nonInviteServer(_ seed: UInt64) {
        var run = RandomRun<NonInviteServerTransaction>(seed: seed)
        run.play([.request, .provisional, .final, .transportError], mayWait: { _ in false }) {
            switch $0 {
            case .trying: .tryingTimer
            case .j: .timerJ
            case .expiry: .expiryTimer
            case .a, .b, .d, .e, .f, .g, .h, .i, .k, .l, .m, .cancel: nil
            }
        }
        #expect(run.problem == nil)
    }
}

/// One random run of a machine, with its timers.
private struct RandomRun<Machine: TestedMachine> {
    private var random: SplitMix
    private var machine: Machine
    private var now: UInt64 = 0
    private var retransmission: (timer: TransactionTimer, deadline: UInt64)?
    private var lifetime: (timer: TransactionTimer, deadline: UInt64)?
    private var hasEnded = false
    /// The first broken rule.
    private(set) var problem: String?

    init(seed: UInt64) {
        random = SplitMix(seed: seed)
        var effects = TransactionEffects()
        machine = Machine(isReliable: Bool.random(using: &random), timers: TimerValues(), effects: &effects)
        realize(effects.array)
    }

    mutating func play(
        _ events: [Machine.Event], mayWait: (Machine.State) -> Bool, event: (TransactionTimer) -> Machine.Event?
    ) {
        for _ in 0..<Int.random(in: 0..<12, using: &random) where !hasEnded {
            if Bool.random(using: &random) { fireNext(event) } else { take(events.randomElement(using: &random)!) }
        }
        for _ in 0..<60 where !hasEnded && (lifetime != nil || !mayWait(machine.state)) {
            guard lifetime != nil else { return fail("no timer ends \(machine.state)") }
            fireNext(event)
        }
        if !hasEnded, !mayWait(machine.state) { fail("never ended") }
        if hasEnded {
            let left = events.flatMap { machine.take($0) }
            if !left.isEmpty { fail("did \(left) after its end") }
        }
    }

    private mutating func fireNext(_ event: (TransactionTimer) -> Machine.Event?) {
        let candidates = [retransmission, lifetime].compactMap { $0 }
        guard let next = candidates.min(by: { $0.deadline < $1.deadline }) else { return }
        now = next.deadline
        if next.timer.isRetransmission { retransmission = nil } else { lifetime = nil }
        guard let event = event(next.timer) else { return fail("started timer \(next.timer)") }
        take(event)
    }

    private mutating func take(_ event: Machine.Event) { realize(machine.take(event)) }

    private mutating func realize(_ effects: [TransactionEffect]) {
        for effect in effects {
            if hasEnded { fail("did \(effect) after its end") }
            switch effect {
            case .start(let timer, let interval):
                if interval.nanoseconds == 0 { fail("started \(timer) with zero") }
                let running = (timer: timer, deadline: now + interval.nanoseconds)
                if timer.isRetransmission { retransmission = running } else { lifetime = running }
            case .stop(let timer):
                if timer.isRetransmission { retransmission = nil } else { lifetime = nil }
            case .terminate: hasEnded = true
            case .transmit, .retransmit, .transmitTrying, .transmitACK, .deliver, .reportTimeout,
                .reportTransportError:
                break
            }
        }
    }

    private mutating func fail(_ text: String) { problem = problem ?? text }
}
