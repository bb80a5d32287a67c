import SIPDialog
import SIPTransaction
import TandemKit
import Timing

/// What comes back from the attempts.
extension Call {
    /// A response to the INVITE of an attempt.
    func received(_ response: inout SIPResponse, for attempt: Attempt) {
        if parks(.attemptResponse(response, attempt)) { return }
        let status = response.status
        engine.stopTimer(&attempt.firstResponseTimer)
        if status >= 200 { engine.stopTimer(&attempt.progressTimer) }
        if attempt.isTransfer { return received(&response, transferring: attempt) }
        if status == 422, raisesInterval(response, attempt) { return }
        switch status {
        case 100: break
        case 101..<200: progressed(&response, attempt)
        case 200..<300: answered(&response, attempt)
        default: refused(&response, attempt)
        }
    }

    /// 101–199: goes on to the caller, as part of an early dialog when it has a tag.
    private func progressed(_ response: inout SIPResponse, _ attempt: Attempt) {
        guard attempt === current, !attempt.isCancelled, !attempt.isOver, transaction != nil else {
            return acknowledgeLate(response, attempt)
        }
        engine.stopTimer(&attempt.progressTimer)
        guard let callerLeg = earlyLeg(for: response, attempt) else { return }
        let source = leg(of: response, attempt)
        if let source, let sequence = response.reliableSequence {
            guard source.heard.take(sequence) else { return }
            source.unacknowledgedRSeq = sequence
        }
        do throws(AdapterError) {
            try adapt(&response, from: attempt.trunk, facts: attempt.egressFacts)
        } catch {
            engine.counters.pluginRefusals &+= 1
            return abandon(attempt, error.failure)
        }
        source?.session.note(response.headers, attempt.trunk)
        if response.sdpBytes != nil {
            attempt.isAnswered = true
            if let source, source.isSettled { response.removeBody() }
            if response.reliableSequence != nil { source?.isSettled = true }
        }
        keepAnswer(response, attempt)
        if awaitsRelay(
            response.sdpBytes, attempt.isOffered ? .answer : .offer, of: .callee, attempt,
            .progress(response, attempt, callerLeg))
        {
            return
        }
        passOn(response, attempt, to: callerLeg)
    }

    /// Gives a provisional response to the caller.
    func passOn(_ response: SIPResponse, _ attempt: Attempt, to callerLeg: Leg) {
        guard attempt === current, !attempt.isCancelled, !attempt.isOver, let transaction else { return }
        var response = response
        let status = response.status
        let hasBody = !response.body.isEmpty
        let source = leg(of: response, attempt)
        if response.reliableSequence != nil, let description = response.sdpBytes {
            source?.earlyDescription = description.array
        }
        if attempt.makesOffer { response.removeBody() }  // to the caller it is an offer, which the 2xx has
        hasProgressed = true
        if phase == .trying { phase = .ringing }
        if let progress = callerLeg.progress {
            engine.emit(number, .progressed(trunk: attempt.trunk.name, status: status, hasMedia: hasBody))
            return sendReliably(response, attempt, from: source, to: callerLeg, progress)
        }
        do throws(AdapterError) {
            response = try relayed(response, to: callerLeg, answering: invite)
            callerLeg.session.keep(response.sdpBytes, ingress)
        } catch {
            engine.counters.pluginRefusals &+= 1
            return abandon(attempt, error.failure)
        }
        engine.emit(number, .progressed(trunk: attempt.trunk.name, status: status, hasMedia: hasBody))
        engine.respond(transaction, response, from: callerLeg)
        if let source { acknowledgeProgress(source) }
    }

    /// The caller's leg on which a provisional response goes on; nil when the caller can't take another early dialog.
    private func earlyLeg(for response: SIPResponse, _ attempt: Attempt) -> Leg? {
        let first = callerLeg!
        guard !response.toTag.isEmpty else { return first }
        if let known = leg(of: response, attempt) { return known.peer ?? first }
        let collapses = ingress.profile.collapsesEarlyDialogs
        let most = min(engine.limits.earlyDialogs, collapses ? .max : ingress.profile.maxEarlyDialogs)
        guard attempt.legCount < most else {
            engine.counters.refusedEarlyDialogs &+= 1
            return nil
        }
        let leg = addCalleeLeg(response, attempt)
        let caller = attempt.legCount == 1 || collapses ? first : addForkedCallerLeg()
        leg.peer = caller
        caller.peer = leg
        return caller
    }

    /// 2xx: the first one answers the call; all others are acknowledged and hung up.
    private func answered(_ response: inout SIPResponse, _ attempt: Attempt) {
        let known = leg(of: response, attempt)
        attempt.isOver = true
        if let known, known.repeatAcknowledgement(response.cseq.number) { return finishIfDone() }
        if let known, known === calleeLeg || known === heldAnswer?.leg { return }  // its ACK waits for the caller's
        if known == nil, attempt.legCount >= engine.limits.earlyDialogs * 2 {
            engine.counters.refusedEarlyDialogs &+= 1
            return engine.dismissOrphan(response, attempt.flow)
        }
        let leg = known ?? addCalleeLeg(response, attempt)
        leg.dialog.confirm(with: response)
        guard isAwaited(attempt) else { return dismissLate(leg, response) }
        leg.unacknowledgedCSeq = response.cseq.number
        do throws(AdapterError) {
            try adapt(&response, from: attempt.trunk, facts: attempt.egressFacts)
        } catch {
            engine.counters.pluginRefusals &+= 1
            return reject(response, attempt, leg, error.failure)
        }
        if leg.isSettled { response.removeBody() }
        keepAnswer(response, attempt)
        if awaitsRelay(
            response.sdpBytes, attempt.isOffered ? .answer : .offer, of: .callee, attempt,
            .answer(response, attempt, leg))
        {
            return
        }
        join(leg, response, attempt)
    }

    /// Whether the answer of an attempt would be the call's.
    private func isAwaited(_ attempt: Attempt) -> Bool {
        transaction != nil && attempt === current && !attempt.isCancelled && calleeLeg == nil && heldAnswer == nil
    }

    /// Ends the dialog of an answer that comes too late.
    func dismissLate(_ leg: Leg, _ response: SIPResponse) {
        engine.counters.lateAnswers &+= 1
        #if DEBUG
            if engine.fault == .ignoresLateAnswer { return finishIfDone() }
        #endif
        dismiss(leg, cseq: response.cseq.number)
    }

    /// Answers the call with a leg's 2xx, unless the call has ended meanwhile.
    func join(_ leg: Leg, _ response: SIPResponse, _ attempt: Attempt) {
        guard isAwaited(attempt), let transaction else { return dismissLate(leg, response) }
        if holds(leg, response, attempt, for: leg.peer ?? callerLeg!) { return }
        do throws(AdapterError) {
            try connect(leg, response, transaction)
        } catch {
            engine.counters.pluginRefusals &+= 1
            reject(response, attempt, leg, error.failure)
        }
    }

    /// An answer that can't be passed on ends the call on both sides.
    func reject(_ response: SIPResponse, _ attempt: Attempt, _ leg: Leg, _ failure: Failure) {
        guard isAwaited(attempt) else { return dismissLate(leg, response) }
        calleeLeg = leg
        fail(failure)
    }

    /// Joins the callee's leg to the caller's and passes the answer on.
    private func connect(
        _ leg: Leg, _ response: SIPResponse, _ transaction: ServerTransactionID
    ) throws(AdapterError) {
        let caller = leg.peer ?? callerLeg!
        leg.peer = caller
        caller.peer = leg
        let offersInAnswer = invite.body.isEmpty && attempt(of: leg)?.isExchanged != true
        if !offersInAnswer || attempt(of: leg)?.makesOffer == true { acknowledge(leg) }
        leg.unacknowledgedRSeq = nil
        let answer = try relayed(
            completed(response, leg, for: caller), to: caller, answering: invite, terms: caller.session.terms)
        (callerLeg, calleeLeg) = (caller, leg)
        dropOtherLegs()
        self.transaction = nil
        stopProgress()
        phase = .answered
        answeredAt = engine.now
        canonical = nil
        engine.counters.answeredCalls &+= 1
        engine.setTimer(&limitTimer, .durationTimer, handle, after: ingress.timers.maxCallDuration)
        engine.emit(number, .answered(trunk: leg.trunk.name))
        judgeSilence(isFresh: false)
        caller.dialog.confirm()
        leg.session.note(response.headers, leg.trunk)
        leg.session.keep(attempt(of: leg)?.invite?.sdpBytes, leg.trunk)
        agree(leg, received: response)
        caller.session.keep(answer.sdpBytes, ingress)
        agree(caller, sent: answer)
        engine.changed(self)
        defer { forgetSetup() }
        self.answer(caller, transaction, cseq: invite.cseq.number, answer, relaysAcknowledgement: offersInAnswer)
    }

    /// The 2xx as the caller is to see it. One that has had the answer reliably gets it no second time (RFC 3261 §13.2.1);
    /// one that has not needs it here, also where the callee has given it reliably before.
    private func completed(_ response: SIPResponse, _ leg: Leg, for caller: Leg) -> SIPResponse {
        var response = response
        if let given = caller.progress?.description {
            if let description = response.sdpBytes, description.array == given { response.removeBody() }
        } else if response.body.isEmpty, !leg.earlyDescription.isEmpty {
            leg.earlyDescription.withUnsafeBytes {
                response.setBody(Bytes($0), contentType: SessionDescription.mediaType)
            }
        }
        return response
    }

    /// 300–699: the next trunk, or the end.
    private func refused(_ response: inout SIPResponse, _ attempt: Attempt) {
        guard !attempt.isOver else { return }
        attempt.isOver = true
        guard attempt === current, transaction != nil, !attempt.isCancelled else { return finishIfDone() }
        do throws(AdapterError) {
            try adapt(&response, from: attempt.trunk, facts: attempt.egressFacts)
        } catch {
            return moveOn(attempt, error.failure, may: false)
        }
        let failure = FailureReader.read(response, trunk: attempt.trunk)
        if follows(response, attempt, failure) {
            leave(attempt, failure)
            return goOnRedirecting()
        }
        if failure.status / 100 == 3 { readdress(&response) }
        let rule = failover(of: attempt)
        // A peer that doesn't know us serves nobody: that is no fault of the caller's.
        let isOurs = failure.diagnostic == .authenticationFailed && rule.movesOn(after: 503)
        let may = isOurs || rule.movesOn(after: failure.status)
        moveOn(attempt, failure, may: may, response: response, isServerLost: response.status == 503)
    }

    /// An attempt got no final response (the transaction timed out or couldn't be sent).
    func lost(_ attempt: Attempt, isTimeout: Bool) {
        if parks(.attemptLost(attempt, isTimeout: isTimeout)) { return }
        guard !attempt.isOver else { return }
        attempt.isOver = true
        if attempt.isTransfer { return lostTarget(attempt, isTimeout: isTimeout) }
        guard attempt === current, transaction != nil, !attempt.isCancelled else { return finishIfDone() }
        let failure =
            isTimeout
            ? Failure(status: 408, diagnostic: .noResponse)
            : Failure(status: 503, diagnostic: .transportFailed, detail: engine.transportCause)
        let rule = failover(of: attempt)
        moveOn(attempt, failure, may: isTimeout ? rule.onTimeout : rule.onTransportError, isServerLost: true)
    }

    private func failover(of attempt: Attempt) -> FailoverRule { plan.choices[attempt.choice].failover }

    /// A timer of an attempt has run out: it's cancelled, and the next trunk tried.
    func outOfTime(_ attempt: Attempt, _ diagnostic: DiagnosticCode) {
        if attempt.isTransfer { return targetOutOfTime(attempt, diagnostic) }
        guard attempt === current, !attempt.isOver, !attempt.isCancelled, transaction != nil else { return }
        cancel(attempt)
        moveOn(
            attempt, Failure(status: 408, diagnostic: diagnostic), may: failover(of: attempt).onTimeout,
            isServerLost: diagnostic == .noResponse)
    }

    /// What can't be passed on ends the attempt as if the peer had sent that failure.
    func abandon(_ attempt: Attempt, _ failure: Failure) {
        guard attempt === current, !attempt.isOver, transaction != nil else { return }
        cancel(attempt)
        moveOn(attempt, failure, may: false)
    }

    /// The current attempt has failed: the next trunk, unless the caller has heard it ring or the failure ends the
    /// search.
    ///
    /// - Parameter isServerLost: Whether the peer's next server is to be tried first (RFC 3263 §4.3).
    private func moveOn(
        _ attempt: Attempt, _ failure: Failure, may: Bool, response: SIPResponse? = nil, isServerLost: Bool = false
    ) {
        if response != nil || lastFailure == nil { lastFailure = failure }
        let place = attempt.place
        leave(attempt, failure)
        if isServerLost {
            engine.hopFailed(attempt.flow, of: attempt.trunk)
            if let next = attempt.later, !hasProgressed, attempts.count < engine.limits.attempts,
                start(plan.choices[attempt.choice], on: attempt.trunk, place, over: next)
            {
                return
            }
        }
        if may, !hasProgressed, nextChoice < plan.choices.count { return tryNextTrunk() }
        fail(failure, response: response)
    }

    /// The current attempt has failed.
    private func leave(_ attempt: Attempt, _ failure: Failure) {
        engine.stopTimer(&attempt.firstResponseTimer)
        engine.stopTimer(&attempt.progressTimer)
        current = nil
        endMedia(attempt)
        failed(attempt.number, on: attempt.trunk, failure)
    }

    /// Asks for the end of an attempt. A 2xx that crosses the CANCEL is acknowledged and hung up.
    func cancel(_ attempt: Attempt) {
        guard !attempt.isOver, !attempt.isCancelled else { return }
        guard let transaction = attempt.transaction else { return attempt.isOver = true }  // its offer is at the relay
        attempt.isCancelled = true
        engine.stopTimer(&attempt.firstResponseTimer)
        engine.stopTimer(&attempt.progressTimer)
        engine.traceContext = TraceContext(
            call: number, leg: UInt8(truncatingIfNeeded: attempt.number), trunk: attempt.trunk)
        _ = engine.layer.cancel(transaction, at: engine.now)
    }

    func addCalleeLeg(_ response: SIPResponse, _ attempt: Attempt) -> Leg {
        let leg = addLeg(
            trunk: attempt.trunk, isCaller: false, attempt: attempt.number, facts: attempt.egressFacts,
            flow: attempt.flow,
            dialog: Dialog(sent: attempt.invite ?? engine.invite(of: response), received: response))
        attempt.legCount += 1
        leg.session.minimum = attempt.minimum
        leg.noteCredentials(of: attempt.invite)
        leg.inviteSequence = response.cseq.number
        return leg
    }

    /// A further leg with the caller, for a further early dialog of a fork.
    private func addForkedCallerLeg() -> Leg {
        let leg = addLeg(
            trunk: ingress, isCaller: true, attempt: 0, flow: callerFlow,
            dialog: Dialog(receiving: invite, localTag: engine.layer.makeTag()))
        leg.session = legs[0].session
        if let first = legs[0].progress {
            leg.progress = ReliableProgress(cseq: first.cseq, random: engine.layer.tokens.makeRandom())
        }
        return leg
    }

    /// Lets go of the messages of the setup: an answered call keeps its dialogs.
    private func forgetSetup() {
        invite = nil
        for attempt in attempts { attempt.invite = nil }
    }

    /// Forgets the early dialogs that the answer has ended.
    private func dropOtherLegs() {
        for leg in legs where leg !== callerLeg && leg !== calleeLeg && leg.unacknowledgedCSeq == nil {
            leg.isOver = true
        }
    }

    /// Keeps what the callee answers to an offer of ours.
    private func keepAnswer(_ response: SIPResponse, _ attempt: Attempt) {
        if attempt.makesOffer, let answer = response.sdpBytes { attempt.answer = answer.array }
    }

    /// The leg whose dialog a response of an attempt belongs to.
    func leg(of response: SIPResponse, _ attempt: Attempt) -> Leg? {
        guard attempt.legCount > 0 else { return nil }
        let tag = response.toTag
        for leg in legs where leg.attempt == attempt.number && leg.dialog.remoteTag == tag { return leg }
        return nil
    }
}
