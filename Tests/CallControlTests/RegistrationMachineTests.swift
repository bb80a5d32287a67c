import Testing
import Timing

@testable import CallControl

@Suite("The life of a registration (RFC 3261 §10.2)")
struct RegistrationMachineTests {
    private let start = Timestamp(nanoseconds: 1_000_000_000)

    private func after(_ seconds: UInt64) -> Timestamp { start + .seconds(seconds) }

    private func registered(servers: Int = 1, granted: UInt32 = 3600) -> RegistrationMachine {
        var machine = RegistrationMachine(expires: 3600, servers: servers, at: start)
        #expect(machine.fire(at: start) == [.send(expires: 3600, server: 0)])
        let effects = machine.answered(200, granted: granted, random: 0, at: start)
        #expect(effects == [.changed(.registered(until: after(UInt64(granted))))])
        return machine
    }

    @Test(
        "F72 in part: a binding is refreshed ten minutes before its end, a short one at half of it",
        arguments: [(3600, 3_000_000), (1201, 601_000), (1200, 600_000), (60, 30_000), (1, 500)])
    func refresh(granted: UInt32, milliseconds: UInt64) {
        var machine = registered(granted: granted)
        #expect(machine.deadline == start + .milliseconds(milliseconds))
        let due = start + .milliseconds(milliseconds)
        #expect(machine.fire(at: due) == [.send(expires: 3600, server: 0)])
        #expect(machine.deadline == nil)
        #expect(machine.answered(200, granted: granted, random: 0, at: due).isEmpty, "nothing new to tell")
        #expect(machine.state == .registered(until: due + .seconds(UInt64(granted))))
    }

    @Test("F72 in part: 423 raises what is asked for, at once and for good")
    func tooBrief() {
        var machine = RegistrationMachine(expires: 60, servers: 1, at: start)
        _ = machine.fire(at: start)
        let effects = machine.answered(423, granted: 0, least: 1800, random: 0, at: start)
        #expect(effects == [.send(expires: 1800, server: 0)])
        _ = machine.answered(200, granted: 1800, random: 0, at: start)
        #expect(machine.fire(at: after(1200)) == [.send(expires: 1800, server: 0)])
    }

    @Test("423 that demands nothing more, or too much, is a failure", arguments: [0, 60, 700_000])
    func senseless(least: UInt32) {
        var machine = RegistrationMachine(expires: 60, servers: 1, at: start)
        _ = machine.fire(at: start)
        #expect(machine.answered(423, granted: 0, least: least, random: 0, at: start) == [.changed(.failed)])
    }

    @Test("F72 in part: a server that doesn't answer or is broken: the next is asked at once, then there is a pause")
    func nextServer() {
        var machine = RegistrationMachine(expires: 3600, servers: 3, at: start)
        _ = machine.fire(at: start)
        #expect(machine.lost(random: 0, at: start) == [.send(expires: 3600, server: 1)])
        #expect(machine.answered(503, granted: 0, random: 0, at: start) == [.send(expires: 3600, server: 2)])
        #expect(machine.lost(random: 0, at: start) == [.changed(.failed)])
        #expect(machine.deadline == after(15))
        #expect(machine.fire(at: after(15)) == [.send(expires: 3600, server: 0)])
    }

    @Test("The pause doubles up to half an hour, spread by chance over its second half (RFC 5626 §4.5)")
    func pauses() {
        var machine = RegistrationMachine(expires: 3600, servers: 1, at: start)
        var now = start
        var least: [UInt64] = []
        for _ in 0..<9 {
            _ = machine.fire(at: now)
            _ = machine.answered(403, granted: 0, random: 0, at: now)
            least.append((machine.deadline.map { $0 - now }?.nanoseconds ?? 0) / 1_000_000_000)
            now = machine.deadline ?? now
        }
        #expect(least == [15, 30, 60, 120, 240, 480, 900, 900, 900])
        _ = machine.fire(at: now)
        _ = machine.answered(403, granted: 0, random: .max - 1, at: now)
        let pause = machine.deadline.map { $0 - now } ?? .seconds(0)
        #expect(pause >= .seconds(900) && pause <= .seconds(1800))
    }

    @Test("Retry-After is kept to")
    func retryAfter() {
        var machine = RegistrationMachine(expires: 3600, servers: 1, at: start)
        _ = machine.fire(at: start)
        _ = machine.answered(503, granted: 0, pause: 120, random: 0, at: start)
        #expect(machine.deadline == after(120))
    }

    @Test("A failed refresh takes nothing away while the binding holds; its end is told when it comes")
    func holdsOn() {
        var machine = registered(granted: 1200)
        _ = machine.fire(at: after(600))
        #expect(machine.lost(random: 0, at: after(632)).isEmpty)
        #expect(machine.state == .registered(until: after(1200)))
        var told: [RegistrationMachine.Effect] = []
        while told.isEmpty, let deadline = machine.deadline {
            told = machine.fire(at: deadline).filter { $0 != .send(expires: 3600, server: 0) }
            _ = machine.lost(random: 0, at: deadline + .seconds(32))
        }
        #expect(told == [.changed(.failed)])
    }

    @Test("F72 in part: a registration is taken back once, also while one is under way")
    func farewell() {
        var machine = registered()
        #expect(machine.stop(at: after(10)) == [.send(expires: 0, server: 0)])
        #expect(machine.stop(at: after(10)).isEmpty)
        #expect(machine.answered(200, granted: 0, random: 0, at: after(11)) == [.changed(.ended)])
        #expect(machine.deadline == nil)

        var fresh = RegistrationMachine(expires: 3600, servers: 1, at: start)
        _ = fresh.fire(at: start)
        #expect(fresh.stop(at: start) == [.send(expires: 0, server: 0)])
        #expect(fresh.lost(random: 0, at: after(32)) == [.changed(.ended)])
    }

    @Test("Nothing is taken back that was refused")
    func nothingToTakeBack() {
        var machine = RegistrationMachine(expires: 3600, servers: 1, at: start)
        _ = machine.fire(at: start)
        _ = machine.answered(403, granted: 0, random: 0, at: start)
        #expect(machine.stop(at: start) == [.changed(.ended)])
    }
}
