import SIPDialog
import SIPTransaction
import TandemKit
import Timing

/// How transfers fail, and how parties leave a call that goes on without them.
extension Call {
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
        if let consultation = transfer.consultation { return consultation.call.release(transfer, failure) }
        guard let target = transfer.target, !target.isOver else { return }
        if let replacement = transfer.replacement {
            target.isOver = true
            var response = made(failure, to: target, answering: replacement.invite)
            engine.addHint(for: failure.status, to: &response)
            engine.respond(replacement.transaction, response, from: target)
        } else if let cseq = target.unacknowledgedCSeq {
            dismiss(target, cseq: cseq)
        } else {
            sendBYE(target, failure)
        }
    }

    // MARK: The call whose party another one wants

    /// A transfer of another call that wanted a party of this one has come to nothing.
    private func release(_ transfer: Transfer, _ failure: Failure) {
        guard joining === transfer, let leg = transfer.consultation?.leg else { return }
        joining = nil
        if let client = transfer.consulting {
            engine.traceContext = TraceContext(leg)
            _ = engine.layer.cancel(client, at: engine.now)
        }
        // The party has made an offer that nobody answers any more, or has nobody to talk with.
        if leg.unacknowledgedCSeq != nil || leg.peer?.isOver == true { return end(failure) }
        armSession(leg)
    }

    /// This call ends, and with it the transfer of another one that wanted a party of it.
    func stopJoining(_ failure: Failure) {
        guard let transfer = joining else { return }
        joining = nil
        // What the party that stays says to the offer decides where it has that already.
        if transfer.client == nil { transfer.transferor.call.transferFailed(failure) }
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
        guard phase != .ending else { return false }
        if let joining, joining.consultation?.leg.peer === leg {
            engine.changed(self)
            return true
        }
        guard let transfer else { return false }
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

    /// A party's place is another's now. Who has asked for it hangs up by itself, who was replaced is hung up (RFC 3891 §3).
    func depart(_ leg: Leg, isReplaced: Bool) {
        leg.hasLeft = true
        engine.stopTimer(&leg.session.wheelTimer)
        if leg.isOver { return }
        if isReplaced { return departureOver(leg) }
        engine.setTimer(&leg.departureTimer, .departureTimer, handle, leg.serial, after: Self.departureTime)
    }

    /// A party that has transferred its call did not hang up: we do.
    func departureOver(_ leg: Leg) {
        leg.departureTimer = .none
        guard leg.hasLeft, !leg.isOver, phase != .ending else { return }
        sendBYE(leg, Failure(status: 487, cause: .normalClearing, diagnostic: .normalClearing))
    }
}
