import Supervisor
import Testing
import Timing

@Suite("Supervision")
struct SupervisionTests {
    /// Some time after the origin.
    private static func at(_ milliseconds: UInt64) -> Timestamp {
        Timestamp(nanoseconds: 1_000_000_000 + milliseconds * 1_000_000)
    }

    /// Both processes serve since second 0.
    private func serving() -> Supervision {
        var supervision = Supervision()
        _ = supervision.begin(now: Self.at(0))
        _ = supervision.serves(.relay, now: Self.at(0))
        _ = supervision.serves(.signalling, now: Self.at(0))
        return supervision
    }

    @Test("Signalling starts when the relay serves, and readiness is announced once, when both do")
    func order() {
        var supervision = Supervision()
        #expect(supervision.begin(now: Self.at(0)) == [.start(.relay)])
        #expect(supervision.serves(.relay, now: Self.at(10)) == [.start(.signalling)])
        #expect(supervision.serves(.signalling, now: Self.at(20)) == [.announce])
        #expect(supervision.serves(.signalling, now: Self.at(30)) == [])
        #expect(supervision.nextDeadline == nil && supervision.isServing(.relay) && supervision.isServing(.signalling))
    }

    @Test("A process that ends before it ever served ends everything, with its code", arguments: ProcessRole.allCases)
    func failure(role: ProcessRole) {
        var supervision = Supervision()
        _ = supervision.begin(now: Self.at(0))
        if role == .signalling { _ = supervision.serves(.relay, now: Self.at(1)) }
        let actions = supervision.ended(role, .exit(2), now: Self.at(2))
        #expect(actions.first == .report(.failed(role, .exit(2))))
        if role == .relay {
            #expect(actions.last == .finish(code: 2))
        } else {
            #expect(actions.last == .ask(.relay))
            #expect(supervision.ended(.relay, .exit(0), now: Self.at(3)) == [.finish(code: 2)])
        }
    }

    @Test(
        "A first start that ends by a signal, or with code 0 and without having served, is code 1",
        arguments: [ProcessEnding.signal(11), .exit(0)])
    func oddFailure(ending: ProcessEnding) {
        var supervision = Supervision()
        _ = supervision.begin(now: Self.at(0))
        #expect(supervision.ended(.relay, ending, now: Self.at(1)).last == .finish(code: 1))
    }

    @Test("A process that served is started again, and the other is left alone", arguments: ProcessRole.allCases)
    func restart(role: ProcessRole) {
        var supervision = serving()
        let other: ProcessRole = role == .relay ? .signalling : .relay
        #expect(
            supervision.ended(role, .signal(9), now: Self.at(500))
                == [.report(.restarts(role, .signal(9), after: Supervision.firstPause))])
        #expect(supervision.isServing(other) && !supervision.isServing(role))
        #expect(supervision.nextDeadline == Self.at(520))
        #expect(supervision.advance(to: Self.at(519)) == [])
        #expect(supervision.advance(to: Self.at(520)) == [.start(role)])
        #expect(supervision.serves(role, now: Self.at(570)) == [])
        #expect(supervision.isServing(role))
    }

    @Test("The pause doubles up to 10 s while the process doesn't last, and begins anew after a minute of life")
    func pauses() {
        var supervision = serving()
        var now: UInt64 = 0
        var seen: [UInt64] = []
        func fail(after life: UInt64) {
            now += life
            for action in supervision.ended(.signalling, .exit(1), now: Self.at(now)) {
                if case .report(.restarts(_, _, let pause)) = action { seen.append(pause.wholeMilliseconds) }
            }
            now = ((supervision.nextDeadline ?? Self.at(now)).nanoseconds - 1_000_000_000) / 1_000_000
            #expect(supervision.advance(to: Self.at(now)) == [.start(.signalling)])
        }
        for _ in 0..<11 { fail(after: 20) }
        #expect(seen == [20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 10_000, 10_000])
        _ = supervision.serves(.signalling, now: Self.at(now))
        fail(after: 59_999)
        _ = supervision.serves(.signalling, now: Self.at(now))
        fail(after: 60_000)
        #expect(seen.suffix(2) == [10_000, 20])
    }

    @Test("Without a relay of its own there is signalling alone, from the start to the end")
    func alone() {
        var supervision = Supervision(hasRelay: false)
        #expect(supervision.begin(now: Self.at(0)) == [.start(.signalling)])
        #expect(supervision.serves(.signalling, now: Self.at(1)) == [.announce])
        #expect(
            supervision.ended(.signalling, .signal(9), now: Self.at(2))
                == [.report(.restarts(.signalling, .signal(9), after: Supervision.firstPause))])
        #expect(supervision.advance(to: Self.at(22)) == [.start(.signalling)])
        #expect(supervision.stop(now: Self.at(23)) == [.ask(.signalling)])
        #expect(supervision.ended(.signalling, .exit(0), now: Self.at(24)) == [.finish(code: 0)])
    }

    @Test("To stop, signalling ends before the relay, and the code is 0")
    func stop() {
        var supervision = serving()
        #expect(supervision.stop(now: Self.at(0)) == [.ask(.signalling)])
        #expect(supervision.stop(now: Self.at(1)) == [.ask(.signalling)])
        #expect(supervision.ended(.signalling, .exit(0), now: Self.at(2)) == [.ask(.relay)])
        #expect(supervision.ended(.relay, .exit(0), now: Self.at(3)) == [.finish(code: 0)])
    }

    @Test("A process that waits to be started again isn't waited for")
    func stopWhilePausing() {
        var supervision = serving()
        _ = supervision.ended(.signalling, .signal(6), now: Self.at(0))
        #expect(supervision.stop(now: Self.at(1)) == [.ask(.relay)])
        #expect(supervision.ended(.relay, .exit(0), now: Self.at(2)) == [.finish(code: 0)])
        #expect(supervision.nextDeadline == nil)
    }

    @Test("What doesn't end within 10 s is killed, and the code says so")
    func stubborn() {
        var supervision = serving()
        _ = supervision.stop(now: Self.at(0))
        #expect(supervision.nextDeadline == Self.at(10_000))
        #expect(
            supervision.advance(to: Self.at(10_000)) == [.report(.neverEnded(.signalling)), .kill(.signalling)])
        #expect(
            supervision.ended(.signalling, .signal(9), now: Self.at(10_001))
                == [.report(.ended(.signalling, .signal(9))), .ask(.relay)])
        #expect(supervision.ended(.relay, .exit(0), now: Self.at(10_002)) == [.finish(code: 1)])
    }

    @Test("What doesn't serve within a minute is killed, and started again if it ever has served")
    func stuck() {
        var supervision = serving()
        _ = supervision.ended(.relay, .signal(9), now: Self.at(0))
        _ = supervision.advance(to: Self.at(100))
        #expect(supervision.advance(to: Self.at(60_099)) == [])
        #expect(supervision.advance(to: Self.at(60_100)) == [.report(.neverServed(.relay)), .kill(.relay)])
        #expect(supervision.nextDeadline == nil)
        #expect(
            supervision.ended(.relay, .signal(9), now: Self.at(60_101))
                == [.report(.restarts(.relay, .signal(9), after: Supervision.firstPause))])
    }

    @Test(
        "Whatever ends in whatever order, a stop comes to an end, and nothing is started after it", arguments: 0..<200)
    func anyOrder(seed: UInt64) {
        var random = SplitMix(state: seed)
        var supervision = Supervision()
        var (now, running, isStopping, finishes) = (UInt64(0), Set<ProcessRole>(), false, 0)
        func carryOut(_ actions: [Supervision.Action]) {
            for action in actions {
                switch action {
                case .start(let role):
                    #expect(!isStopping && finishes == 0 && running.insert(role).inserted)
                case .ask(let role), .kill(let role): #expect(running.contains(role))
                case .finish:
                    finishes += 1
                    #expect(running.isEmpty)
                case .announce, .report: break
                }
            }
        }
        carryOut(supervision.begin(now: Self.at(now)))
        let end = Int.random(in: 1..<80, using: &random)
        for step in 0..<200 where finishes == 0 {
            now += UInt64.random(in: 0..<3_000, using: &random)
            carryOut(supervision.advance(to: Self.at(now)))
            if step == end {
                isStopping = true
                carryOut(supervision.stop(now: Self.at(now)))
            }
            let role = ProcessRole.allCases.randomElement(using: &random) ?? .relay
            switch Int.random(in: 0..<3, using: &random) {
            case 0: if running.contains(role) { carryOut(supervision.serves(role, now: Self.at(now))) }
            case 1:
                let ending = ProcessEnding.signal(Int32.random(in: 1..<16, using: &random))
                if running.remove(role) != nil { carryOut(supervision.ended(role, ending, now: Self.at(now))) }
            default: break
            }
            if supervision.isStopping { isStopping = true }
        }
        #expect(finishes == 1)
    }
}

/// Repeatable random numbers.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
