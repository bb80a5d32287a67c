import SIPDialog
import SIPTransaction
import TandemKit
import Timing

/// Session timers (RFC 4028): each leg has its own, and what one party asks for never reaches the other.
extension Call {
    // MARK: What is said

    /// Puts what we want of the session timer into a request to a party that opens or refreshes its session.
    func offerSession(in request: inout SIPRequest, to leg: Leg) {
        guard request.method == .invite || request.method == .update else { return }
        leg.trunk.offerSession(in: &request, keeping: leg.session.timer, minimum: leg.session.minimum, engine.writer)
    }

    /// Puts what we grant into a 2xx to a party's request that opened or refreshed its session.
    func answerSession(in response: inout SIPResponse, to leg: Leg, _ terms: SessionTerms) {
        guard let (interval, refresher) = leg.trunk.sessionTimer.answer(to: terms) else { return }
        response.headers.setSession(interval, refresher, minimum: 0, engine.writer)
        // Who is to refresh, or could, has to know that it is meant (§9).
        if terms.isSupported { response.headers.append(.require, Bytes("timer")) }
    }

    // MARK: What is agreed

    /// A 2xx of ours goes to a party: its session begins anew.
    func agree(_ leg: Leg, sent response: SIPResponse) {
        let said = SessionTerms(of: response.headers)
        if let interval = said.interval {
            leg.session.timer = SessionTimer(
                interval: interval, isRefresher: said.refresher == .uas, refreshedAt: engine.now)
        } else {
            leg.session.timer = nil
        }
        begin(leg)
    }

    /// A party has answered a request of ours with a 2xx: its session begins anew.
    func agree(_ leg: Leg, received response: SIPResponse) {
        leg.session.note(response.headers, leg.trunk)
        let agreement = leg.trunk.sessionTimer.agreement(
            in: SessionTerms(of: response.headers), minimum: leg.session.minimum)
        leg.session.timer = agreement.map {
            SessionTimer(interval: $0.interval, isRefresher: $0.isRefresher, refreshedAt: engine.now)
        }
        begin(leg)
    }

    private func begin(_ leg: Leg) {
        leg.session.refusals = 0
        if leg.session.timer == nil { leg.session.description = [] }
        armSession(leg)
        if answeredAt != nil { engine.changed(self) }
    }

    // MARK: Time

    /// Sets the leg's timer for its next refresh, or for the end of its session.
    func armSession(_ leg: Leg) {
        guard let timer = leg.session.timer, phase != .ending, !leg.isOver else {
            return engine.stopTimer(&leg.session.wheelTimer)
        }
        let isNext = timer.isRefresher && timer.refreshAt > engine.now
        wakeSession(leg, at: isNext ? timer.refreshAt : timer.expiresAt)
    }

    func wakeSession(_ leg: Leg, at time: Timestamp) {
        let delay = time > engine.now ? time - engine.now : .milliseconds(1)
        engine.setTimer(&leg.session.wheelTimer, .sessionTimer, handle, leg.serial, after: delay)
    }

    /// A leg's session timer has run out: a refresh of ours is due, or one of the party's did not come.
    func sessionTimeOver(_ leg: Leg) {
        leg.session.wheelTimer = .none
        guard phase != .ending, !leg.isOver, let timer = leg.session.timer else { return }
        if engine.now >= timer.expiresAt { return sessionExpired(leg) }
        guard timer.isRefresher, timer.refreshAt <= engine.now else { return armSession(leg) }
        refreshSession(leg)
    }

    private func sessionExpired(_ leg: Leg) {
        engine.counters.expiredSessions &+= 1
        end(
            Failure(
                status: 408, cause: .recoveryOnTimerExpiry, diagnostic: .sessionExpired, detail: leg.trunk.name))
    }

    /// Nothing waits for the sessions of a call that ends.
    func stopSessions() {
        for leg in legs where leg.call === self {
            engine.stopTimer(&leg.session.wheelTimer)
            guard let refresh = leg.session.refresh else { continue }
            leg.session.refresh = nil
            if refresh.method == .invite {
                engine.traceContext = TraceContext(leg)
                _ = engine.layer.cancel(refresh.transaction, at: engine.now)
            } else {
                engine.layer.abandon(refresh.transaction)
            }
        }
    }

    // MARK: What is asked of us

    /// Refuses a request whose interval is too small (§9). Returns false when it may go on.
    func refusesInterval(
        of request: SIPRequest, _ terms: SessionTerms, _ leg: Leg, _ transaction: ServerTransactionID
    ) -> Bool {
        guard leg.trunk.sessionTimer.refusal(of: terms) != nil else { return false }
        refuse(request, 422, .intervalTooSmall, leg, transaction)
        return true
    }

    /// Answers a request that does nothing but refresh a party's session, or that the other party does not take.
    func answerRefresh(
        _ request: SIPRequest, received: SIPRequest, _ leg: Leg, _ transaction: ServerTransactionID
    ) {
        var response = SIPResponse(to: received, status: 200, reason: Bytes(), toTag: leg.dialog.localTag)
        engine.describe(&response, answering: request.method, to: leg.trunk, from: nil)
        answerSession(in: &response, to: leg, SessionTerms(of: request.headers))
        do throws(AdapterError) {
            try adapt(&response, to: leg)
        } catch {
            engine.counters.pluginRefusals &+= 1
        }
        agree(leg, sent: response)
        engine.respond(transaction, response, from: leg)
    }
}

extension TrunkContext {
    /// Puts what we want of the session timer into a request to the trunk's peer.
    func offerSession(
        in request: inout SIPRequest, keeping timer: SessionTimer?, minimum: UInt32, _ writer: ValueWriter
    ) {
        guard sessionTimer.use != .off else { return }
        let minimum = max(minimum, sessionTimer.minimum)
        if let (interval, refresher) = sessionTimer.offer(keeping: timer, minimum: minimum) {
            request.headers.setSession(interval, refresher, minimum: minimum, writer)
        } else if minimum > SessionTimerPolicy.least {
            request.headers.setMinimum(minimum, writer)
        }
    }
}
