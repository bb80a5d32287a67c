public import TandemKit
public import Timing

extension TransactionLayer {
    /// Cancels an INVITE of ours: sends the CANCEL now, or with the first provisional response (RFC 3261 §9.1).
    ///
    /// Gives up when no final response follows within `timers.cancel`. `reason` is the value of a Reason header field
    /// for the CANCEL (RFC 3326); none when empty.
    public func cancel(_ id: ClientTransactionID, reason: Bytes = Bytes(), at now: Timestamp) -> CancelOutcome {
        guard let entry = tables.pointee.store.find(id.raw), !entry.pointee.isCancelled,
            case .inviteClient(let machine) = entry.pointee.machine
        else { return .tooLate }
        switch machine.state {
        case .calling:
            entry.pointee.wantsCancel = true
            tables.pointee.blocks.giveBack(&entry.pointee.key)
            if !reason.isEmpty {
                let block = tables.pointee.blocks.take(reason.count)
                block.base.unsafelyUnwrapped.update(from: reason.base, count: reason.count)
                entry.pointee.key = block
            }
            return .deferred
        case .proceeding: return sendCancel(UInt32(truncatingIfNeeded: id.raw), reason, now)
        case .accepted, .completed, .terminated: return .tooLate
        }
    }

    /// Sends the CANCEL that waited for a provisional response.
    func sendWantedCancel(_ place: UInt32, _ now: Timestamp) {
        let entry = tables.pointee.store[place]
        guard entry.pointee.machine != nil, entry.pointee.wantsCancel, !entry.pointee.isCancelled else { return }
        var reason = Bytes()
        if let base = entry.pointee.key.base { reason = Bytes(base: base, count: Int(entry.pointee.key.count)) }
        _ = sendCancel(place, reason, now)
    }

    private func sendCancel(_ place: UInt32, _ reason: Bytes, _ now: Timestamp) -> CancelOutcome {
        // Whether there is a CANCEL or not: a peer that sends no final response doesn't keep the transaction for ever.
        defer { handle(.cancelled, at: place, now) }
        guard let request = kept(place) else { return .refused }
        let size = DerivedRequest.room(for: request, reason: reason)
        guard tables.pointee.hasRoom(for: size, within: limits), let room = output.reserve(size) else {
            return .refused
        }
        let written = DerivedRequest(method: .cancel, reason: reason).write(to: room, from: request, to: request)
        let entry = tables.pointee.store[place]
        entry.pointee.isCancelled = true
        let own = beginClient(
            method: .cancel, branch: entry.pointee.hash, prepared: written, entry.pointee.flow, entry.pointee.owner,
            now)
        return .sent(own)
    }
}
