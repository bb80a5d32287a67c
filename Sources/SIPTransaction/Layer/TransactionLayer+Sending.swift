public import TandemKit
public import Timing

extension TransactionLayer {
    /// Sends a request as a client transaction. Its topmost Via has a branch from `makeBranch`.
    ///
    /// What comes back is `Received.response` with `owner`, or an event.
    public func send(
        _ request: SIPRequest, over flow: Flow, owner: OwnerToken, at now: Timestamp
    ) throws(TransactionError) -> ClientTransactionID {
        try send(
            request, method: request.cseq.method, branch: request.topVia.branch, over: flow, owner: owner, at: now)
    }

    /// The same for a user that has just written Via and CSeq and need not have them read again.
    ///
    /// - Parameters:
    ///   - method: The method of the CSeq.
    ///   - branch: The branch of the topmost Via, or what of it `makeBranch` gave.
    public func send(
        _ request: SIPRequest, method: SIPMethod, branch: Bytes, over flow: Flow, owner: OwnerToken, at now: Timestamp
    ) throws(TransactionError) -> ClientTransactionID {
        guard method != .ack else { throw .ackHasNoTransaction }
        guard let branch = TokenText.branchKey(of: branch, shard: tokens.shard) else { throw .foreignBranch }
        guard tables.pointee.client(branch: branch, method: method) == nil else { throw .branchInUse }
        guard let size = output.reserve(for: request.message) else { throw .notQueued }
        guard tables.pointee.hasRoom(for: size, within: limits) else {
            tables.pointee.counters.refusedSends &+= 1
            throw .limitReached
        }
        return beginClient(method: method, branch: branch, prepared: size, flow, owner, now)
    }

    /// Begins a client transaction whose request stands in the room reserved in `output`.
    func beginClient(
        method: SIPMethod, branch: UInt64, prepared: Int, _ flow: Flow, _ owner: OwnerToken, _ now: Timestamp
    ) -> ClientTransactionID {
        tables.pointee.counters.requestsSent &+= 1
        let place = tables.pointee.store.insert(flow: flow, method: method)
        let entry = tables.pointee.store[place]
        entry.pointee.owner = owner
        entry.pointee.hash = branch
        tables.pointee.clients.insert(place, hash: branch)
        var effects = TransactionEffects()
        let isReliable = flow.transport.isReliable
        if method == .invite {
            let machine = InviteClientTransaction(isReliable: isReliable, timers: timers, effects: &effects)
            entry.pointee.machine = .inviteClient(machine)
        } else {
            let machine = NonInviteClientTransaction(isReliable: isReliable, timers: timers, effects: &effects)
            entry.pointee.machine = .nonInviteClient(machine)
        }
        tables.pointee.list(place, secret: secret)
        _ = realize(effects, place, now, prepared: prepared)
        return ClientTransactionID(raw: identity(of: place))
    }

    /// Gives a response to a server transaction. Returns whether it was queued: not when the transaction has ended or
    /// has its final response already, and not a 408 to a non-INVITE request, which must not be sent (RFC 4320 §4.2).
    ///
    /// A 2xx to an INVITE is sent again by the user until its ACK comes (§13.3.1.4); with `keepsSuccess` the layer keeps
    /// its bytes for `sendSuccessAgain`.
    @discardableResult
    public func respond(
        _ id: ServerTransactionID, with response: SIPResponse, keepsSuccess: Bool = false, at now: Timestamp
    ) -> Bool {
        guard let entry = tables.pointee.store.find(id.raw), entry.pointee.machine?.isClient == false else {
            return false
        }
        let status = response.status
        if status == 408, entry.pointee.method != .invite { return false }
        guard let size = output.reserve(for: response.message) else { return false }
        entry.pointee.keepsSuccess = keepsSuccess
        return handle(.response(status: status), at: UInt32(truncatingIfNeeded: id.raw), now, prepared: size).isSent
    }

    /// Sends the 2xx kept by `respond` again. Returns false when there is none any more.
    @discardableResult
    public func sendSuccessAgain(_ id: ServerTransactionID) -> Bool {
        guard let entry = tables.pointee.store.find(id.raw), entry.pointee.keepsSuccess,
            entry.pointee.message.base != nil
        else { return false }
        retransmit(UInt32(truncatingIfNeeded: id.raw))
        return true
    }

    /// Gives the bytes of the 2xx kept by `respond`, and where they go.
    public func withSuccess(of id: ServerTransactionID, _ body: (Bytes, Flow) -> Void) {
        guard let entry = tables.pointee.store.find(id.raw), entry.pointee.keepsSuccess,
            let base = entry.pointee.message.base
        else { return }
        body(Bytes(base: base, count: Int(entry.pointee.message.count)), entry.pointee.flow)
    }

    /// Frees the 2xx kept by `respond`, because its ACK came or the user gave up.
    public func forgetSuccess(_ id: ServerTransactionID) {
        guard let entry = tables.pointee.store.find(id.raw), entry.pointee.keepsSuccess else { return }
        entry.pointee.keepsSuccess = false
        tables.pointee.blocks.giveBack(&entry.pointee.message)
    }

    /// Sends a request without a transaction: the ACK for a 2xx, whose topmost Via has a branch of its own
    /// (RFC 3261 §13.2.2.4). Returns false when the queue is full.
    @discardableResult
    public func sendStateless(_ request: SIPRequest, over flow: Flow) -> Bool {
        guard let size = output.reserve(for: request.message) else { return false }
        output.commit(size, to: flow, kind: .stateless)
        return true
    }

    /// Sends a response without a transaction. Returns false when the queue is full.
    @discardableResult
    public func respondStatelessly(_ response: SIPResponse, over flow: Flow) -> Bool {
        guard let size = output.reserve(for: response.message) else { return false }
        output.commit(size, to: flow, kind: .stateless)
        return true
    }

    /// Answers a request without a transaction and without a body; never an ACK. The To tag is the same each time the
    /// request comes (RFC 3261 §8.2.7).
    public func answerStatelessly(
        _ request: SIPMessage, on flow: Flow, status: UInt16, reason: StaticString, retryAfter: Int = 0
    ) {
        guard request.method != .ack, let room = output.reserve(StatelessResponse.room(for: request)) else { return }
        let answer = statelessResponse(to: request, status, reason, retryAfter: retryAfter)
        let size = answer.write(to: room, answering: request)
        output.commit(size, to: answerFlow(request, flow), kind: .stateless)
    }

    /// What `answerStatelessly` would send, to be sent later, and where it goes.
    public func refusal(
        of request: SIPMessage, on flow: Flow, status: UInt16, reason: StaticString
    ) -> (bytes: [UInt8], flow: Flow) {
        let answer = statelessResponse(to: request, status, reason, retryAfter: 0)
        let bytes = [UInt8](unsafeUninitializedCapacity: StatelessResponse.room(for: request)) { buffer, count in
            count = answer.write(to: UnsafeMutableRawBufferPointer(buffer), answering: request)
        }
        return (bytes, answerFlow(request, flow))
    }

    private func statelessResponse(
        to request: SIPMessage, _ status: UInt16, _ reason: StaticString, retryAfter: Int
    ) -> StatelessResponse {
        StatelessResponse(
            status: status, reason: reason, retryAfter: retryAfter, shard: tokens.shard,
            tag: request.topVia.branch.hash(key: secret &+ 2))
    }
}
