public import TandemKit
public import Timing

extension TransactionLayer {
    /// Takes a received message that has been parsed and tells what it means to the user.
    ///
    /// `flow` is where it came from; the answer to a request goes back there, over UDP to the port that its Via asks
    /// for.
    public func receive(_ message: SIPMessage, on flow: Flow, at now: Timestamp) -> Received {
        guard message.isRequest else { return receiveResponse(message, now) }
        let key = ServerKey(message)
        let hash = key.hash(secret: secret)
        switch message.method {
        case .ack: return receiveACK(key, hash, now)
        case .cancel: return receiveCancel(message, key, hash, flow, now)
        default:
            let method = message.method
            if let place = tables.pointee.server(key, hash: hash, where: { $0 == method }) { return absorb(place, now) }
            return begin(message, key, hash, flow, now)
        }
    }

    /// What a request and its retransmissions have in common, and hardly any other request.
    public func hash(ofRequest message: SIPMessage) -> UInt64 { ServerKey(message).hash(secret: secret) }

    /// Whether a request has a transaction already: it is a retransmission.
    public func knows(request message: SIPMessage) -> Bool {
        let key = ServerKey(message)
        let method = message.method
        return tables.pointee.server(key, hash: key.hash(secret: secret), where: { $0 == method }) != nil
    }

    // MARK: Requests

    private func receiveACK(_ key: ServerKey, _ hash: UInt64, _ now: Timestamp) -> Received {
        guard let place = tables.pointee.server(key, hash: hash, where: { $0 == .invite }) else { return .ack(nil) }
        let raw = identity(of: place)
        guard handle(.ack, at: place, now).isDelivered else {
            tables.pointee.counters.absorbed &+= 1
            return .absorbed
        }
        return .ack(ServerTransactionID(raw: raw))
    }

    private func receiveCancel(
        _ message: SIPMessage, _ key: ServerKey, _ hash: UInt64, _ flow: Flow, _ now: Timestamp
    ) -> Received {
        if let place = tables.pointee.server(key, hash: hash, where: { $0 == .cancel }) { return absorb(place, now) }
        let matching = tables.pointee.server(key, hash: hash, where: { $0 != .cancel })
            .map { ServerTransactionID(raw: identity(of: $0)) }
        switch begin(message, key, hash, flow, now) {
        case .request(let own): return .cancel(own, matching: matching)
        case let other: return other
        }
    }

    /// A retransmission of a request.
    private func absorb(_ place: UInt32, _ now: Timestamp) -> Received {
        tables.pointee.counters.absorbed &+= 1
        handle(.request, at: place, now)
        return .absorbed
    }

    private func begin(
        _ message: SIPMessage, _ key: ServerKey, _ hash: UInt64, _ flow: Flow, _ now: Timestamp
    ) -> Received {
        guard tables.pointee.hasRoom(for: key.storedCount, within: limits) else {
            tables.pointee.counters.refusedRequests &+= 1
            answerStatelessly(
                message, on: flow, status: 503, reason: "Service Unavailable", retryAfter: limits.retryAfterSeconds)
            return .absorbed
        }
        tables.pointee.counters.requestsReceived &+= 1
        let method = message.method
        let place = tables.pointee.store.insert(flow: answerFlow(message, flow), method: method)
        let entry = tables.pointee.store[place]
        var block = tables.pointee.blocks.take(key.storedCount)
        swap(&block, &entry.pointee.key)
        entry.pointee.keyShape = key.write(to: entry.pointee.key.base.unsafelyUnwrapped)
        entry.pointee.hash = hash
        tables.pointee.servers.insert(place, hash: hash)
        let isMerged = key.canMerge && indexMerge(place, key, method)

        var effects = TransactionEffects()
        let isReliable = flow.transport.isReliable
        if method == .invite {
            let machine = InviteServerTransaction(isReliable: isReliable, timers: timers, effects: &effects)
            entry.pointee.machine = .inviteServer(machine)
        } else {
            let machine = NonInviteServerTransaction(isReliable: isReliable, timers: timers, effects: &effects)
            entry.pointee.machine = .nonInviteServer(machine)
        }
        if !effects.contains(.transmitTrying) { keepRequest(message, place) }
        _ = realize(effects, place, now, message: message)
        let id = ServerTransactionID(raw: identity(of: place))
        return isMerged ? .mergedRequest(id) : .request(id)
    }

    /// Keeps the request for the 100 Trying that may be sent for it later.
    private func keepRequest(_ message: SIPMessage, _ place: UInt32) {
        let size = message.serializedCount
        let block = tables.pointee.blocks.take(size)
        let written = message.write(to: UnsafeMutableRawBufferPointer(start: block.base, count: size))
        tables.pointee.store[place].pointee.message = block
        precondition(written == size, "a received message has the size it says")
    }

    /// Returns whether the same request is being dealt with already; else makes it findable.
    private func indexMerge(_ place: UInt32, _ key: ServerKey, _ method: SIPMethod) -> Bool {
        let hash = key.mergeHash(secret: secret)
        if tables.pointee.mergeable(key, hash: hash, method: method) != nil {
            tables.pointee.counters.mergedRequests &+= 1
            return true
        }
        tables.pointee.store[place].pointee.mergeHash = hash
        tables.pointee.merges.insert(place, hash: hash)
        return false
    }

    /// Where the answer goes (RFC 3261 §18.2.2, RFC 3581 §4).
    func answerFlow(_ message: SIPMessage, _ flow: Flow) -> Flow {
        guard flow.transport == .udp, !answersToSourcePort else { return flow }
        let via = message.topVia
        guard via.rport < 0 else { return flow }
        let port = via.port == 0 ? 5060 : via.port
        guard port != flow.remote.port else { return flow }
        return Flow(
            listener: flow.listener, transport: flow.transport, connection: flow.connection,
            remote: Endpoint(address: flow.remote.address, port: port))
    }

    // MARK: Responses

    private func receiveResponse(_ message: SIPMessage, _ now: Timestamp) -> Received {
        guard let branch = TokenText.branchKey(of: message.topVia.branch, shard: tokens.shard),
            let place = tables.pointee.client(branch: branch, method: message.cseq.method)
        else {
            tables.pointee.counters.strayResponses &+= 1
            return .strayResponse
        }
        let id = ClientTransactionID(raw: identity(of: place))
        let owner = tables.pointee.store[place].pointee.owner
        let status = message.response.status
        if status >= 200 { tables.pointee.unlist(place) }
        let outcome = handle(.response(status: status), at: place, now, message: message)
        if status < 200 {
            sendWantedCancel(place, now)
        } else if status < 300, let entry = tables.pointee.store.find(id.raw) {
            tables.pointee.blocks.giveBack(&entry.pointee.message)  // neither sent again nor acknowledged from here
        }
        guard outcome.isDelivered else {
            tables.pointee.counters.absorbed &+= 1
            return .absorbed
        }
        return .response(id, owner: owner)
    }
}
