import Timing

/// The client side of a request other than INVITE and ACK: RFC 3261 §17.1.2 figure 6.
public struct NonInviteClientTransaction: Hashable, Sendable {
    /// The states of the figure.
    @frozen public enum State: UInt8, Hashable, Sendable, CaseIterable {
        /// The request was sent; no response yet.
        case trying
        /// A provisional response came.
        case proceeding
        /// The final response came; its retransmissions are absorbed.
        case completed
        /// Nothing more happens.
        case terminated
    }

    /// The inputs of the figure.
    @frozen public enum Event: Hashable, Sendable, CaseIterable {
        /// A 1xx response was received.
        case provisional
        /// A 200–699 response was received.
        case final
        /// Timer E fired.
        case timerE
        /// Timer F fired.
        case timerF
        /// Timer K fired.
        case timerK
        /// The request couldn't be sent.
        case transportError
    }

    /// Where in the figure the transaction is.
    public private(set) var state = State.trying
    private let isReliable: Bool
    private var interval: TimeInterval

    /// Begins in trying: the request is sent.
    public init(isReliable: Bool, timers: TimerValues, effects: inout TransactionEffects) {
        self.isReliable = isReliable
        interval = timers.e
        effects.append(.transmit)
        if !isReliable { effects.append(.start(.e, after: interval)) }
        effects.append(.start(.f, after: timers.f))
    }

    /// Takes one input; what is to be done is appended to `effects`.
    public mutating func handle(_ event: Event, timers: TimerValues, effects: inout TransactionEffects) {
        switch (state, event) {
        // Trying
        case (.trying, .timerE):
            interval = timers.backOff(interval)
            effects.append(.retransmit)
            effects.append(.start(.e, after: interval))
        case (.trying, .provisional):
            state = .proceeding
            effects.append(.deliver)

        // Proceeding
        case (.proceeding, .timerE):
            effects.append(.retransmit)
            effects.append(.start(.e, after: timers.t2))
        case (.proceeding, .provisional):
            effects.append(.deliver)

        // Trying and proceeding alike
        case (.trying, .timerF), (.proceeding, .timerF):
            effects.append(.reportTimeout)
            terminate(&effects)
        case (.trying, .transportError), (.proceeding, .transportError):
            effects.append(.reportTransportError)
            terminate(&effects)
        case (.trying, .final), (.proceeding, .final):
            effects.append(.stop(.e))
            effects.append(.deliver)
            if isReliable {
                terminate(&effects)  // timer K is zero
            } else {
                state = .completed
                effects.append(.start(.k, after: timers.k))
            }

        // Completed
        case (.completed, .timerK):
            terminate(&effects)

        // No arrow in the figure
        case (.trying, .timerK), (.proceeding, .timerK),
            (.completed, .provisional), (.completed, .final), (.completed, .timerE), (.completed, .timerF),
            (.completed, .transportError),
            (.terminated, _):
            break
        }
    }

    private mutating func terminate(_ effects: inout TransactionEffects) {
        state = .terminated
        effects.append(.terminate)
    }
}
