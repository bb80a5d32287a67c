import Timing

/// The life of one registration of ours at a peer's registrar (RFC 3261 §10.2): begun, refreshed in time, tried again after
/// failures, and taken back at the end.
///
/// A machine without I/O: its owner sends a REGISTER when told, reports what came of it, and calls `fire` at `deadline`.
struct RegistrationMachine: Sendable {
    /// What is known about the registration.
    enum State: Sendable, Equatable {
        /// No answer came yet.
        case trying
        /// The binding holds until then, unless it is refreshed.
        case registered(until: Timestamp)
        /// It was refused, or nobody has answered; no binding holds.
        case failed
        /// It was taken back.
        case ended
    }

    /// What the owner has to do after an input.
    enum Effect: Sendable, Equatable {
        /// Send a REGISTER that asks for so many seconds, to the server with this number. 0 takes the binding back.
        case send(expires: UInt32, server: Int)
        /// The state has changed.
        case changed(State)
    }

    /// What is waited for.
    private enum Step: Sendable {
        /// The time of the next REGISTER.
        case pause
        /// A response.
        case response
        /// The response to the REGISTER that takes the binding back.
        case farewell
    }

    /// The shortest and the longest pause after a failure, in seconds (RFC 5626 §4.5).
    static let retryLeast: UInt64 = 30
    static let retryMost: UInt64 = 1800
    /// The longest interval that a registrar may demand with 423, in seconds: one week.
    static let expiresMost: UInt32 = 604_800

    private(set) var state = State.trying
    /// When `fire` has to be called; nil while a response is waited for.
    private(set) var deadline: Timestamp?
    /// Failures since the last success.
    private(set) var failures = 0
    /// The server that is asked.
    private(set) var server = 0

    /// Whether the binding is being taken back.
    var isLeaving: Bool { if case .farewell = step { true } else { false } }

    private let servers: Int
    private let wanted: UInt32
    /// What is asked for: more than `wanted` where a registrar takes nothing less.
    private var asked: UInt32
    private var step = Step.pause
    /// Servers that have not answered since the last pause.
    private var silent = 0
    private var hasBinding = false

    /// A registration that begins at once.
    ///
    /// - Parameters:
    ///   - expires: For how many seconds a binding is wanted.
    ///   - servers: How many servers can be asked, one after another; at least one.
    init(expires: UInt32, servers: Int, at now: Timestamp) {
        wanted = expires
        asked = expires
        self.servers = max(servers, 1)
        deadline = now
    }

    /// The time of the next REGISTER has come, or that of a binding is over.
    mutating func fire(at now: Timestamp) -> [Effect] {
        guard let due = deadline, due <= now, state != .ended else { return [] }
        return ask(at: now)
    }

    private mutating func ask(at now: Timestamp) -> [Effect] {
        deadline = nil
        step = .response
        return expiry(at: now) + [.send(expires: asked, server: server)]
    }

    /// A final response other than a challenge that was answered.
    ///
    /// - Parameters:
    ///   - granted: For how many seconds the binding holds, of a 2xx.
    ///   - least: Min-Expires of a 423; 0 for none.
    ///   - pause: Retry-After in seconds; 0 for none.
    ///   - random: Spreads the pauses of many registrations.
    mutating func answered(
        _ status: UInt16, granted: UInt32, least: UInt32 = 0, pause: UInt64 = 0, random: UInt64, at now: Timestamp
    ) -> [Effect] {
        if case .farewell = step { return end() }
        guard case .response = step else { return [] }
        if status / 100 == 2, granted > 0 { return succeeded(granted, at: now) }
        if status == 423, least > asked, least <= Self.expiresMost {
            asked = least
            return ask(at: now)
        }
        // Who is overloaded or broken may have a neighbour that isn't.
        if status >= 500, status < 600, let effects = askNext(at: now) { return effects }
        hasBinding = hasBinding && status >= 500
        return failed(pause, random, at: now)
    }

    /// A REGISTER got no response, or could not be sent.
    mutating func lost(random: UInt64, at now: Timestamp) -> [Effect] {
        if case .farewell = step { return end() }
        guard case .response = step else { return [] }
        return askNext(at: now) ?? failed(0, random, at: now)
    }

    /// Takes the binding back.
    mutating func stop(at now: Timestamp) -> [Effect] {
        guard state != .ended else { return [] }
        if case .farewell = step { return [] }
        deadline = nil
        // One that is under way may yet succeed, so it is taken back as well.
        let mayBeBound: Bool =
            switch step {
            case .response: true
            default: hasBinding
            }
        guard mayBeBound else { return end() }
        step = .farewell
        return [.send(expires: 0, server: server)]
    }

    // MARK: Inside

    private mutating func succeeded(_ granted: UInt32, at now: Timestamp) -> [Effect] {
        step = .pause
        failures = 0
        silent = 0
        asked = max(wanted, min(asked, Self.expiresMost))
        hasBinding = true
        let until = now + .seconds(UInt64(granted))
        deadline = now + .milliseconds(Self.refresh(granted))
        let isNew: Bool = if case .registered = state { false } else { true }
        state = .registered(until: until)
        return isNew ? [.changed(state)] : []
    }

    /// After how many milliseconds a binding of so many seconds is refreshed: ten minutes before its end, or at half of it.
    static func refresh(_ granted: UInt32) -> UInt64 {
        granted > 1200 ? UInt64(granted - 600) * 1000 : UInt64(granted) * 500
    }

    /// Asks the next server, unless all were asked since the last pause.
    private mutating func askNext(at now: Timestamp) -> [Effect]? {
        silent += 1
        server = (server + 1) % servers
        return silent < servers ? ask(at: now) : nil
    }

    private mutating func failed(_ pause: UInt64, _ random: UInt64, at now: Timestamp) -> [Effect] {
        step = .pause
        silent = 0
        failures += 1
        let most = min(Self.retryMost, Self.retryLeast << UInt64(min(failures, 10) - 1))
        // Between half and all of it (RFC 5626 §4.5).
        let wait = max(most * 500 + random % (most * 500 + 1), min(pause, 3 * Self.retryMost) * 1000)
        deadline = now + .milliseconds(wait)
        var effects = expiry(at: now)
        if !hasBinding, state != .failed {
            state = .failed
            effects.append(.changed(.failed))
        }
        // The end of a binding that still holds is told when it comes.
        if hasBinding, case .registered(let until) = state, let next = deadline, until < next { deadline = until }
        return effects
    }

    /// A binding that has run out holds no more.
    private mutating func expiry(at now: Timestamp) -> [Effect] {
        guard case .registered(let until) = state, until <= now else { return [] }
        hasBinding = false
        state = .failed
        return [.changed(.failed)]
    }

    private mutating func end() -> [Effect] {
        deadline = nil
        step = .pause
        state = .ended
        hasBinding = false
        return [.changed(.ended)]
    }
}
