import SIPDialog
import SIPTransaction
import TandemKit
import Timing

extension Call {
    /// Takes the INVITE that began the call: ingress adapter, plan, first attempt.
    func begin() {
        let tag = engine.layer.makeTag()
        callerLeg = addLeg(
            trunk: ingress, isCaller: true, attempt: 0, flow: callerFlow,
            dialog: Dialog(receiving: invite, localTag: tag))
        var canonical: SIPRequest = invite
        do throws(AdapterError) {
            try adapt(&canonical, from: callerLeg!)
        } catch {
            return fail(error.failure)
        }
        self.canonical = canonical
        callerLeg!.session.note(canonical.headers, ingress)
        callerLeg!.session.terms = SessionTerms(of: canonical.headers)
        beginProgress(of: callerLeg!, canonical)
        if ingress.sessionTimer.refusal(of: callerLeg!.session.terms) != nil {
            return fail(Failure(status: 422, diagnostic: .intervalTooSmall))
        }
        plan = engine.plan(from: ingress, request: canonical, received: invite)
        goOnPlanning(CallPlanner(call: number, from: ingress))
    }

    /// Starts the next attempt that can be started; fails the call when there is none left.
    func tryNextTrunk() {
        while nextChoice < plan.choices.count, attempts.count < engine.limits.attempts {
            let choice = plan.choices[nextChoice]
            if leadsElsewhere(nextChoice) { triedGateways = GatewaySet() }
            nextChoice += 1
            guard let trunk = engine.trunk(named: choice.trunk, of: trunks) else {
                note(choice, Failure(status: 500, diagnostic: .unknownTrunk, detail: choice.trunk))
                continue
            }
            if triedGateways.contains(trunk.gateway) {
                plan.log.chose("skipped", rule: "one try per gateway", note: trunk.name)
                continue
            }
            if let failure = trunk.missingPluginFailure {
                note(choice, failure)
                continue
            }
            if let failure = engine.missingRegistration(trunk) {
                note(choice, failure)
                continue
            }
            guard engine.isAvailable(trunk) else {
                note(choice, Failure(status: 503, diagnostic: .noTrunkAvailable, detail: "\(trunk.name) is down"))
                continue
            }
            do throws(TrunkCapacity.Refusal) {
                let place = try engine.place(on: trunk)
                triedGateways.insert(trunk.gateway)
                if start(choice, on: trunk, place, over: engine.hops(of: trunk)) { return }
            } catch {
                note(
                    choice,
                    Failure(status: 503, diagnostic: .noTrunkAvailable, detail: "\(trunk.name) \(error.sentence)"))
            }
        }
        fail(lastFailure ?? Failure(status: 503, diagnostic: .noTrunkAvailable))
    }

    /// Remembers why a choice was not tried.
    private func note(_ choice: TrunkChoice, _ failure: Failure) {
        plan.log.chose("skipped", rule: choice.trunk, note: failure.description)
        if lastFailure == nil { lastFailure = failure }
    }

    /// Begins an attempt: its INVITE is made, and sent once the media relay has seen its offer. Returns false when the
    /// attempt has failed already.
    func start(
        _ choice: TrunkChoice, on trunk: TrunkContext, _ place: TrunkCapacity.Place?, over hops: HopSet.Order
    ) -> Bool {
        let number = attempts.count + 1
        // Without a description here the first reliable response has the offer, and only the caller's PRACK the answer.
        let makesOffer = makesOffer(to: trunk)
        let isReliable = makesOffer || !canonical!.body.isEmpty || callerLeg?.progress != nil
        var request = EgressRequest(
            engine: engine, plan: plan, choice: choice, trunk: trunk, isReliable: isReliable
        ).make(from: canonical!)
        if makesOffer { makeOffer(in: &request) }
        let facts = EgressLeg(
            of: self.facts(request.callID), trunk: trunk.facts, peerTrunk: ingress.facts, remote: hops.first.remote,
            attempt: number)
        let attempt = Attempt(
            number: number, trunk: trunk, choice: nextChoice - 1, hops: hops, egressFacts: facts,
            isRelayed: relays(to: trunk))
        attempt.makesOffer = makesOffer
        attempt.place = place
        attempts.append(attempt)
        egress = trunk
        current = attempt
        engine.emit(self.number, .attempted(trunk: trunk.name, attempt: number))
        if awaitsRelay(request.sdpBytes, .offer, of: .caller, attempt, .attempt(request, attempt)) {
            return true
        }
        return send(request, attempt)
    }

    /// Sends the INVITE of an attempt, in the dialect of its trunk. Returns false when it can't be sent.
    func send(_ request: SIPRequest, _ attempt: Attempt) -> Bool {
        var request = request
        let trunk = attempt.trunk
        do throws(AdapterError) {
            try adapt(&request, to: trunk, facts: attempt.egressFacts)
        } catch {
            engine.counters.pluginRefusals &+= 1
            close(attempt, error.failure)
            return false
        }
        engine.traceContext = TraceContext(
            call: number, leg: UInt8(truncatingIfNeeded: attempt.number), trunk: trunk)
        attempt.transaction = engine.send(
            &request, on: trunk, over: attempt.flow, owner: OwnerKind.attempt.token(handle, attempt.number))
        attempt.invite = request
        guard attempt.transaction != nil else {
            close(attempt, Failure(status: 503, diagnostic: .overloaded))
            return false
        }
        startTimers(of: attempt)
        return true
    }

    /// Waits for a response to an attempt's INVITE, and for one that shows progress.
    func startTimers(of attempt: Attempt) {
        let timers = attempt.trunk.timers
        engine.setTimer(
            &attempt.firstResponseTimer, .firstResponseTimer, handle, attempt.number,
            after: timers.firstResponseTimeout)
        engine.setTimer(
            &attempt.progressTimer, .progressTimer, handle, attempt.number, after: timers.progressTimeout)
    }

    /// Sends the INVITE of an attempt whose offer has been at the relay.
    func sendLater(_ request: SIPRequest, _ attempt: Attempt) {
        if attempt.isTransfer {
            if transfer?.attempt === attempt, !send(request, attempt) { tryNextTarget(transfer!) }
            return
        }
        guard !attempt.isOver, attempt === current, transaction != nil else { return }
        if !send(request, attempt) { tryNextTrunk() }
    }

    /// The relay did not take the offer of an attempt.
    func drop(_ attempt: Attempt, _ failure: Failure) {
        if attempt.isTransfer {
            attempt.isOver = true
            if transfer?.attempt === attempt { transferFailed(failure) }
            return
        }
        guard !attempt.isOver, attempt === current, transaction != nil else { return }
        close(attempt, failure)
        // Another trunk can't help where the caller's description is at fault.
        failure.status == 488 ? fail(failure) : tryNextTrunk()
    }

    /// An attempt has failed before its INVITE was sent.
    private func close(_ attempt: Attempt, _ failure: Failure) {
        attempt.isOver = true
        lastFailure = failure
        endMedia(attempt)
        failed(attempt.number, on: attempt.trunk, failure)
    }

    /// Makes a leg and enters it into the engine's table of dialogs.
    func addLeg(
        trunk: TrunkContext, isCaller: Bool, attempt: Int, facts: EgressLeg? = nil, flow: Flow, dialog: Dialog,
        isKnown: Bool = true
    ) -> Leg {
        let leg = Leg(
            call: self, serial: legs.count, trunk: trunk, isCaller: isCaller, attempt: attempt, facts: facts,
            flow: flow,
            dialog: dialog)
        legs.append(leg)
        if isKnown { engine.enter(leg) }
        return leg
    }
}
