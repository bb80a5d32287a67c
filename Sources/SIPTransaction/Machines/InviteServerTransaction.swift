import Timing

/// The server side of an INVITE: RFC 3261 §17.2.1 figure 7 as replaced by RFC 6026 figure 1.
public struct InviteServerTransaction: Hashable, Sendable {
    /// The states of the figure.
    @frozen public enum State: UInt8, Hashable, Sendable, CaseIterable {
        /// No final response yet.
        case proceeding
        /// A 2xx was sent; the user sends it again until its ACK comes, which is passed on. RFC 6026.
        case accepted
        /// A failure response was sent; it is sent again until the ACK comes.
        case completed
        /// The ACK came; its retransmissions are absorbed.
        case confirmed
        /// Nothing more happens.
        case terminated
    }

    /// The inputs of the figure.
    @frozen public enum Event: Hashable, Sendable, CaseIterable {
        /// The INVITE was received again.
        case request
        /// The ACK was received.
        case ack
        /// The user gives a 101–199 response (or 100 itself).
        case provisional
        /// The user gives a 2xx response.
        case success
        /// The user gives a 300–699 response.
        case failure
        /// The 100 Trying timer fired.
        case tryingTimer
        /// Timer G fired.
        case timerG
        /// Timer H fired.
        case timerH
        /// Timer I fired.
        case timerI
        /// Timer L fired.
        case timerL
        /// The response couldn't be sent.
        case transportError
    }

    /// Where in the figure the transaction is.
    public private(set) var state = State.proceeding
    private let isReliable: Bool
    private var hasResponded: Bool
    private var interval: TimeInterval

    /// Begins in proceeding: the INVITE is passed to the user, and answered with 100 Trying at once or when the user
    /// hasn't answered within `timers.inviteTrying`.
    public init(isReliable: Bool, timers: TimerValues, effects: inout TransactionEffects) {
        self.isReliable = isReliable
        interval = timers.g
        hasResponded = timers.inviteTrying.nanoseconds == 0
        effects.append(hasResponded ? .transmitTrying : .start(.trying, after: timers.inviteTrying))
        effects.append(.deliver)
    }

    /// Takes one input; what is to be done is appended to `effects`. An input without an arrow in the figure is
    /// absorbed, or discarded when it comes from the user.
    public mutating func handle(_ event: Event, timers: TimerValues, effects: inout TransactionEffects) {
        switch state {
        case .proceeding: handleProceeding(event, timers, &effects)
        case .accepted: handleAccepted(event, &effects)
        case .completed: handleCompleted(event, timers, &effects)
        case .confirmed: if event == .timerI { terminate(&effects) }
        case .terminated: break
        }
    }

    private mutating func handleProceeding(
        _ event: Event, _ timers: TimerValues, _ effects: inout TransactionEffects
    ) {
        switch event {
        case .request:
            effects.append(hasResponded ? .retransmit : .transmitTrying)
            if !hasResponded { effects.append(.stop(.trying)) }
            hasResponded = true
        case .tryingTimer:
            hasResponded = true
            effects.append(.transmitTrying)
        case .provisional:
            hasResponded = true
            effects.append(.stop(.trying))
            effects.append(.transmit)
        case .success:
            state = .accepted
            effects.append(.stop(.trying))
            effects.append(.transmit)
            effects.append(.start(.l, after: timers.l))
        case .failure:
            state = .completed
            effects.append(.stop(.trying))
            effects.append(.transmit)
            if !isReliable { effects.append(.start(.g, after: interval)) }
            effects.append(.start(.h, after: timers.h))
        case .transportError:
            effects.append(.reportTransportError)  // RFC 6026: stays, the user may have another way
        case .ack, .timerG, .timerH, .timerI, .timerL: break
        }
    }

    private mutating func handleAccepted(_ event: Event, _ effects: inout TransactionEffects) {
        switch event {
        case .ack: effects.append(.deliver)
        case .success: effects.append(.transmit)
        case .transportError: effects.append(.reportTransportError)
        case .timerL: terminate(&effects)
        case .request, .provisional, .failure, .tryingTimer, .timerG, .timerH, .timerI: break
        }
    }

    private mutating func handleCompleted(
        _ event: Event, _ timers: TimerValues, _ effects: inout TransactionEffects
    ) {
        switch event {
        case .request:
            effects.append(.retransmit)
        case .timerG:
            interval = timers.backOff(interval)
            effects.append(.retransmit)
            effects.append(.start(.g, after: interval))
        case .ack:
            confirm(timers, &effects)
        case .timerH:
            effects.append(.reportTimeout)
            terminate(&effects)
        case .transportError:
            effects.append(.reportTransportError)
            terminate(&effects)
        case .provisional, .success, .failure, .tryingTimer, .timerI, .timerL: break
        }
    }

    private mutating func confirm(_ timers: TimerValues, _ effects: inout TransactionEffects) {
        if isReliable {
            terminate(&effects)  // timer I is zero
        } else {
            state = .confirmed
            effects.append(.stop(.g))
            effects.append(.start(.i, after: timers.i))
        }
    }

    private mutating func terminate(_ effects: inout TransactionEffects) {
        state = .terminated
        effects.append(.terminate)
    }
}
