import SIPDialog
import SIPTransaction
import TandemKit
import Timing

/// How a transfer connects the party that stays with the new one.
extension Call {
    /// The new party's description is there, and known to the relay where it answers an offer of ours: now the party that
    /// stays is to see it.
    func anchored(_ offer: [UInt8], _ attempt: Attempt) {
        guard let transfer, transfer.attempt === attempt else { return finishIfDone() }
        transfer.offer = offer
        connect(transfer)
    }

    private func connect(_ transfer: Transfer) {
        guard let offer = transfer.offer, let attempt = transfer.attempt else { return }
        guard mayReinvite(transfer.remaining) else { return connectLater(transfer) }
        transfer.isConnecting = true
        let waits = offer.withUnsafeBytes {
            awaitsRelay(
                offer.isEmpty ? nil : Bytes($0), .offer, of: .callee, attempt, .transferOffer(offer, attempt))
        }
        if !waits { inviteRemaining(offer, attempt) }
    }

    private func connectLater(_ transfer: Transfer) {
        transfer.isConnecting = false
        transfer.delays += 1
        guard transfer.delays < Transfer.delaysMax else {
            return transferFailed(
                Failure(status: 491, diagnostic: .timedOutInDialog, detail: "\(transfer.remaining.trunk.name) is busy"))
        }
        engine.setTimer(&transfer.timer, .transferTimer, handle, after: glareDelay(transfer.remaining))
    }

    /// The party that is called rings for too long, or a party is to be asked again.
    func transferTimeOver() {
        guard let transfer else { return }
        transfer.timer = .none
        if transfer.offer != nil { return connect(transfer) }
        if transfer.consultation != nil { return consult(transfer) }
        transferFailed(Failure(status: 408, cause: .noAnswer, diagnostic: .ringTimeExceeded))
    }

    /// Offers the new party's media to the one that stays, or asks it for an offer.
    func inviteRemaining(_ offer: [UInt8], _ attempt: Attempt) {
        guard let transfer, transfer.attempt === attempt, phase != .ending else { return }
        let leg = transfer.remaining
        transfer.sentOffer = offer
        transfer.client = reinvite(leg, offer)
        transfer.cseq = leg.dialog.localSequence
        if transfer.client == nil { transferFailed(Failure(status: 503, diagnostic: .transportFailed)) }
    }

    /// Sends a re-INVITE of a transfer; nil when it can't be sent.
    func reinvite(_ leg: Leg, _ offer: [UInt8]) -> ClientTransactionID? {
        var request = leg.dialog.makeRequest(.invite)
        if !offer.isEmpty {
            offer.withUnsafeBytes { request.setBody(Bytes($0), contentType: SessionDescription.mediaType) }
        }
        engine.describe(&request, to: leg.trunk, from: nil)
        offerSession(in: &request, to: leg)
        engine.changed(self)
        do throws(AdapterError) {
            try adapt(&request, to: leg)
        } catch {
            engine.counters.pluginRefusals &+= 1
            return nil
        }
        engine.traceContext = TraceContext(leg)
        let sent = engine.send(
            &request, on: leg.trunk, over: engine.flow(of: leg), owner: OwnerKind.transfer.token(handle, leg.serial))
        leg.noteCredentials(of: request)
        return sent
    }

    // MARK: What comes back

    /// A response to a re-INVITE of a transfer: of the party that stays, or of the one that is to be the new party.
    func remainingAnswered(_ response: inout SIPResponse, _ leg: Leg, _ client: ClientTransactionID) {
        if parks(.transferResponse(response, leg, client)) { return }
        let status = response.status
        guard status >= 200 else { return }
        if let joining, joining.consulting == client { return consultedAnswered(&response, leg, joining) }
        guard let transfer, transfer.client == client, let attempt = transfer.attempt else {
            return repeatAcknowledgement(of: response)
        }
        transfer.client = nil
        engine.changed(self)
        switch status {
        case 200..<300: connected(&response, leg, transfer, attempt)
        case 491: reconnect(transfer, attempt)
        case 481, 408: endTransfer(lost: leg)
        default: transferFailed(FailureReader.read(response, trunk: leg.trunk))
        }
    }

    /// The party that stays had an offer of its own under way: once more.
    private func reconnect(_ transfer: Transfer, _ attempt: Attempt) {
        if transfer.target?.isOver == true { return transferFailed(Failure(status: 487, diagnostic: .normalClearing)) }
        // With an offer of ours before, the relay goes back to that; without, this was the session's first.
        if attempt.makesOffer { command(.rollback, attempt) } else { endMedia(attempt) }
        connectLater(transfer)
    }

    private func connected(_ response: inout SIPResponse, _ leg: Leg, _ transfer: Transfer, _ attempt: Attempt) {
        let offers = transfer.sentOffer.isEmpty
        leg.dialog.refreshTarget(from: response)
        leg.unacknowledgedCSeq = response.cseq.number
        if !offers { acknowledge(leg) }
        do throws(AdapterError) {
            try adapt(&response, from: leg.trunk, facts: leg.egressFacts)
        } catch {
            engine.counters.pluginRefusals &+= 1
            return end(error.failure)
        }
        transfer.sentOffer.withUnsafeBytes { leg.session.keep(offers ? nil : Bytes($0), leg.trunk) }
        agree(leg, received: response)
        if transfer.target?.isOver == true {
            return end(Failure(status: 487, cause: .normalClearing, diagnostic: .normalClearing))
        }
        guard let description = response.sdpBytes?.array else {
            return end(
                Failure(status: 488, diagnostic: .mediaNotAcceptable, detail: "\(leg.trunk.name) has no answer"))
        }
        let step = MediaStep.transferAnswer(description, attempt)
        if awaitsRelay(response.sdpBytes, offers ? .offer : .answer, of: .caller, attempt, step) { return }
        completeTransfer(description, attempt)
    }

    /// A re-INVITE of a transfer has no final response.
    func lostRemaining(_ leg: Leg, _ client: ClientTransactionID, isTimeout: Bool) {
        if let joining, joining.consulting == client {
            joining.consulting = nil
            leg.flow = leg.flow.withoutConnection
            if isTimeout { return endTransfer(lost: leg) }
            return joining.transferor.call.transferFailed(
                Failure(status: 503, diagnostic: .transportFailed, detail: leg.trunk.name))
        }
        guard let transfer, transfer.client == client else { return }
        transfer.client = nil
        if isTimeout { return endTransfer(lost: leg) }
        leg.flow = leg.flow.withoutConnection
        transferFailed(Failure(status: 503, diagnostic: .transportFailed, detail: leg.trunk.name))
    }

    func endTransfer(lost leg: Leg) {
        end(Failure(status: 408, diagnostic: .timedOutInDialog, detail: "\(leg.trunk.name) did not answer a transfer"))
    }

    // MARK: The end

    /// The new party gets what the one that stays has said; the call is theirs from now on.
    func completeTransfer(_ description: [UInt8], _ attempt: Attempt) {
        guard phase != .ending, let transfer, let target = transfer.target else { return finishIfDone() }
        self.transfer = nil
        engine.stopTimer(&transfer.timer)
        let consultation = transfer.consultation?.call
        if let consultation { adopt(target, from: consultation, attempt) }
        if let replacement = transfer.replacement {
            guard answer(replacement, target, description, isOffer: transfer.sentOffer.isEmpty) else { return }
        } else {
            var ack = SIPRequest(method: .ack, uri: Bytes("sip:tandem.invalid"))
            description.withUnsafeBytes { ack.setBody(Bytes($0), contentType: SessionDescription.mediaType) }
            acknowledge(target, relaying: ack)
        }
        exchangeParties(transfer, target, attempt)
        engine.counters.transfers &+= 1
        let (stays, comes) = (transfer.remaining.trunk.name, target.trunk.name)
        plan.log.chose(comes, rule: "transferred", note: "\(stays) talks with \(comes) now")
        tell(transfer, 200)
        depart(transfer.transferor, isReplaced: transfer.replacement != nil)
        if let consultation {
            consultation.plan.log.chose(comes, rule: "transferred", note: "its party talks on in call \(number)")
            consultation.end(Failure(status: 487, cause: .normalClearing, diagnostic: .normalClearing))
        }
        engine.changed(self)
    }

    /// Who stays takes the caller's place, who is new the callee's.
    private func exchangeParties(_ transfer: Transfer, _ target: Leg, _ attempt: Attempt) {
        let (remaining, transferor) = (transfer.remaining, transfer.transferor)
        if let former = self.attempt(of: remaining) { endMedia(former) }
        if transferor.isCaller {
            place = nil
        } else {
            attempts[transferor.attempt - 1].place = nil
        }
        (remaining.isCaller, remaining.attempt) = (true, 0)
        (remaining.peer, target.peer, transferor.peer) = (target, remaining, nil)
        (callerLeg, calleeLeg) = (remaining, target)
        (egress, current) = (target.trunk, attempt)
        attempt.invite = nil
        (attempt.isTransfer, attempt.makesOffer) = (false, false)
        judgeSilence(isFresh: false)
    }
}
