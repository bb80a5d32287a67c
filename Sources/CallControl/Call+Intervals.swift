import SIPDialog
import SIPTransaction
import TandemKit
import Timing

/// 422: the session interval that we asked for is too small for somebody, so the request is sent again with a larger one
/// (RFC 4028 §7.3).
extension Call {
    /// Sends the INVITE of an attempt again. Returns false when a larger interval is not what it takes.
    func raisesInterval(_ response: SIPResponse, _ attempt: Attempt) -> Bool {
        guard attempt === current, !attempt.isCancelled, !attempt.isOver, transaction != nil, attempt.legCount == 0,
            attempt.intervalRaises < LegSession.intervalRaisesMax, var request = attempt.invite,
            let minimum = raiseInterval(of: &request, after: response)
        else { return false }
        request.renumber(request.cseq.number &+ 1)
        engine.traceContext = TraceContext(
            call: number, leg: UInt8(truncatingIfNeeded: attempt.number), trunk: attempt.trunk)
        let sent = engine.send(
            &request, on: attempt.trunk, over: attempt.flow, owner: OwnerKind.attempt.token(handle, attempt.number))
        guard let sent else { return false }
        attempt.intervalRaises += 1
        attempt.minimum = minimum
        attempt.transaction = sent
        attempt.invite = request
        startTimers(of: attempt)
        return true
    }

    /// Sends a request inside a dialog again. Returns false when a larger interval is not what it takes.
    func raisesInterval(_ response: SIPResponse, _ exchange: Exchange) -> Bool {
        let peer = exchange.destination
        guard phase != .ending, !exchange.isCancelled, exchange.intervalRaises < LegSession.intervalRaisesMax,
            exchange.opensSession, var request = exchange.sent,
            let minimum = raiseInterval(of: &request, after: response)
        else { return false }
        peer.dialog.renumber(&request)
        engine.changed(self)
        engine.traceContext = TraceContext(peer)
        let sent = engine.send(
            &request, on: peer.trunk, over: engine.flow(of: peer),
            owner: OwnerKind.exchange.token(handle, exchange.serial))
        guard let sent else { return false }
        exchange.intervalRaises += 1
        peer.session.minimum = minimum
        exchange.client = sent
        exchange.cseq = peer.dialog.localSequence
        exchange.sent = request
        return true
    }

    /// Asks for the interval that a 422 names, in the request that it answers. Returns nil when that is no larger one.
    private func raiseInterval(of request: inout SIPRequest, after response: SIPResponse) -> UInt32? {
        let minimum = SessionTerms(of: response.headers).minimum
        let terms = SessionTerms(of: request.headers)
        guard let interval = terms.interval, minimum > interval else { return nil }
        request.removeTopVia()
        request.headers.setSession(minimum, terms.refresher, minimum: minimum, engine.writer)
        return minimum
    }
}
