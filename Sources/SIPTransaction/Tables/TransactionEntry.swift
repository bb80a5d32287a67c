import TandemKit
import Timing

/// Everything the layer keeps for one transaction: plain memory, used again for the next.
struct TransactionEntry {
    /// The machine; nil while the place is free.
    var machine: TransactionMachine?
    /// Where this transaction's messages go.
    var flow: Flow
    /// What the user gave.
    var owner = OwnerToken.none
    /// Hash of the branch (a server transaction) or the branch's random bits (a client transaction).
    var hash: UInt64 = 0
    /// Hash of From tag, Call-ID and CSeq for merge detection; 0 when not indexed.
    var mergeHash: UInt64 = 0
    /// Hash of the flow while a client transaction is listed under it; 0 when not listed.
    var flowHash: UInt64 = 0
    /// The bytes a server transaction is matched by; of a client transaction, the Reason of a CANCEL that waits.
    var key = Block.none
    /// How `key` is divided.
    var keyShape = ServerKeyShape()
    /// The serialized request (until it is answered or its ACK replaces it) or the last response.
    var message = Block.none
    /// Timers A, E, G or the one for 100 Trying.
    var retransmissionTimer = TimerID.none
    /// The timer that ends the state.
    var lifetimeTimer = TimerID.none
    /// The next and the previous client transaction on the same flow; `none` at the ends.
    var flowNext = TransactionEntry.none
    var flowPrevious = TransactionEntry.none
    /// Counts the uses of this place.
    let generation: UInt32
    /// The request's method.
    var method: SIPMethod
    /// Whether a CANCEL is to be sent as soon as a provisional response comes (RFC 3261 §9.1).
    var wantsCancel = false
    /// Whether a CANCEL was sent.
    var isCancelled = false
    /// Whether the request was sent once more because its connection had ended.
    var isResent = false
    /// Whether the user wants the 2xx kept, to send it again until its ACK comes (RFC 3261 §13.3.1.4).
    var keepsSuccess = false

    static let none: UInt32 = .max

    init(flow: Flow, method: SIPMethod, generation: UInt32) {
        self.flow = flow
        self.method = method
        self.generation = generation
    }

    /// Whether the last transmission is kept, to be sent again when the machine asks for it.
    var keepsMessage: Bool {
        let isUnreliable = !flow.transport.isReliable
        return switch machine {
        // ACK and CANCEL are made from it, and a lost connection has it sent again.
        case .inviteClient, .nonInviteClient: true
        case .inviteServer(let machine) where machine.state == .accepted: keepsSuccess
        case .inviteServer, .nonInviteServer: isUnreliable
        case nil: false
        }
    }
}
