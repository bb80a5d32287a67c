import SIPDialog
import SIPTransaction
import TandemKit
import Timing

/// What comes back from the attempts.
extension Call {
    /// A response to the INVITE of an attempt.
    func received(_ response: inout SIPResponse, for attempt: Attempt) {
        let status = response.status
        engine.stopTimer(&attempt.firstResponseTimer)
        if status >= 200 { engine.stopTimer(&attempt.progressTimer) }
        switch status {
        case 100: break
        case 101..<200: progressed(&response, attempt)
        case 200..<300: answered(&response, attempt)
        default: refused(&response, attempt)
        }
    }

    /// 101–199: goes on to the caller, as part of an early dialog when it has a tag.
    private func progressed(_ response: inout SIPResponse, _ attempt: Attempt) {
        guard attempt === current, !attempt.isCancelled, !attempt.isOver, let transaction else { return }
        engine.stopTimer(&attempt.progressTimer)
        guard let callerLeg = earlyLeg(for: response, attempt) else { return }
        let status = response.status
        let hasBody = !response.body.isEmpty
        do throws(AdapterError) {
            try adapt(&response, from: attempt.trunk, facts: attempt.egressFacts)
            hasProgressed = true
            if phase == .trying { phase = .ringing }
            response = try relayed(response, to: callerLeg, answering: invite)
        } catch {
            return abandon(attempt, error.failure)
        }
        engine.emit(number, .progressed(trunk: attempt.trunk.name, status: status, hasMedia: hasBody))
        engine.respond(transaction, response, from: callerLeg)
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
        if let known, known === calleeLeg { return }  // its ACK waits for the caller's
        if known == nil, attempt.legCount >= engine.limits.earlyDialogs * 2 {
            engine.counters.refusedEarlyDialogs &+= 1
            return engine.dismissOrphan(response, attempt.flow)
        }
        let leg = known ?? addCalleeLeg(response, attempt)
        leg.dialog.confirm(with: response)
        guard let transaction, attempt === current, !attempt.isCancelled, calleeLeg == nil else {
            engine.counters.lateAnswers &+= 1
            #if DEBUG
                if engine.fault == .ignoresLateAnswer { return finishIfDone() }
            #endif
            return dismiss(leg, cseq: response.cseq.number)
        }
        leg.unacknowledgedCSeq = response.cseq.number
        do throws(AdapterError) {
            try adapt(&response, from: attempt.trunk, facts: attempt.egressFacts)
            try connect(leg, &response, transaction)
        } catch {
            engine.counters.pluginRefusals &+= 1
            calleeLeg = leg
            fail(error.failure)
        }
    }

    /// Joins the callee's leg to the caller's and passes the answer on.
    private func connect(
        _ leg: Leg, _ response: inout SIPResponse, _ transaction: ServerTransactionID
    ) throws(AdapterError) {
        let caller = leg.peer ?? callerLeg!
        leg.peer = caller
        caller.peer = leg
        let offersInAnswer = invite.body.isEmpty
        if !offersInAnswer { acknowledge(leg) }
        let answer = try relayed(response, to: caller, answering: invite)
        (callerLeg, calleeLeg) = (caller, leg)
        dropOtherLegs()
        self.transaction = nil
        phase = .answered
        answeredAt = engine.now
        canonical = nil
        engine.counters.answeredCalls &+= 1
        engine.setTimer(&limitTimer, .durationTimer, handle, after: ingress.timers.maxCallDuration)
        engine.emit(number, .answered(trunk: leg.trunk.name))
        caller.dialog.confirm()
        defer { forgetSetup() }
        self.answer(caller, transaction, cseq: invite.cseq.number, answer, relaysAcknowledgement: offersInAnswer)
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
        let may = attempt.choice.failover.movesOn(after: failure.status)
        moveOn(attempt, failure, may: may, response: response)
    }

    /// An attempt got no final response (the transaction timed out or couldn't be sent).
    func lost(_ attempt: Attempt, isTimeout: Bool) {
        guard !attempt.isOver else { return }
        attempt.isOver = true
        guard attempt === current, transaction != nil, !attempt.isCancelled else { return finishIfDone() }
        let failure =
            isTimeout
            ? Failure(status: 408, diagnostic: .noResponse)
            : Failure(status: 503, diagnostic: .transportFailed, detail: engine.transportCause)
        let rule = attempt.choice.failover
        moveOn(attempt, failure, may: isTimeout ? rule.onTimeout : rule.onTransportError)
    }

    /// A timer of an attempt has run out: it's cancelled, and the next trunk tried.
    func outOfTime(_ attempt: Attempt, _ diagnostic: DiagnosticCode) {
        guard attempt === current, !attempt.isOver, !attempt.isCancelled, transaction != nil else { return }
        cancel(attempt)
        moveOn(
            attempt, Failure(status: 408, diagnostic: diagnostic), may: attempt.choice.failover.onTimeout)
    }

    /// What the adapter can't translate ends the attempt as if the peer had sent that failure.
    private func abandon(_ attempt: Attempt, _ failure: Failure) {
        engine.counters.pluginRefusals &+= 1
        cancel(attempt)
        moveOn(attempt, failure, may: false)
    }

    /// The current attempt has failed: the next trunk, unless the caller has heard it ring or the failure ends the
    /// search.
    private func moveOn(_ attempt: Attempt, _ failure: Failure, may: Bool, response: SIPResponse? = nil) {
        engine.stopTimer(&attempt.firstResponseTimer)
        engine.stopTimer(&attempt.progressTimer)
        current = nil
        if response != nil || lastFailure == nil { lastFailure = failure }
        failed(attempt.number, on: attempt.trunk, failure)
        if may, !hasProgressed, nextChoice < plan.choices.count { return tryNextTrunk() }
        fail(failure, response: response)
    }

    /// Asks for the end of an attempt. A 2xx that crosses the CANCEL is acknowledged and hung up.
    func cancel(_ attempt: Attempt) {
        guard !attempt.isOver, !attempt.isCancelled, let transaction = attempt.transaction else { return }
        attempt.isCancelled = true
        engine.stopTimer(&attempt.firstResponseTimer)
        engine.stopTimer(&attempt.progressTimer)
        engine.traceContext = TraceContext(
            call: number, leg: UInt8(truncatingIfNeeded: attempt.number), trunk: attempt.trunk)
        _ = engine.layer.cancel(transaction, at: engine.now)
    }

    private func addCalleeLeg(_ response: SIPResponse, _ attempt: Attempt) -> Leg {
        let leg = addLeg(
            trunk: attempt.trunk, isCaller: false, attempt: attempt.number, facts: attempt.egressFacts,
            flow: attempt.flow,
            dialog: Dialog(sent: attempt.invite ?? engine.invite(of: response), received: response))
        attempt.legCount += 1
        return leg
    }

    /// A further leg with the caller, for a further early dialog of a fork.
    private func addForkedCallerLeg() -> Leg {
        addLeg(
            trunk: ingress, isCaller: true, attempt: 0, flow: callerFlow,
            dialog: Dialog(receiving: invite, localTag: engine.layer.makeTag()))
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

    /// The leg whose dialog a response of an attempt belongs to.
    private func leg(of response: SIPResponse, _ attempt: Attempt) -> Leg? {
        guard attempt.legCount > 0 else { return nil }
        let tag = response.toTag
        for leg in legs where leg.attempt == attempt.number && leg.dialog.remoteTag == tag { return leg }
        return nil
    }
}
