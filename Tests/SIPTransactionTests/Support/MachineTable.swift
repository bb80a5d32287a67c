import Timing

@testable import SIPTransaction

/// A machine of RFC 3261 §17 as the table tests see it.
protocol TestedMachine: Equatable {
    associatedtype Event: Hashable & CaseIterable & Sendable
    associatedtype State: Hashable & CaseIterable & Sendable
    var state: State { get }
    init(isReliable: Bool, timers: TimerValues, effects: inout TransactionEffects)
    mutating func handle(_ event: Event, timers: TimerValues, effects: inout TransactionEffects)
}

extension InviteClientTransaction: TestedMachine {}
extension NonInviteClientTransaction: TestedMachine {}
extension InviteServerTransaction: TestedMachine {}
extension NonInviteServerTransaction: TestedMachine {}

extension TestedMachine {
    /// The machine after some events, their effects forgotten.
    init(isReliable: Bool = false, after events: [Event], timers: TimerValues = TimerValues()) {
        var effects = TransactionEffects()
        self.init(isReliable: isReliable, timers: timers, effects: &effects)
        for event in events { _ = take(event, timers: timers) }
    }

    /// The effects of one event.
    mutating func take(_ event: Event, timers: TimerValues = TimerValues()) -> [TransactionEffect] {
        var effects = TransactionEffects()
        handle(event, timers: timers, effects: &effects)
        return effects.array
    }

    /// The effects of the beginning.
    static func beginning(isReliable: Bool, timers: TimerValues = TimerValues()) -> [TransactionEffect] {
        var effects = TransactionEffects()
        _ = Self(isReliable: isReliable, timers: timers, effects: &effects)
        return effects.array
    }
}

/// An arrow of a figure: after `path` the machine takes `event`, goes to `state` and asks for `effects`.
struct Arrow<Machine: TestedMachine>: CustomStringConvertible, Sendable {
    let path: [Machine.Event]
    let event: Machine.Event
    let state: Machine.State
    let effects: [TransactionEffect]
    var isReliable = false

    init(
        _ path: [Machine.Event], _ event: Machine.Event, _ state: Machine.State, _ effects: [TransactionEffect],
        isReliable: Bool = false
    ) {
        self.path = path
        self.event = event
        self.state = state
        self.effects = effects
        self.isReliable = isReliable
    }

    var description: String { "\(path) + \(event) -> \(state)\(isReliable ? " (reliable)" : "")" }

    /// What is wrong with the machine's arrow, if anything.
    func problem() -> String? {
        var machine = Machine(isReliable: isReliable, after: path)
        let found = machine.take(event)
        if machine.state != state { return "\(self): went to \(machine.state)" }
        return found == effects ? nil : "\(self): \(found) instead of \(effects)"
    }
}

/// All pairs of a state and an event that no arrow names: they must do nothing. `paths` leads to each state.
func unlistedPairsThatAct<Machine: TestedMachine>(
    _ arrows: [Arrow<Machine>], paths: [Machine.State: [Machine.Event]]
) -> [String] {
    var problems: [String] = []
    for state in Machine.State.allCases {
        guard let path = paths[state] else {
            problems.append("no path to \(state)")
            continue
        }
        let origin = Machine(after: path)
        if origin.state != state { problems.append("\(path) leads to \(origin.state), not to \(state)") }
        for event in Machine.Event.allCases {
            let isListed = arrows.contains {
                Machine(isReliable: $0.isReliable, after: $0.path).state == state && $0.event == event
            }
            var machine = origin
            let effects = machine.take(event)
            if !isListed, !effects.isEmpty || machine != origin {
                problems.append("\(state) + \(event) did \(effects)")
            }
        }
    }
    return problems
}
