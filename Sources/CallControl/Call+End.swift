import SIPDialog
import SIPTransaction
import TandemKit
import Timing

/// How calls end.
extension Call {
    /// Ends a call that is not answered with a failure for the caller.
    func fail(_ failure: Failure, response: SIPResponse? = nil) {
        if let transaction, let leg = callerLeg {
            self.transaction = nil
            engine.respond(transaction, refusal(failure, response, to: leg), from: leg)
            #if DEBUG
                if engine.fault == .answersTwice {
                    let second = SIPResponse(to: invite, status: 500, toTag: leg.dialog.localTag)
                    engine.layer.respondStatelessly(second, over: callerFlow)
                }
            #endif
        }
        end(failure)
    }

    /// The final response that tells the caller of a failure: the callee's own where there is one.
    private func refusal(_ failure: Failure, _ response: SIPResponse?, to leg: Leg) -> SIPResponse {
        var refusal = made(failure, to: leg, answering: invite)
        if let response {
            do throws(AdapterError) {
                refusal = try relayed(response, to: leg, answering: invite, failure: failure)
            } catch {
                engine.counters.pluginRefusals &+= 1
            }
        }
        return refusal
    }

    /// Ends the call whatever its phase: attempts are cancelled, both parties hung up.
    ///
    /// - Parameter bye: The BYE of a party, which goes on to the other.
    func end(_ failure: Failure, relaying bye: SIPRequest? = nil) {
        guard phase != .ending else { return finishIfDone() }
        let wasAnswered = answeredAt != nil
        phase = .ending
        engine.stopTimer(&limitTimer)
        stopPlanning()
        redirection = nil
        if !wasAnswered { engine.counters.failedCalls &+= 1 }
        outcome = failure
        engine.changed(self)
        engine.emit(number, ended: failure, summary(failure))
        if let transaction, let leg = callerLeg {
            self.transaction = nil
            engine.respond(transaction, refusal(failure, nil, to: leg), from: leg)
        }
        for attempt in attempts {
            cancel(attempt)
            endMedia(attempt)
        }
        engine.stopTimer(&media.watch.timer)
        abortExchanges()
        stopProgress()
        if let held = heldAnswer {
            heldAnswer = nil
            calleeLeg = held.leg
        }
        stopSessions()
        stopTransfer(failure)
        stopJoining(failure)
        if wasAnswered || calleeLeg != nil {
            if let callerLeg { hangUp(callerLeg, failure, relaying: bye) }
            if let calleeLeg { hangUp(calleeLeg, failure, relaying: bye) }
        }
        for leg in legs where leg.hasLeft { hangUp(leg, failure, relaying: nil) }
        for leg in legs where leg !== callerLeg && leg !== calleeLeg && leg.unacknowledgedCSeq == nil {
            if leg.call === self { leg.isOver = true }
        }
        finishIfDone()
    }

    /// Goes on with the end of a call that an earlier process has begun and reported.
    func resumeEnd(_ ending: CallRecord.Ending) {
        phase = .ending
        let failure = ending.failure
        outcome = failure
        #if DEBUG
            if engine.fault == .reportsEndTwice { engine.emit(number, ended: failure, summary(failure)) }
        #endif
        callerLeg?.resumeEnd(hasHungUp: ending.callerHungUp, lastSequence: ending.callerSequence)
        calleeLeg?.resumeEnd(hasHungUp: ending.calleeHungUp, lastSequence: ending.calleeSequence)
        for attempt in attempts { endMedia(attempt) }
        for case let leg? in [callerLeg, calleeLeg] { hangUp(leg, failure, relaying: nil) }
        for leg in legs where leg.hasLeft { hangUp(leg, failure, relaying: nil) }
        finishIfDone()
    }

    /// Sends BYE to a party, once it may be sent.
    private func hangUp(_ leg: Leg, _ failure: Failure, relaying bye: SIPRequest?) {
        guard !leg.isOver else { return }
        #if DEBUG
            if engine.fault == .forgetsPeer { return }
        #endif
        if leg.isCaller, answeredAt == nil { return leg.isOver = true }  // refused, not answered
        if leg.answer != nil { return leg.wantsBYE = true }
        if leg.unacknowledgedCSeq != nil { acknowledge(leg) }
        sendBYE(leg, failure, relaying: bye)
    }

    /// Sends BYE on a confirmed dialog.
    func sendBYE(_ leg: Leg, _ failure: Failure? = nil, relaying bye: SIPRequest? = nil) {
        guard !leg.isOver else { return }
        leg.isOver = true
        var request = leg.dialog.makeRequest(.bye)
        if let bye { request.headers.carryOver(from: bye.headers) }
        engine.describe(&request, to: leg.trunk, from: bye)
        if bye == nil, let failure { engine.addReason(failure, to: &request) }
        do throws(AdapterError) {
            try adapt(&request, to: leg)
        } catch {
            engine.counters.pluginRefusals &+= 1  // a party must not stay in a dead call: it goes as it is
        }
        engine.traceContext = TraceContext(leg)
        let sent = engine.send(
            &request, on: leg.trunk, over: engine.flow(of: leg), owner: OwnerKind.bye.token(handle, leg.serial))
        if sent != nil { pendingBYEs += 1 }
    }

    /// A party has hung up.
    func receivedBYE(_ request: inout SIPRequest, from leg: Leg, _ transaction: ServerTransactionID) {
        let received = request
        do throws(AdapterError) {
            try adapt(&request, from: leg)
        } catch {
            engine.counters.pluginRefusals &+= 1  // who hangs up is not kept
        }
        forgetAnswer(leg)
        leg.wantsBYE = false
        leg.isOver = true
        leg.hasHungUp = true
        respond(transaction, status: 200, to: leg, answering: received)
        if self.transaction != nil {
            let failure = Failure(status: 487, cause: .normalClearing, diagnostic: .callerCancelled)
            return fail(failure)
        }
        if goesOn(without: leg) { return }
        let failure = Failure(status: 487, cause: .normalClearing, diagnostic: .normalClearing, detail: leg.trunk.name)
        end(failure, relaying: request)
    }

    /// A BYE of ours has its final response, or will get none.
    func finishedBYE() {
        pendingBYEs -= 1
        finishIfDone()
    }

    /// A BYE of ours could not be sent: its connection was gone. Once more, over a new one.
    func retryBYE(_ leg: Leg) {
        pendingBYEs -= 1
        if !leg.hasRetriedBYE {
            leg.hasRetriedBYE = true
            leg.isOver = false
            leg.flow = leg.flow.withoutConnection
            sendBYE(leg)
            engine.changed(self)
        }
        finishIfDone()
    }

    /// The caller has cancelled the INVITE.
    func cancelled() {
        guard transaction != nil else { return }
        fail(Failure(status: 487, cause: .normalClearing, diagnostic: .callerCancelled))
    }

    /// The caller has waited too long.
    func ringTimeOver() {
        fail(Failure(status: hasProgressed ? 480 : 408, cause: .noAnswer, diagnostic: .ringTimeExceeded))
    }

    /// The call has lasted too long.
    func durationOver() {
        end(Failure(status: 480, cause: .normalClearing, diagnostic: .durationExceeded))
    }

    /// An operator ends the call.
    func hangUp() {
        end(Failure(status: 480, cause: .normalClearing, diagnostic: .endedByOperator))
    }

    /// Gives a response of ours to a request of a party.
    func respond(_ transaction: ServerTransactionID, status: UInt16, to leg: Leg, answering request: SIPRequest) {
        var response = SIPResponse(to: request, status: status, reason: Bytes(), toTag: leg.dialog.localTag)
        engine.describe(&response, answering: request.method, to: leg.trunk, from: nil)
        do throws(AdapterError) {
            try adapt(&response, to: leg)
        } catch {
            engine.counters.pluginRefusals &+= 1
        }
        engine.respond(transaction, response, from: leg)
    }

    /// Frees the call once nothing of it waits.
    func finishIfDone() {
        if isDone { engine.release(self) }
    }
}

extension Leg {
    /// Takes up what an earlier process has written down of the call's end.
    fileprivate func resumeEnd(hasHungUp: Bool, lastSequence: UInt32) {
        self.hasHungUp = hasHungUp
        isOver = hasHungUp
        dialog.skip(localSequence: lastSequence)
    }
}
