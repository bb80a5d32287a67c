import TandemKit
import Timing

/// How a call gets its plan. While a hook has to look something up, the call waits, with its INVITE answered by 100 alone;
/// whatever ends a call that rings ends it too.
extension Call {
    /// Goes on with the plan, and with the call once it is complete.
    func goOnPlanning(_ planner: CallPlanner) {
        var planner = planner
        guard let lookUp = planner.advance(&plan) else { return planned() }
        if limitTimer == .none {
            engine.setTimer(&limitTimer, .ringTimer, handle, after: ingress.timers.maxRingTime)
            engine.changed(self)
        }
        wait = engine.await(lookUp, for: planner, .lookUpTimer, handle)
    }

    private func planned() {
        announce()
        engine.changed(self)
        if let failure = plan.failure {
            engine.count(failure)
            return fail(failure)
        }
        if limitTimer == .none {
            engine.setTimer(&limitTimer, .ringTimer, handle, after: ingress.timers.maxRingTime)
        }
        tryNextTrunk()
    }

    /// Tells that the call has begun, with the numbers as they are now.
    private func announce() {
        engine.emit(number, .began(trunk: ingress.name, called: plan.called, calling: plan.identity.number))
    }

    /// What was found for the call.
    func received(_ finding: Finding, _ serial: UInt64) {
        guard let wait, wait.serial == serial else { return }
        self.wait = nil
        if let transfer {
            goOnPlanning(transfer, engine.planner(of: wait, with: finding, &transfer.plan))
        } else if let redirection {
            received(finding, wait, redirecting: redirection)
        } else {
            goOnPlanning(engine.planner(of: wait, with: finding, &plan))
        }
        finishIfDone()
    }

    /// Nothing was found in time.
    func lookUpTimeOver() {
        if let wait { received(wait.timeOut, wait.serial) }
    }

    /// The call ends before it has its plan.
    func stopPlanning() {
        guard wait != nil else { return }
        engine.dismiss(&wait)
        if answeredAt == nil, redirection == nil { announce() }
    }
}

extension ResponseContext {
    /// Goes on with the plan, and with the request once it is complete.
    func goOnPlanning(_ planner: CallPlanner) {
        var planner = planner
        if let lookUp = planner.advance(&plan) {
            wait = engine.await(lookUp, for: planner, .proxiedLookUpTimer, handle)
            return
        }
        announce()
        engine.count(plan.failure)
        plan.failure == nil ? tryNextTrunk() : finish()
    }

    private func announce() {
        guard request.method == .invite else { return }
        engine.emit(number, .began(trunk: ingress.name, called: plan.called, calling: plan.identity.number))
    }

    /// What was found for the request.
    func received(_ finding: Finding, _ serial: UInt64) {
        guard let wait, wait.serial == serial else { return }
        self.wait = nil
        goOnPlanning(engine.planner(of: wait, with: finding, &plan))
    }

    /// Nothing was found in time.
    func lookUpTimeOver() {
        if let wait { received(wait.timeOut, wait.serial) }
    }

    /// The sender has cancelled the request before it had its plan. Returns false when it has it.
    func cancelPlanning() -> Bool {
        guard wait != nil else { return false }
        engine.dismiss(&wait)
        announce()
        outcome = Failure(status: 487, cause: .normalClearing, diagnostic: .callerCancelled)
        finish()
        return true
    }
}
