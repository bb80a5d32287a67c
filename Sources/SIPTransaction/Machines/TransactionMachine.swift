import Timing

/// What happens to a transaction, before it is known which machine it is.
enum TransactionInput {
    /// The request was received again.
    case request
    /// The ACK was received.
    case ack
    /// A response was received (client) or is given by the user (server).
    case response(status: UInt16)
    /// The user sent a CANCEL.
    case cancelled
    /// A timer fired.
    case timer(TransactionTimer)
    /// The last message couldn't be sent.
    case transportError
}

/// One of the four machines.
enum TransactionMachine {
    case inviteClient(InviteClientTransaction)
    case nonInviteClient(NonInviteClientTransaction)
    case inviteServer(InviteServerTransaction)
    case nonInviteServer(NonInviteServerTransaction)

    /// Takes an input; one that the machine has no arrow for does nothing.
    mutating func handle(_ input: TransactionInput, timers: TimerValues, effects: inout TransactionEffects) {
        switch self {
        case .inviteClient(var machine):
            guard let event = InviteClientTransaction.Event(input) else { return }
            machine.handle(event, timers: timers, effects: &effects)
            self = .inviteClient(machine)
        case .nonInviteClient(var machine):
            guard let event = NonInviteClientTransaction.Event(input) else { return }
            machine.handle(event, timers: timers, effects: &effects)
            self = .nonInviteClient(machine)
        case .inviteServer(var machine):
            guard let event = InviteServerTransaction.Event(input) else { return }
            machine.handle(event, timers: timers, effects: &effects)
            self = .inviteServer(machine)
        case .nonInviteServer(var machine):
            guard let event = NonInviteServerTransaction.Event(input) else { return }
            machine.handle(event, timers: timers, effects: &effects)
            self = .nonInviteServer(machine)
        }
    }

    /// Whether this is a client transaction whose request has no response yet.
    var isUnanswered: Bool {
        switch self {
        case .inviteClient(let machine): machine.state == .calling
        case .nonInviteClient(let machine): machine.state == .trying
        case .inviteServer, .nonInviteServer: false
        }
    }

    /// Whether this is a client transaction.
    var isClient: Bool {
        switch self {
        case .inviteClient, .nonInviteClient: true
        case .inviteServer, .nonInviteServer: false
        }
    }
}

extension InviteClientTransaction.Event {
    init?(_ input: TransactionInput) {
        switch input {
        case .response(let status) where status < 200: self = .provisional
        case .response(let status): self = status < 300 ? .success : .failure
        case .cancelled: self = .cancelled
        case .transportError: self = .transportError
        case .timer(.a): self = .timerA
        case .timer(.b): self = .timerB
        case .timer(.d): self = .timerD
        case .timer(.m): self = .timerM
        case .timer(.cancel): self = .cancelTimer
        case .timer, .request, .ack: return nil
        }
    }
}

extension NonInviteClientTransaction.Event {
    init?(_ input: TransactionInput) {
        switch input {
        case .response(let status): self = status < 200 ? .provisional : .final
        case .transportError: self = .transportError
        case .timer(.e): self = .timerE
        case .timer(.f): self = .timerF
        case .timer(.k): self = .timerK
        case .timer, .request, .ack, .cancelled: return nil
        }
    }
}

extension InviteServerTransaction.Event {
    init?(_ input: TransactionInput) {
        switch input {
        case .request: self = .request
        case .ack: self = .ack
        case .response(let status) where status < 200: self = .provisional
        case .response(let status): self = status < 300 ? .success : .failure
        case .transportError: self = .transportError
        case .timer(.trying): self = .tryingTimer
        case .timer(.g): self = .timerG
        case .timer(.h): self = .timerH
        case .timer(.i): self = .timerI
        case .timer(.l): self = .timerL
        case .timer, .cancelled: return nil
        }
    }
}

extension NonInviteServerTransaction.Event {
    init?(_ input: TransactionInput) {
        switch input {
        case .request: self = .request
        case .response(let status): self = status < 200 ? .provisional : .final
        case .transportError: self = .transportError
        case .timer(.trying): self = .tryingTimer
        case .timer(.j): self = .timerJ
        case .timer(.expiry): self = .expiryTimer
        case .timer, .ack, .cancelled: return nil
        }
    }
}
