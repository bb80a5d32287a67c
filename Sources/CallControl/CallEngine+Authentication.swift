import SIPDialog
import SIPTransaction
import TandemKit

/// Challenges of peers (RFC 3261 §22): a request that meets one is sent again with the credentials of its trunk.
extension CallEngine {
    /// Remembers a request that was sent, so that it can be sent again.
    func keep(_ request: SIPRequest, on trunk: TrunkContext, over flow: Flow, as id: ClientTransactionID) {
        guard trunk.digest != nil else { return }
        challengeable[id.raw] = ChallengeableRequest(request: request, trunk: trunk, flow: flow)
    }

    /// A transaction is gone: its request is not sent again.
    func dropChallengeable(_ id: ClientTransactionID) {
        if !challengeable.isEmpty { challengeable[id.raw] = nil }
    }

    /// A response to a request of ours. Returns whether it was a challenge, and the request was sent again: then its
    /// owner hears nothing of it.
    func meetsChallenge(
        _ response: SIPResponse, _ id: ClientTransactionID, _ owner: OwnerToken, _ flow: Flow
    ) -> Bool {
        guard !challengeable.isEmpty, response.status >= 200, var sent = challengeable.removeValue(forKey: id.raw),
            let digest = sent.trunk.digest
        else { return false }
        guard response.isChallenge else {
            if response.isSuccess { digest.note(response, random: layer.tokens.makeRandom()) }
            return false
        }
        guard mayRepeat(id, owner) else { return false }
        guard digest.takes(response, for: &sent.history, random: layer.tokens.makeRandom()) else {
            counters.refusedCredentials &+= 1
            return false
        }
        if flow.withoutConnection == sent.flow.withoutConnection { sent.flow = flow }
        return sendAgain(sent, owner)
    }

    /// Sends a request again, with credentials, under the next number.
    private func sendAgain(_ sent: ChallengeableRequest, _ owner: OwnerToken) -> Bool {
        var sent = sent
        sent.request.removeTopVia()
        renumber(&sent.request, owner)
        sent.trunk.digest?.authorize(&sent.request, writer)
        traceContext = context(of: owner)
        guard let id = sendUnasked(&sent.request, on: sent.trunk, over: sent.flow, owner: owner) else { return false }
        counters.answeredChallenges &+= 1
        challengeable[id.raw] = sent
        adopt(id, sent.request, owner)
        return true
    }

    /// Whether the owner of a request still waits for its response.
    private func mayRepeat(_ id: ClientTransactionID, _ owner: OwnerToken) -> Bool {
        let (kind, index) = OwnerKind.read(owner.second)
        switch kind {
        case .attempt:
            guard let call = calls[owner.first] else { return false }
            return call.mayRepeat(call.attempts[index - 1])
        case .exchange:
            guard let call = calls[owner.first], let exchange = call.exchange(index) else { return false }
            return call.phase != .ending && !exchange.isCancelled && exchange.client == id
        case .refresh:
            guard let call = calls[owner.first], call.phase != .ending else { return false }
            return call.legs[index].session.refresh?.transaction == id
        case .prack, .bye: return calls[owner.first] != nil
        case .notify: return calls[owner.first].map { !$0.legs[index].isOver } ?? false
        case .transfer: return calls[owner.first]?.awaitsTransfer(id) ?? false
        case .branch: return proxied.compact(UInt64(index))?.mayRepeat(index >> 48, id) ?? false
        case .registration: return registrations[owner.first]?.transaction == id
        case .orphan: return true
        default: return false
        }
    }

    /// Gives a request its next number: that of its dialog, where it is in one.
    private func renumber(_ request: inout SIPRequest, _ owner: OwnerToken) {
        let (kind, index) = OwnerKind.read(owner.second)
        switch kind {
        case .exchange: calls[owner.first]?.exchange(index)?.destination.dialog.renumber(&request)
        case .refresh, .prack, .bye, .notify, .transfer: calls[owner.first]?.legs[index].dialog.renumber(&request)
        default: request.renumber(request.cseq.number &+ 1)
        }
    }

    /// Tells the owner of a request under which transaction it is on its way now.
    private func adopt(_ id: ClientTransactionID, _ request: SIPRequest, _ owner: OwnerToken) {
        let (kind, index) = OwnerKind.read(owner.second)
        if kind == .branch { return proxied.compact(UInt64(index))?.adopt(id, index >> 48) ?? () }
        if kind == .registration {
            registrations[owner.first]?.transaction = id
            registrations[owner.first]?.cseq = request.cseq.number
            return
        }
        guard let call = calls[owner.first] else { return }
        switch kind {
        case .attempt: call.adopt(id, request, call.attempts[index - 1])
        case .exchange:
            guard let exchange = call.exchange(index) else { return }
            exchange.client = id
            exchange.cseq = exchange.destination.dialog.localSequence
            if exchange.opensSession { exchange.sent = request }
            exchange.destination.noteCredentials(of: request)
            changed(call)
        case .refresh:
            let leg = call.legs[index]
            leg.session.refresh = leg.session.refresh.map {
                SessionRefresh(transaction: id, method: $0.method, cseq: leg.dialog.localSequence)
            }
            leg.noteCredentials(of: request)
            changed(call)
        case .transfer:
            call.repeatedTransfer(id, call.legs[index])
            call.legs[index].noteCredentials(of: request)
            changed(call)
        case .bye, .prack, .notify: changed(call)
        default: break
        }
    }
}

extension Call {
    /// Whether the INVITE of an attempt may still be sent again.
    fileprivate func mayRepeat(_ attempt: Attempt) -> Bool {
        let isAwaited = (attempt === current && transaction != nil) || attempt === transfer?.attempt
        return isAwaited && !attempt.isCancelled && !attempt.isOver && attempt.legCount == 0
    }

    /// The INVITE of an attempt was sent again.
    fileprivate func adopt(_ id: ClientTransactionID, _ request: SIPRequest, _ attempt: Attempt) {
        plan.log.chose("sent again", rule: "digest", note: "\(attempt.trunk.name) asked for credentials")
        attempt.transaction = id
        attempt.invite = request
        engine.stopTimer(&attempt.firstResponseTimer)
        engine.stopTimer(&attempt.progressTimer)
        startTimers(of: attempt)
    }
}

extension ResponseContext {
    /// Whether a request of ours, not a proxied one, still waits for its response.
    fileprivate func mayRepeat(_ index: Int, _ id: ClientTransactionID) -> Bool {
        passage != nil && index < branches.count && branches[index].transaction == id && !branches[index].isOver
    }

    fileprivate func adopt(_ id: ClientTransactionID, _ index: Int) { branches[index].transaction = id }
}

extension Leg {
    /// Remembers the credentials of an INVITE of ours for its ACK.
    func noteCredentials(of request: SIPRequest?) {
        guard trunk.digest != nil, let request, request.method == .invite else { return }
        credentials = InviteCredentials(of: request)
    }
}
