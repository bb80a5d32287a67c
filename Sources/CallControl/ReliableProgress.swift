import SIPDialog
import TandemKit
import Timing

/// What a caller's leg keeps whose party takes provisional responses reliably (RFC 3262 §3): at most one waits for its
/// PRACK, and all others behind it.
final class ReliableProgress {
    /// A response on its way to the caller, in canonical form.
    struct Queued {
        let response: SIPResponse
        let attempt: Attempt
        /// The callee's leg that it came from; nil when it has no dialog.
        let source: Leg?
        /// Its RSeq on the callee's side; nil where it was not sent reliably.
        let awaited: UInt32?
    }

    /// A response that was sent and has no PRACK.
    struct Pending {
        /// As it was sent.
        let response: SIPResponse
        let sequence: UInt32
        let queued: Queued
        /// Whether its description is an offer, so that the PRACK has the answer.
        let isOffer: Bool
        var retransmission: ProvisionalRetransmission

        var hasDescription: Bool { response.sdpBytes != nil }

        /// The callee's leg that waits for the PRACK; nil when none does.
        var source: Leg? {
            queued.awaited != nil && queued.source?.unacknowledgedRSeq == queued.awaited ? queued.source : nil
        }
    }

    /// Most responses that wait behind one; further ones are dropped.
    static let queueMax = 8

    /// The CSeq number of the INVITE.
    let cseq: UInt32
    /// The RSeq of the last response.
    private(set) var sequence: UInt32
    var pending: Pending?
    var queue: [Queued] = []
    var timer = TimerID.none
    /// The description that the caller has been given reliably, in canonical form; nil for none.
    var description: [UInt8]?

    /// - Parameter random: Decides the first RSeq, which is to be between 1 and 2³¹ - 1.
    init(cseq: UInt32, random: UInt64) {
        self.cseq = cseq
        sequence = UInt32(random % 0x7FFF_0000)
    }

    func nextSequence() -> UInt32 {
        sequence += 1
        return sequence
    }

    /// Whether a 2xx has to wait: a description is without its PRACK (RFC 3262 §3).
    var holdsAnswer: Bool {
        pending?.hasDescription == true || queue.contains { $0.response.sdpBytes != nil }
    }
}

/// A 2xx of a callee that waits for the PRACK of a provisional response.
struct HeldAnswer {
    let leg: Leg
    let response: SIPResponse
    let attempt: Attempt
}
