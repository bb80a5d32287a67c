import SIPDialog
import SIPTransaction
import TandemKit
import Timing

/// Attended transfer: the new party has a call with the transferor already, and we are in that call, too (RFC 5589 §7).
extension Call {
    /// Begins to connect the party that stays with the other party of a call that REFER names.
    func begin(_ transfer: Transfer, consulting leg: Leg) {
        transfer.consultation = (leg.call, leg)
        leg.call.joining = transfer
        consult(transfer)
    }

    /// Asks the party of the other call for an offer.
    func consult(_ transfer: Transfer) {
        guard let (call, leg) = transfer.consultation else { return }
        guard call.mayBeConsulted(leg) else { return consultLater(transfer) }
        transfer.consulting = call.reinvite(leg, [])
        transfer.consultingCSeq = leg.dialog.localSequence
        if transfer.consulting == nil { transferFailed(Failure(status: 503, diagnostic: .transportFailed)) }
    }

    private func mayBeConsulted(_ leg: Leg) -> Bool {
        let transfer = joining
        joining = nil  // which keeps everybody else from it
        defer { joining = transfer }
        return mayReinvite(leg)
    }

    /// Whether a re-INVITE of a transfer is waited for.
    func awaitsTransfer(_ id: ClientTransactionID) -> Bool { transfer?.client == id || joining?.consulting == id }

    /// A re-INVITE of a transfer was sent again.
    func repeatedTransfer(_ id: ClientTransactionID, _ leg: Leg) {
        if let joining, joining.consultation?.leg === leg {
            (joining.consulting, joining.consultingCSeq) = (id, leg.dialog.localSequence)
        } else if let transfer {
            (transfer.client, transfer.cseq) = (id, leg.dialog.localSequence)
        }
    }

    func consultLater(_ transfer: Transfer) {
        transfer.delays += 1
        guard transfer.delays < Transfer.delaysMax, let leg = transfer.consultation?.leg else {
            return transferFailed(Failure(status: 491, diagnostic: .timedOutInDialog, detail: "the new party is busy"))
        }
        engine.setTimer(&transfer.timer, .transferTimer, handle, after: glareDelay(leg))
    }

    /// The party of this call has answered to a transfer of another one.
    func consultedAnswered(_ response: inout SIPResponse, _ leg: Leg, _ transfer: Transfer) {
        transfer.consulting = nil
        engine.changed(self)
        let other = transfer.transferor.call
        switch response.status {
        case 200..<300: break
        case 491: return other.consultLater(transfer)
        case 481, 408: return endTransfer(lost: leg)
        default: return other.transferFailed(FailureReader.read(response, trunk: leg.trunk))
        }
        leg.dialog.refreshTarget(from: response)
        leg.unacknowledgedCSeq = response.cseq.number
        do throws(AdapterError) {
            try adapt(&response, from: leg.trunk, facts: leg.egressFacts)
        } catch {
            engine.counters.pluginRefusals &+= 1
            return other.transferFailed(error.failure)
        }
        agree(leg, received: response)
        guard let offer = response.sdpBytes?.array else {
            return other.transferFailed(
                Failure(status: 488, diagnostic: .mediaNotAcceptable, detail: "\(leg.trunk.name) makes no offer"))
        }
        other.consulted(transfer, leg, offer)
    }

    /// The new party's offer is there.
    private func consulted(_ transfer: Transfer, _ leg: Leg, _ offer: [UInt8]) {
        transfer.target = leg
        transfer.delays = 0
        let attempt = makeAttempt(for: leg.trunk, leg.flow, leg.egressFacts, transfer)
        anchored(offer, attempt)
    }

    /// The place of a new party that need not be called: its media have a session of their own.
    func makeAttempt(for trunk: TrunkContext, _ flow: Flow, _ facts: EgressLeg, _ transfer: Transfer) -> Attempt {
        let remaining = transfer.remaining
        let attempt = Attempt(
            number: attempts.count + 1, trunk: trunk, choice: 0, hops: HopSet.Order(first: flow), egressFacts: facts,
            isRelayed: engine.relaysMedia && !(remaining.trunk.media.bypasses && trunk.media.bypasses))
        (attempt.isOver, attempt.isTransfer, attempt.isAnswered) = (true, true, true)
        attempt.callerSide = (remaining.trunk, remaining.flow.remote.address)
        attempts.append(attempt)
        transfer.attempt = attempt
        return attempt
    }

    /// Takes a leg over from a call that ends.
    func adopt(_ leg: Leg, from call: Call, _ attempt: Attempt) {
        engine.stopTimer(&leg.session.wheelTimer)
        if leg.isCaller {
            attempt.place = call.place
            call.place = nil
        } else {
            attempt.place = call.attempts[leg.attempt - 1].place
            call.attempts[leg.attempt - 1].place = nil
        }
        call.joining = nil
        if call.callerLeg === leg { call.callerLeg = nil } else { call.calleeLeg = nil }
        leg.peer?.peer = nil
        leg.call = self
        leg.serial = legs.count
        (leg.isCaller, leg.attempt) = (false, attempt.number)
        leg.traceNumber = UInt8(truncatingIfNeeded: attempt.number)
        legs.append(leg)
        for kept in call.states where kept.adapter === leg.trunk.adapter {
            if !states.contains(where: { $0.adapter === kept.adapter }) { states.append(kept) }
        }
        armSession(leg)
        engine.changed(call)
    }
}
