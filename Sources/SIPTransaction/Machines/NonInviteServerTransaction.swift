/// The server side of a request other than INVITE and ACK: RFC 3261 §17.2.2 figure 8 with the changes of RFC 4320.
public struct NonInviteServerTransaction: Hashable, Sendable {
    /// The states of the figure.
    @frozen public enum State: UInt8, Hashable, Sendable, CaseIterable {
        /// No response yet.
        case trying
        /// A provisional response was sent.
        case proceeding
        /// The final response was sent; it is sent again for each retransmission of the request.
        case completed
        /// Nothing more happens.
        case terminated
    }

    /// The inputs of the figure.
    @frozen public enum Event: Hashable, Sendable, CaseIterable {
        /// The request was received again.
        case request
        /// The user gives a 1xx response.
        case provisional
        /// The user gives a 200–699 response.
        case final
        /// The 100 Trying timer fired (RFC 4320 §4.1).
        case tryingTimer
        /// Timer J fired.
        case timerJ
        /// The client has given up (RFC 4320 §4.2).
        case expiryTimer
        /// The response couldn't be sent.
        case transportError
    }

    /// Where in the figure the transaction is.
    public private(set) var state = State.trying
    private let isReliable: Bool

    /// Begins in trying: the request is passed to the user.
    public init(isReliable: Bool, timers: TimerValues, effects: inout TransactionEffects) {
        self.isReliable = isReliable
        effects.append(.start(.trying, after: timers.nonInviteTrying))
        effects.append(.start(.expiry, after: timers.f))
        effects.append(.deliver)
    }

    /// Takes one input; what is to be done is appended to `effects`.
    public mutating func handle(_ event: Event, timers: TimerValues, effects: inout TransactionEffects) {
        switch (state, event) {
        // Trying
        case (.trying, .tryingTimer):
            state = .proceeding
            effects.append(.transmitTrying)
        case (.trying, .provisional):
            state = .proceeding
            effects.append(.stop(.trying))
            effects.append(.transmit)

        // Proceeding
        case (.proceeding, .request):
            effects.append(.retransmit)
        case (.proceeding, .provisional):
            effects.append(.transmit)

        // Trying and proceeding alike
        case (.trying, .final), (.proceeding, .final):
            effects.append(.stop(.trying))
            effects.append(.transmit)
            if isReliable {
                terminate(&effects)  // timer J is zero
            } else {
                state = .completed
                effects.append(.start(.j, after: timers.j))
            }
        case (.trying, .expiryTimer), (.proceeding, .expiryTimer):
            terminate(&effects)

        // Completed
        case (.completed, .request):
            effects.append(.retransmit)
        case (.completed, .timerJ):
            terminate(&effects)

        // Proceeding and completed alike
        case (.proceeding, .transportError), (.completed, .transportError):
            effects.append(.reportTransportError)
            terminate(&effects)

        // No arrow in the figure: absorbed, or discarded when it comes from the user
        case (.trying, .request), (.trying, .timerJ), (.trying, .transportError),
            (.proceeding, .tryingTimer), (.proceeding, .timerJ),
            (.completed, .provisional), (.completed, .final), (.completed, .tryingTimer), (.completed, .expiryTimer),
            (.terminated, _):
            break
        }
    }

    private mutating func terminate(_ effects: inout TransactionEffects) {
        state = .terminated
        effects.append(.terminate)
    }
}
