import SIPDialog
import SIPTransaction
import TandemKit
import Timing

/// Refreshes of ours (RFC 4028 §7.4, §10): by UPDATE without a description where the party takes it, else by a re-INVITE
/// that repeats the description it got last.
extension Call {
    /// Sends the refresh of a leg's session, now or as soon as nothing stands in its way.
    func refreshSession(_ leg: Leg) {
        guard leg.session.refresh == nil else { return wakeAtExpiry(leg) }
        let method: SIPMethod = leg.session.allowsUpdate == true ? .update : .invite
        guard method == .update || mayReinvite(leg) else { return refreshLater(leg) }
        guard let request = makeRefresh(method, leg) else { return wakeAtExpiry(leg) }
        send(request, method, leg)
    }

    private func send(_ request: SIPRequest, _ method: SIPMethod, _ leg: Leg) {
        var request = request
        engine.traceContext = TraceContext(leg)
        let sent = engine.send(
            &request, on: leg.trunk, over: engine.flow(of: leg), owner: OwnerKind.refresh.token(handle, leg.serial))
        engine.changed(self)
        guard let sent else { return refreshLater(leg) }
        leg.noteCredentials(of: request)
        engine.counters.sessionRefreshes &+= 1
        leg.session.refresh = SessionRefresh(
            transaction: sent, method: method, cseq: leg.dialog.localSequence)
        wakeAtExpiry(leg)
    }

    private func makeRefresh(_ method: SIPMethod, _ leg: Leg) -> SIPRequest? {
        if method == .invite, leg.session.description.isEmpty { return nil }
        var request = leg.dialog.makeRequest(method)
        engine.describe(&request, to: leg.trunk, from: nil)
        offerSession(in: &request, to: leg)
        do throws(AdapterError) {
            try adapt(&request, to: leg)
        } catch {
            engine.counters.pluginRefusals &+= 1  // the session must not die of it: it goes as it is
        }
        // As it was sent before: it has been through the adapter.
        if method == .invite {
            leg.session.description.withUnsafeBytes {
                request.setBody(Bytes($0), contentType: SessionDescription.mediaType)
            }
        }
        return request
    }

    /// Whether a re-INVITE of ours crosses nothing that we know of (RFC 3261 §14.1).
    func mayReinvite(_ leg: Leg) -> Bool {
        guard phase == .confirmed, media.step == nil, leg.answer == nil, leg.unacknowledgedCSeq == nil,
            leg.peer?.answer == nil, transfer?.isConnecting != true, joining == nil
        else { return false }
        return !exchanges.contains { $0.carriesSession }
    }

    private func refreshLater(_ leg: Leg) { wakeSession(leg, at: engine.now + glareDelay(leg)) }

    /// The time that keeps two ends apart (RFC 3261 §14.1): who chose the Call-ID waits 2.1–4 s, the other end up to 2 s.
    func glareDelay(_ leg: Leg) -> TimeInterval {
        let random = engine.layer.tokens.makeRandom()
        return .milliseconds(leg.dialog.isCaller ? 2_100 + random % 191 * 10 : 10 + random % 200 * 10)
    }

    private func wakeAtExpiry(_ leg: Leg) {
        guard let timer = leg.session.timer else { return }
        wakeSession(leg, at: timer.expiresAt)
    }

    // MARK: What comes back

    /// A response to a refresh of ours.
    func refreshed(_ response: inout SIPResponse, _ leg: Leg, _ transaction: ClientTransactionID) {
        let status = response.status
        guard status >= 200 else { return }
        guard let refresh = leg.session.refresh, refresh.transaction == transaction else {
            if response.cseq.method == .invite { repeatAcknowledgement(of: response) }
            return
        }
        leg.session.refresh = nil
        if status < 300 {
            leg.dialog.refreshTarget(from: response)
            if refresh.method == .invite {
                leg.unacknowledgedCSeq = response.cseq.number
                acknowledge(leg)
            }
        }
        response.removeBody()  // that of an unchanged session tells nothing new, and no adapter has seen its offer
        do throws(AdapterError) {
            try adapt(&response, from: leg.trunk, facts: leg.egressFacts)
        } catch {
            engine.counters.pluginRefusals &+= 1
        }
        status < 300 ? agree(leg, received: response) : refused(response, leg)
    }

    private func refused(_ response: SIPResponse, _ leg: Leg) {
        leg.session.refusals += 1
        engine.changed(self)
        switch response.status {
        case 481, 408:
            end(
                Failure(
                    status: 408, cause: .recoveryOnTimerExpiry, diagnostic: .timedOutInDialog,
                    detail: "\(leg.trunk.name) answered a session refresh with \(response.status)"))
        case _ where leg.session.refusals > LegSession.refusalsMax: wakeAtExpiry(leg)
        case 422:
            let minimum = SessionTerms(of: response.headers).minimum
            guard leg.session.refusals <= LegSession.intervalRaisesMax,
                minimum > max(leg.session.timer?.interval ?? 0, leg.session.minimum)
            else { return wakeAtExpiry(leg) }
            leg.session.minimum = max(leg.session.minimum, minimum)
            refreshSession(leg)
        case 491: refreshLater(leg)
        default: refreshOnceMore(leg)
        }
    }

    /// A refresh that was refused for whatever reason is tried again after half of the time that is left.
    private func refreshOnceMore(_ leg: Leg) {
        guard let timer = leg.session.timer, timer.expiresAt > engine.now else { return armSession(leg) }
        let left = timer.expiresAt - engine.now
        wakeSession(leg, at: engine.now + TimeInterval(nanoseconds: left.nanoseconds / 2))
    }

    /// A refresh of ours has no final response.
    func lostRefresh(_ leg: Leg, _ transaction: ClientTransactionID, isTimeout: Bool) {
        guard let refresh = leg.session.refresh, refresh.transaction == transaction else { return }
        leg.session.refresh = nil
        if isTimeout {
            return end(
                Failure(
                    status: 408, cause: .recoveryOnTimerExpiry, diagnostic: .timedOutInDialog,
                    detail: "\(leg.trunk.name) did not answer a session refresh"))
        }
        leg.session.refusals += 1
        leg.flow = leg.flow.withoutConnection
        leg.session.refusals > LegSession.refusalsMax ? wakeAtExpiry(leg) : refreshLater(leg)
    }
}
