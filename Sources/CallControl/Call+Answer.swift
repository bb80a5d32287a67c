import SIPDialog
import SIPTransaction
import TandemKit
import Timing

/// 2xx responses to INVITE and their ACKs, in both directions.
extension Call {
    /// Sends a 2xx to an INVITE and repeats it until its ACK comes.
    func answer(
        _ leg: Leg, _ transaction: ServerTransactionID, cseq: UInt32, _ response: SIPResponse,
        relaysAcknowledgement: Bool
    ) {
        let timers = engine.layer.timers
        leg.answer = PendingAnswer(
            transaction: transaction, cseq: cseq, relaysAcknowledgement: relaysAcknowledgement,
            retransmission: SuccessRetransmission(t1: timers.t1, t2: timers.t2, at: engine.now), timer: .none)
        engine.answer(transaction, response, from: leg)
        engine.setTimer(&leg.answer!.timer, .answerTimer, handle, leg.serial, after: timers.t1)
        if answeredAt != nil { engine.changed(self) }
    }

    /// The time to repeat a 2xx has come, or to give up.
    func repeatAnswer(_ leg: Leg) {
        guard leg.answer != nil else { return }
        guard case .sendAgain(let next) = leg.answer!.retransmission.fire(at: engine.now) else {
            forgetAnswer(leg)
            engine.counters.lostAcknowledgements &+= 1
            unblock(leg)
            return end(Failure(status: 408, diagnostic: .timedOutInDialog, detail: "no ACK came"))
        }
        engine.traceContext = TraceContext(leg)
        sendAnswerAgain(leg)
        engine.setTimer(&leg.answer!.timer, .answerTimer, handle, leg.serial, after: next)
    }

    private func sendAnswerAgain(_ leg: Leg) {
        guard let restored = leg.answer?.restored else {
            engine.layer.sendSuccessAgain(leg.answer!.transaction)
            return
        }
        engine.traceContext = TraceContext(leg)
        restored.bytes.withUnsafeBytes { _ = engine.output.append(Bytes($0), to: restored.flow, kind: .stateless) }
        engine.traceOutput()
    }

    /// Goes on with a 2xx that an earlier process has sent: who has acknowledged it does so again (RFC 3261 §13.2.2.4).
    func resumeAnswer(_ leg: Leg, _ answer: CallRecord.Answer, over flow: Flow) {
        let timers = engine.layer.timers
        leg.answer = PendingAnswer(
            transaction: ServerTransactionID(raw: 0), cseq: answer.cseq,
            relaysAcknowledgement: answer.relaysAcknowledgement,
            retransmission: SuccessRetransmission(t1: timers.t1, t2: timers.t2, at: engine.now), timer: .none,
            restored: (answer.bytes, flow))
        sendAnswerAgain(leg)
        engine.setTimer(&leg.answer!.timer, .answerTimer, handle, leg.serial, after: timers.t1)
    }

    /// The ACK for a 2xx of ours has come.
    func acknowledged(by leg: Leg, _ ack: SIPRequest) {
        if parks(.acknowledgement(ack, leg)) { return }
        guard let answer = leg.answer, answer.cseq == ack.cseq.number else { return }
        forgetAnswer(leg)
        engine.noteAcknowledgement(of: leg)
        if phase == .answered { phase = .confirmed }
        if answer.relaysAcknowledgement, let peer = leg.peer { return relay(ack, from: leg, to: peer) }
        unblock(leg)
        finishIfDone()
    }

    /// Passes on the ACK that carries the answer.
    private func relay(_ ack: SIPRequest, from leg: Leg, to peer: Leg) {
        var ack = ack
        do throws(AdapterError) {
            try adapt(&ack, from: leg)
        } catch {
            engine.counters.pluginRefusals &+= 1
        }
        if let attempt = attempt(of: leg) {
            // The media have ended: unchanged, the answer would tell the other side of this one.
            if attempt.isRelayed, phase == .ending {
                acknowledge(peer)
                unblock(leg)
                return finishIfDone()
            }
            if settles(ack, from: leg, attempt) { return }
            let party: MediaParty = leg.isCaller ? .caller : .callee
            let step = MediaStep.acknowledgement(ack, from: leg, to: peer)
            if awaitsRelay(ack.sdpBytes, .answer, of: party, attempt, step) { return }
        }
        sendACK(relaying: ack, from: leg, to: peer)
    }

    /// Sends the ACK that carries the answer, in canonical form, to the other side.
    func sendACK(relaying ack: SIPRequest, from leg: Leg, to peer: Leg) {
        acknowledge(peer, relaying: ack)
        unblock(leg)
        finishIfDone()
    }

    /// A 2xx of ours needs no further repetition.
    func forgetAnswer(_ leg: Leg) {
        guard leg.answer != nil else { return }
        engine.stopTimer(&leg.answer!.timer)
        if leg.answer!.restored == nil { engine.layer.forgetSuccess(leg.answer!.transaction) }
        leg.answer = nil
    }

    /// Sends the BYE that had to wait for an ACK (RFC 3261 §15: no BYE from a callee before it).
    func unblock(_ leg: Leg) {
        guard leg.wantsBYE else { return }
        leg.wantsBYE = false
        sendBYE(leg)
        engine.changed(self)  // the number of the BYE is not to be used again
    }

    /// Acknowledges the last 2xx of a party, with the other side's ACK, in canonical form, when that carries the answer.
    func acknowledge(_ leg: Leg, relaying source: SIPRequest? = nil) {
        guard let cseq = leg.unacknowledgedCSeq else { return }
        leg.unacknowledgedCSeq = nil
        var ack = leg.dialog.makeACK(cseq: cseq)
        if let source {
            ack.headers.carryOver(from: source.headers)
            if !source.body.isEmpty {
                ack.setBody(source.body, contentType: source.headers.firstValue(of: .contentType))
            }
        }
        engine.describe(&ack, to: leg.trunk, from: nil)
        leg.credentials.add(to: &ack)
        do throws(AdapterError) {
            try adapt(&ack, to: leg)
        } catch {
            engine.counters.pluginRefusals &+= 1  // a 2xx without ACK would only be repeated: it goes as it is
        }
        if leg.session.timer != nil { leg.session.keep(ack.sdpBytes, leg.trunk) }
        leg.acknowledgement = engine.sendACK(&ack, on: leg)
        leg.acknowledgedCSeq = cseq
        if answeredAt != nil { engine.changed(self) }
    }

    /// A 2xx to an INVITE inside a dialog whose transaction was given up for lost. It's acknowledged; but one party now
    /// believes in a session of which the other was told that it failed, so the call ends.
    func answeredLate(_ response: SIPResponse, _ leg: Leg) {
        let status = response.status
        guard status >= 200, status < 300, response.cseq.method == .invite else { return }
        guard leg === callerLeg || leg === calleeLeg else {
            if !leg.repeatAcknowledgement(response.cseq.number) { dismiss(leg, cseq: response.cseq.number) }
            return
        }
        guard acknowledgeUnexpected(response, leg) else { return }
        // Who sent the re-INVITE repeats it, or has given it up; the session that was offered is as good as the one before.
        let isLost = leg.lostInvite?.cseq == response.cseq.number && leg.lostInvite?.offers == true
        if !isLost {
            end(Failure(status: 408, diagnostic: .timedOutInDialog, detail: "\(leg.trunk.name) answered too late"))
        }
    }

    /// A 2xx to a re-INVITE that nobody waits for any more: repeated because its ACK was lost, or crossing a BYE.
    func repeatAcknowledgement(of response: SIPResponse) {
        let status = response.status
        guard status >= 200, status < 300 else { return }
        let (ours, theirs) = (response.fromTag, response.toTag)
        for leg in legs where leg.dialog.localTag == ours && leg.dialog.remoteTag == theirs {
            _ = acknowledgeUnexpected(response, leg)
        }
    }

    /// Acknowledges a 2xx, with the same ACK when it was acknowledged before. Returns whether it is a new one. One whose
    /// ACK waits for that of the other side is left alone.
    private func acknowledgeUnexpected(_ response: SIPResponse, _ leg: Leg) -> Bool {
        let cseq = response.cseq.number
        if leg.unacknowledgedCSeq == cseq || leg.repeatAcknowledgement(cseq) { return false }
        leg.unacknowledgedCSeq = cseq
        acknowledge(leg)
        return true
    }

    /// Ends the dialog of a 2xx that nobody waits for: ACK, then BYE (RFC 3261 §13.2.2.4).
    func dismiss(_ leg: Leg, cseq: UInt32) {
        leg.unacknowledgedCSeq = cseq
        acknowledge(leg)
        guard !leg.hasHungUp else { return finishIfDone() }
        leg.isOver = false  // the end of the call had closed an early dialog; the 2xx has made it a whole one
        sendBYE(leg)
    }
}

extension Leg {
    /// The ACK of an earlier process: without a description, since only one that carried the answer had one.
    private func acknowledgementAnew(_ cseq: UInt32) -> [UInt8] {
        var ack = dialog.makeACK(cseq: cseq)
        call.engine.describe(&ack, to: trunk, from: nil)
        return call.engine.sendACK(&ack, on: self)
    }

    /// Sends the ACK for a 2xx again. Returns false when it was not sent before.
    func repeatAcknowledgement(_ cseq: UInt32) -> Bool {
        guard acknowledgedCSeq == cseq else { return false }
        if acknowledgement.isEmpty { acknowledgement = acknowledgementAnew(cseq) }
        call.engine.sendAgain(acknowledgement, on: self)
        return true
    }
}
