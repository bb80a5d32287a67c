import SIPDialog
import SIPTransaction
import TandemKit
import Timing

/// How a transfer connects the party that stays with the new one, and how it ends.
extension Call {
    /// The new party has answered, and its media are known to the relay where it was we who offered: now the party that
    /// stays is to see its description.
    func anchored(_ response: SIPResponse, _ attempt: Attempt) {
        guard let transfer, transfer.attempt === attempt else { return finishIfDone() }
        transfer.offer = response
        connect(transfer)
    }

    private func connect(_ transfer: Transfer) {
        guard let response = transfer.offer, let attempt = transfer.attempt else { return }
        guard mayReinvite(transfer.remaining) else { return connectLater(transfer) }
        transfer.isConnecting = true
        if awaitsRelay(response.sdpBytes, .offer, of: .callee, attempt, .transferOffer(response, attempt)) { return }
        inviteRemaining(response, attempt)
    }

    private func connectLater(_ transfer: Transfer) {
        transfer.isConnecting = false
        transfer.delays += 1
        guard transfer.delays < Transfer.delaysMax else {
            return transferFailed(
                Failure(
                    status: 491, diagnostic: .timedOutInDialog, detail: "\(transfer.remaining.trunk.name) is busy"))
        }
        engine.setTimer(&transfer.timer, .transferTimer, handle, after: glareDelay(transfer.remaining))
    }

    /// The party that is called rings for too long, or the one that stays is to be asked again.
    func transferTimeOver() {
        guard let transfer else { return }
        transfer.timer = .none
        if transfer.offer != nil { return connect(transfer) }
        transferFailed(Failure(status: 408, cause: .noAnswer, diagnostic: .ringTimeExceeded))
    }

    /// Offers the new party's media to the one that stays.
    func inviteRemaining(_ response: SIPResponse, _ attempt: Attempt) {
        guard let transfer, transfer.attempt === attempt, phase != .ending, let offer = response.sdpBytes else {
            return
        }
        let leg = transfer.remaining
        var request = leg.dialog.makeRequest(.invite)
        request.setBody(offer, contentType: SessionDescription.mediaType)
        engine.describe(&request, to: leg.trunk, from: nil)
        offerSession(in: &request, to: leg)
        do throws(AdapterError) {
            try adapt(&request, to: leg)
        } catch {
            engine.counters.pluginRefusals &+= 1
            return transferFailed(error.failure)
        }
        engine.traceContext = TraceContext(leg)
        transfer.sentOffer = request.sdpBytes?.array ?? []
        transfer.client = engine.send(
            &request, on: leg.trunk, over: engine.flow(of: leg), owner: OwnerKind.transfer.token(handle, leg.serial))
        transfer.cseq = leg.dialog.localSequence
        leg.noteCredentials(of: request)
        engine.changed(self)
        if transfer.client == nil { transferFailed(Failure(status: 503, diagnostic: .overloaded)) }
    }

    /// A response of the party that stays.
    func remainingAnswered(_ response: inout SIPResponse, _ leg: Leg, _ client: ClientTransactionID) {
        if parks(.transferResponse(response, leg, client)) { return }
        let status = response.status
        guard status >= 200 else { return }
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
        if attempt.isRelayed { command(.rollback, attempt) }
        connectLater(transfer)
    }

    private func connected(_ response: inout SIPResponse, _ leg: Leg, _ transfer: Transfer, _ attempt: Attempt) {
        leg.dialog.refreshTarget(from: response)
        leg.unacknowledgedCSeq = response.cseq.number
        acknowledge(leg)
        do throws(AdapterError) {
            try adapt(&response, from: leg.trunk, facts: leg.egressFacts)
        } catch {
            engine.counters.pluginRefusals &+= 1
            return end(error.failure)
        }
        transfer.sentOffer.withUnsafeBytes { leg.session.keep(Bytes($0), leg.trunk) }
        agree(leg, received: response)
        if transfer.target?.isOver == true {
            return end(Failure(status: 487, cause: .normalClearing, diagnostic: .normalClearing))
        }
        guard response.sdpBytes != nil else {
            return end(
                Failure(status: 488, diagnostic: .mediaNotAcceptable, detail: "\(leg.trunk.name) has no answer"))
        }
        if awaitsRelay(response.sdpBytes, .answer, of: .caller, attempt, .transferAnswer(response, attempt)) { return }
        completeTransfer(response, attempt)
    }

    /// The re-INVITE to the party that stays has no final response.
    func lostRemaining(_ leg: Leg, _ client: ClientTransactionID, isTimeout: Bool) {
        guard let transfer, transfer.client == client else { return }
        transfer.client = nil
        if isTimeout { return endTransfer(lost: leg) }
        leg.flow = leg.flow.withoutConnection
        transferFailed(Failure(status: 503, diagnostic: .transportFailed, detail: leg.trunk.name))
    }

    private func endTransfer(lost leg: Leg) {
        end(Failure(status: 408, diagnostic: .timedOutInDialog, detail: "\(leg.trunk.name) did not answer a transfer"))
    }

    // MARK: The end

    /// The new party gets its answer; the call is theirs from now on.
    func completeTransfer(_ response: SIPResponse, _ attempt: Attempt) {
        guard phase != .ending, let transfer, let target = transfer.target else { return finishIfDone() }
        var ack = SIPRequest(method: .ack, uri: Bytes("sip:tandem.invalid"))
        if let answer = response.sdpBytes { ack.setBody(answer, contentType: SessionDescription.mediaType) }
        acknowledge(target, relaying: ack)
        exchangeParties(transfer, target, attempt)
        engine.counters.transfers &+= 1
        plan.log.chose(
            target.trunk.name, rule: "transferred",
            note: "\(transfer.remaining.trunk.name) talks with \(transfer.plan.called.text)")
        self.transfer = nil
        tell(transfer, 200)
        depart(transfer.transferor)
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

    /// A transfer has come to nothing: the call is as it was, unless the transferor has left it.
    func transferFailed(_ failure: Failure) {
        guard let transfer else { return }
        stopTransfer(failure)
        engine.counters.failedTransfers &+= 1
        plan.log.failed(rule: "transfer", on: transfer.plan.called.received, note: "\(failure)")
        if transfer.transferor.isOver { return end(failure) }
        armSession(transfer.remaining)
        finishIfDone()
    }

    /// Ends what a transfer has begun, and its subscription.
    func stopTransfer(_ failure: Failure) {
        guard let transfer else { return }
        self.transfer = nil
        engine.stopTimer(&transfer.timer)
        engine.dismiss(&wait)
        if let client = transfer.client {
            engine.traceContext = TraceContext(transfer.remaining)
            _ = engine.layer.cancel(client, at: engine.now)
        }
        if let attempt = transfer.attempt {
            cancel(attempt)
            endMedia(attempt)
        }
        tell(transfer, 300...699 ~= failure.status ? failure.status : 500)
        guard let target = transfer.target, !target.isOver else { return }
        if let cseq = target.unacknowledgedCSeq {
            dismiss(target, cseq: cseq)
        } else {
            sendBYE(target, failure)
        }
    }

    // MARK: Who leaves

    /// Whether a call goes on without a party that has hung up: because it has transferred it, or is about to, or was
    /// only to be connected.
    func goesOn(without leg: Leg) -> Bool {
        if leg.hasLeft {
            engine.stopTimer(&leg.departureTimer)
            finishIfDone()
            return true
        }
        guard phase != .ending, let transfer else { return false }
        if leg === transfer.transferor {
            abortExchanges()
            engine.changed(self)
            return true
        }
        guard leg === transfer.target else { return false }
        // What the party that stays says to the offer decides.
        if transfer.client != nil { return true }
        transferFailed(
            Failure(status: 487, cause: .normalClearing, diagnostic: .normalClearing, detail: leg.trunk.name))
        return true
    }

    /// How long a party that has transferred its call may take to hang up.
    private static var departureTime: TimeInterval { .seconds(2) }

    private func depart(_ leg: Leg) {
        leg.hasLeft = true
        engine.stopTimer(&leg.session.wheelTimer)
        if leg.isOver { return }
        engine.setTimer(&leg.departureTimer, .departureTimer, handle, leg.serial, after: Self.departureTime)
    }

    /// A party that has transferred its call did not hang up: we do.
    func departureOver(_ leg: Leg) {
        leg.departureTimer = .none
        guard leg.hasLeft, !leg.isOver, phase != .ending else { return }
        sendBYE(leg, Failure(status: 487, cause: .normalClearing, diagnostic: .normalClearing))
    }
}
