import Timing

/// The client side of an INVITE: RFC 3261 §17.1.1 figure 5 as replaced by RFC 6026 figure 2.
public struct InviteClientTransaction: Hashable, Sendable {
    /// The states of the figure.
    @frozen public enum State: UInt8, Hashable, Sendable, CaseIterable {
        /// The INVITE was sent; no response yet.
        case calling
        /// A provisional response came.
        case proceeding
        /// A 2xx came; further ones (of other branches, or retransmitted) are passed on. RFC 6026.
        case accepted
        /// A failure response came and was acknowledged; its retransmissions are acknowledged again.
        case completed
        /// Nothing more happens.
        case terminated
    }

    /// The inputs of the figure.
    @frozen public enum Event: Hashable, Sendable, CaseIterable {
        /// A 1xx response was received.
        case provisional
        /// A 2xx response was received.
        case success
        /// A 300–699 response was received.
        case failure
        /// The user sent a CANCEL for this INVITE.
        case cancelled
        /// Timer A fired.
        case timerA
        /// Timer B fired.
        case timerB
        /// Timer D fired.
        case timerD
        /// Timer M fired.
        case timerM
        /// The timer that limits the wait for the final response after a CANCEL fired.
        case cancelTimer
        /// The INVITE or ACK couldn't be sent.
        case transportError
    }

    /// Where in the figure the transaction is.
    public private(set) var state = State.calling
    private let isReliable: Bool
    private var interval: TimeInterval

    /// Begins in calling: the INVITE is sent.
    public init(isReliable: Bool, timers: TimerValues, effects: inout TransactionEffects) {
        self.isReliable = isReliable
        interval = timers.a
        effects.append(.transmit)
        if !isReliable { effects.append(.start(.a, after: interval)) }
        effects.append(.start(.b, after: timers.b))
    }

    /// Takes one input; what is to be done is appended to `effects`.
    public mutating func handle(_ event: Event, timers: TimerValues, effects: inout TransactionEffects) {
        switch (state, event) {
        // Calling
        case (.calling, .timerA):
            interval = interval * 2
            effects.append(.retransmit)
            effects.append(.start(.a, after: interval))
        case (.calling, .timerB):
            end(.reportTimeout, &effects)
        case (.calling, .transportError):
            end(.reportTransportError, &effects)
        case (.calling, .provisional):
            state = .proceeding
            effects.append(.stop(.a))
            effects.append(.stop(.b))
            effects.append(.deliver)
        case (.calling, .success):
            effects.append(.stop(.a))
            accept(timers, &effects)
        case (.calling, .failure):
            effects.append(.stop(.a))
            complete(timers, &effects)
        case (.calling, .cancelled):
            break  // no CANCEL before a provisional response (§9.1)

        // Proceeding
        case (.proceeding, .provisional):
            effects.append(.deliver)
        case (.proceeding, .success):
            accept(timers, &effects)
        case (.proceeding, .failure):
            complete(timers, &effects)
        case (.proceeding, .cancelled):
            effects.append(.start(.cancel, after: timers.cancel))
        case (.proceeding, .cancelTimer):
            end(.reportTimeout, &effects)

        // Accepted
        case (.accepted, .success):
            effects.append(.deliver)
        case (.accepted, .timerM):
            terminate(&effects)

        // Completed
        case (.completed, .failure):
            effects.append(.retransmit)
        case (.completed, .timerD):
            terminate(&effects)
        case (.completed, .transportError):
            end(.reportTransportError, &effects)

        // No arrow in the figure. In proceeding and accepted nothing is sent that could fail.
        case (.calling, .timerD), (.calling, .timerM), (.calling, .cancelTimer),
            (.proceeding, .timerA), (.proceeding, .timerB), (.proceeding, .timerD), (.proceeding, .timerM),
            (.proceeding, .transportError),
            (.accepted, .provisional), (.accepted, .failure), (.accepted, .cancelled), (.accepted, .timerA),
            (.accepted, .timerB), (.accepted, .timerD), (.accepted, .cancelTimer), (.accepted, .transportError),
            (.completed, .provisional), (.completed, .success), (.completed, .cancelled), (.completed, .timerA),
            (.completed, .timerB), (.completed, .timerM), (.completed, .cancelTimer),
            (.terminated, _):
            break
        }
    }

    private mutating func accept(_ timers: TimerValues, _ effects: inout TransactionEffects) {
        state = .accepted
        effects.append(.start(.m, after: timers.m))
        effects.append(.deliver)
    }

    private mutating func complete(_ timers: TimerValues, _ effects: inout TransactionEffects) {
        effects.append(.transmitACK)
        effects.append(.deliver)
        if isReliable {
            terminate(&effects)  // timer D is zero
        } else {
            state = .completed
            effects.append(.start(.d, after: timers.d))
        }
    }

    private mutating func end(_ report: TransactionEffect, _ effects: inout TransactionEffects) {
        effects.append(report)
        terminate(&effects)
    }

    private mutating func terminate(_ effects: inout TransactionEffects) {
        state = .terminated
        effects.append(.terminate)
    }
}
