import TandemKit
public import Timing

extension TransactionLayer {
    /// A message of `output` couldn't be sent: `transaction` is what its record said; 0 is ignored (RFC 3261 §17.1.4,
    /// §17.2.4).
    public func sendFailed(_ transaction: UInt64, at now: Timestamp) {
        guard tables.pointee.store.find(transaction) != nil else { return }
        handle(.transportError, at: UInt32(truncatingIfNeeded: transaction), now)
    }

    /// A connection was lost or couldn't be opened, or an unreliable flow is known to be dead: fails the requests sent
    /// on it that still wait for an answer (RFC 3261 §18.4). Responses find another way, or fail one by one.
    ///
    /// An INVITE that has a provisional response stays: its final response may come over another connection
    /// (§18.2.2).
    ///
    /// - Parameter mayResend: Whether a connection that was there has ended: what was written to it just then may never have
    ///   been read. A request that names no connection and has no response yet is sent once more, and goes over a new one;
    ///   a peer that has had it sees a retransmission.
    public func transportFailed(on flow: Flow, mayResend: Bool = false, at now: Timestamp) {
        var place = tables.pointee.firstWaiting(on: flow, secret: secret)
        while let current = place {
            let next = tables.pointee.store[current].pointee.flowNext
            place = next == TransactionEntry.none ? nil : next
            if mayResend, resend(current) { continue }
            handle(.transportError, at: current, now)
        }
    }

    private func resend(_ place: UInt32) -> Bool {
        let entry = tables.pointee.store[place]
        guard entry.pointee.flow.connection == 0, entry.pointee.flow.transport.isReliable, !entry.pointee.isResent,
            entry.pointee.machine?.isUnanswered == true, entry.pointee.message.base != nil
        else { return false }
        entry.pointee.isResent = true
        retransmit(place)
        return true
    }
}
