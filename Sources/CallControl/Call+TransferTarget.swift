import SIPDialog
import SIPTransaction
import TandemKit
import Timing

/// How a transfer calls the new party.
extension Call {
    /// Calls the next of the trunks that a transfer may go to; the transfer fails when there is none left.
    func tryNextTarget(_ transfer: Transfer) {
        while transfer.nextChoice < transfer.plan.choices.count, attempts.count < 31 {
            let choice = transfer.plan.choices[transfer.nextChoice]
            transfer.nextChoice += 1
            guard let trunk = engine.trunk(named: choice.trunk, of: trunks), trunk.missingPlugin == nil,
                engine.isAvailable(trunk), !transfer.triedGateways.contains(trunk.gateway)
            else {
                plan.log.chose("skipped", rule: choice.trunk, note: "unknown, down or tried before")
                continue
            }
            do throws(TrunkCapacity.Refusal) {
                let place = try engine.place(on: trunk)
                transfer.triedGateways.insert(trunk.gateway)
                if call(choice, on: trunk, place, transfer, over: engine.hops(of: trunk)) { return }
            } catch {
                transfer.lastFailure = Failure(
                    status: 503, diagnostic: .noTrunkAvailable, detail: "\(trunk.name) \(error.sentence)")
            }
        }
        transferFailed(transfer.lastFailure ?? Failure(status: 503, diagnostic: .noTrunkAvailable))
    }

    /// Sends the INVITE to the new party. Returns false when that can't be.
    private func call(
        _ choice: TrunkChoice, on trunk: TrunkContext, _ place: TrunkCapacity.Place?, _ transfer: Transfer,
        over hops: HopSet.Order
    ) -> Bool {
        let remaining = transfer.remaining
        var request = EgressRequest(engine: engine, plan: transfer.plan, choice: choice, trunk: trunk).make(
            from: transfer.model)
        addReferrer(transfer, to: &request, trunk)
        let isRelayed = engine.relaysMedia && !(remaining.trunk.media.bypasses && trunk.media.bypasses)
        let facts = EgressLeg(
            of: self.facts(request.callID), trunk: trunk.facts, peerTrunk: remaining.trunk.facts,
            remote: hops.first.remote, attempt: attempts.count + 1)
        let attempt = Attempt(
            number: attempts.count + 1, trunk: trunk, choice: transfer.nextChoice - 1, hops: hops,
            egressFacts: facts, isRelayed: isRelayed)
        attempt.isTransfer = true
        attempt.callerSide = (remaining.trunk, remaining.flow.remote.address)
        attempt.place = place
        attempts.append(attempt)
        transfer.attempt = attempt
        engine.emit(number, .attempted(trunk: trunk.name, attempt: attempt.number))
        if isRelayed, !trunk.profile.acceptsDelayedOffer {
            attempt.makesOffer = true
            makeOffer(in: &request, for: remaining.flow.remote.address)
            if awaitsRelay(request.sdpBytes, .offer, of: .caller, attempt, .attempt(request, attempt)) { return true }
        }
        return send(request, attempt)
    }

    /// Says who has transferred the call (RFC 3892).
    private func addReferrer(_ transfer: Transfer, to request: inout SIPRequest, _ trunk: TrunkContext) {
        guard let referrer = transfer.referrer else { return }
        let writer = engine.writer
        let uri = referrer.sipURI(at: trunk.ownPlace, profile: trunk.profile)
        writer.start()
        writer.append("<")
        writer.append(uri)
        writer.append(">")
        request.headers.append(.referredBy, writer.bytes)
    }

    // MARK: What comes back

    private func isAwaited(_ attempt: Attempt) -> Bool {
        transfer?.attempt === attempt && transfer?.target == nil && !attempt.isCancelled && phase != .ending
    }

    /// A response to the INVITE of a transfer.
    func received(_ response: inout SIPResponse, transferring attempt: Attempt) {
        switch response.status {
        case 100: break
        case 101..<200:
            engine.stopTimer(&attempt.progressTimer)
            guard isAwaited(attempt), let transfer else { return }
            tell(transfer, response.status)
        case 200..<300: targetAnswered(&response, attempt)
        default: targetRefused(&response, attempt)
        }
    }

    private func targetAnswered(_ response: inout SIPResponse, _ attempt: Attempt) {
        let known = leg(of: response, attempt)
        attempt.isOver = true
        if let known {
            _ = known.repeatAcknowledgement(response.cseq.number)
            return finishIfDone()
        }
        guard attempt.legCount < engine.limits.earlyDialogs else {
            engine.counters.refusedEarlyDialogs &+= 1
            return engine.dismissOrphan(response, attempt.flow)
        }
        let leg = addCalleeLeg(response, attempt)
        guard isAwaited(attempt), let transfer else { return dismissLate(leg, response) }
        leg.unacknowledgedCSeq = response.cseq.number
        transfer.target = leg
        engine.stopTimer(&transfer.timer)
        do throws(AdapterError) {
            try adapt(&response, from: attempt.trunk, facts: attempt.egressFacts)
        } catch {
            engine.counters.pluginRefusals &+= 1
            return transferFailed(error.failure)
        }
        guard let offer = response.sdpBytes?.array else {
            return transferFailed(
                Failure(
                    status: 488, diagnostic: .mediaNotAcceptable, detail: "\(leg.trunk.name) answered without media"))
        }
        leg.session.note(response.headers, leg.trunk)
        agree(leg, received: response)
        if attempt.makesOffer {
            leg.session.keep(attempt.invite?.sdpBytes, leg.trunk)
            acknowledge(leg)
            if awaitsRelay(response.sdpBytes, .answer, of: .callee, attempt, .transferAnchor(offer, attempt)) { return }
        }
        anchored(offer, attempt)
    }

    private func targetRefused(_ response: inout SIPResponse, _ attempt: Attempt) {
        guard !attempt.isOver else { return }
        let isAwaited = isAwaited(attempt)
        attempt.isOver = true
        guard isAwaited, let transfer else { return finishIfDone() }
        do throws(AdapterError) {
            try adapt(&response, from: attempt.trunk, facts: attempt.egressFacts)
        } catch {
            return moveOn(transfer, attempt, error.failure, may: false)
        }
        let failure = FailureReader.read(response, trunk: attempt.trunk)
        let rule = transfer.plan.choices[attempt.choice].failover
        moveOn(transfer, attempt, failure, may: rule.movesOn(after: failure.status))
    }

    /// The INVITE of a transfer has no final response.
    func lostTarget(_ attempt: Attempt, isTimeout: Bool) {
        guard transfer?.attempt === attempt, transfer?.target == nil, let transfer, !attempt.isCancelled else {
            return finishIfDone()
        }
        let failure =
            isTimeout
            ? Failure(status: 408, diagnostic: .noResponse)
            : Failure(status: 503, diagnostic: .transportFailed)
        let rule = transfer.plan.choices[attempt.choice].failover
        moveOn(transfer, attempt, failure, may: isTimeout ? rule.onTimeout : rule.onTransportError)
    }

    /// The new party's gateway is silent for too long.
    func targetOutOfTime(_ attempt: Attempt, _ diagnostic: DiagnosticCode) {
        guard isAwaited(attempt), let transfer, !attempt.isOver else { return }
        cancel(attempt)
        let may = transfer.plan.choices[attempt.choice].failover.onTimeout
        moveOn(transfer, attempt, Failure(status: 408, diagnostic: diagnostic), may: may)
    }

    private func moveOn(_ transfer: Transfer, _ attempt: Attempt, _ failure: Failure, may: Bool) {
        engine.stopTimer(&attempt.firstResponseTimer)
        engine.stopTimer(&attempt.progressTimer)
        endMedia(attempt)
        failed(attempt.number, on: attempt.trunk, failure)
        transfer.attempt = nil
        transfer.lastFailure = failure
        if may, transfer.nextChoice < transfer.plan.choices.count, (transfer.subscription?.status ?? 0) <= 100 {
            return tryNextTarget(transfer)
        }
        transferFailed(failure)
    }
}
