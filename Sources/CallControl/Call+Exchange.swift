import SIPDialog
import SIPTransaction
import TandemKit
import Timing

/// Requests inside the call's dialogs: from one party through us to the other.
extension Call {
    /// Methods that pass from one party to the other. BYE has a way of its own.
    static func relays(_ method: SIPMethod) -> Bool {
        method == .invite || method == .update || method == .info || method == .options || method == .message
            || method == .subscribe || method == .notify
    }

    /// A request inside a dialog, other than ACK and CANCEL.
    func received(_ request: inout SIPRequest, from leg: Leg, _ transaction: ServerTransactionID) {
        // Nothing may be sent to who has hung up, so BYE overtakes what waits.
        if request.method != .bye, parks(.request(request, leg, transaction)) {
            if request.method == .invite { engine.changed(self) }
            return
        }
        if leg.isOver {
            // A BYE that crosses ours is as good as ours.
            if request.method == .bye { return respond(transaction, status: 200, to: leg, answering: request) }
            return refuse(request, 481, .noSuchDialog, leg, transaction)
        }
        let offers = request.method == .invite || (request.method == .update && request.sdpBytes != nil)
        if offers, phase != .ending, let peer = leg.peer, let status = conflict(request.method, leg, peer) {
            return refuse(request, status, .noSuchDialog, leg, transaction)
        }
        let verdict = leg.dialog.receive(request)
        guard verdict == .accepted else { return refuse(request, verdict.status, .noSuchDialog, leg, transaction) }
        if request.method == .bye { return receivedBYE(&request, from: leg, transaction) }
        changedInDialog()
        if request.method == .prack { return acknowledgedProgress(&request, from: leg, transaction) }
        guard phase != .ending, let peer = leg.peer, !peer.isOver else {
            return refuse(request, 481, .noSuchDialog, leg, transaction)
        }
        if request.method == .refer { return receivedREFER(&request, from: leg, to: peer, transaction) }
        if request.method == .notify, !followsREFER(request, from: leg) {
            return refuse(request, 481, .noSuchDialog, leg, transaction)
        }
        guard Self.relays(request.method) else { return refuse(request, 405, .methodNotSupported, leg, transaction) }
        if request.maxForwards == 0 { return refuse(request, 483, .tooManyHops, leg, transaction) }
        guard exchanges.count < engine.limits.exchanges else {
            engine.counters.refusedExchanges &+= 1
            return refuse(request, 503, .overloaded, leg, transaction)
        }
        relay(&request, from: leg, to: peer, transaction)
    }

    private func changedInDialog() {
        #if DEBUG
            if engine.fault == .forgetsSequence { return }
        #endif
        engine.changed(self)
    }

    /// Why a re-INVITE, or an UPDATE that offers, can't be taken now: 491 when an offer is under way to the sender, 500
    /// when one of the sender's own is (RFC 3261 §14.2, RFC 3311 §5.2); nil when it can.
    private func conflict(_ method: SIPMethod, _ leg: Leg, _ peer: Leg) -> UInt16? {
        if transaction != nil, method == .invite || attempt(of: leg)?.isAnswered != true {
            return leg.isCaller ? 500 : 491
        }
        if let answer = leg.answer, method == .invite || answer.relaysAcknowledgement { return 500 }
        if let answer = peer.answer, method == .invite || answer.relaysAcknowledgement { return 491 }
        for exchange in exchanges where exchange.method == .invite || (exchange.carriesSession && exchange.hasBody) {
            return exchange.source === leg ? 500 : 491
        }
        // A refresh of ours that offers is under way, to the sender or to whom the request would go on.
        if transfer?.isConnecting == true || joining != nil { return 491 }
        if leg.session.refresh?.method == .invite || peer.session.refresh?.method == .invite { return 491 }
        return nil
    }

    /// - Parameter isCanonical: Whether the adapter has seen the request.
    func relay(
        _ request: inout SIPRequest, from leg: Leg, to peer: Leg, _ transaction: ServerTransactionID,
        isCanonical: Bool = false
    ) {
        let exchange = Exchange(
            serial: nextExchange, method: request.method, source: leg, destination: peer, request: request,
            server: transaction, hasBody: !request.body.isEmpty)
        nextExchange += 1
        do throws(AdapterError) {
            if !isCanonical { try adapt(&request, from: leg) }
        } catch {
            engine.counters.pluginRefusals &+= 1
            return engine.respond(transaction, made(error.failure, to: leg, answering: exchange.request), from: leg)
        }
        if exchange.opensSession {
            leg.session.note(request.headers, leg.trunk)
            exchange.terms = SessionTerms(of: request.headers)
            if refusesInterval(of: exchange.request, exchange.terms, leg, transaction) { return }
            if isRefresh(request, exchange.terms, to: peer) {
                return answerRefresh(request, received: exchange.request, leg, transaction)
            }
            if let status = replacesUPDATE(exchange, to: peer) {
                return refuse(exchange.request, status, .methodNotSupported, leg, transaction)
            }
        }
        engine.setOwner(OwnerKind.exchange.token(handle, exchange.serial), of: transaction)
        exchanges.append(exchange)
        if exchange.carriesSession, let attempt = attempt(of: leg),
            awaitsRelay(request.sdpBytes, .offer, of: leg.party, attempt, .request(request, exchange))
        {
            exchange.isOffered = true
            return
        }
        forward(request, exchange)
    }

    /// Whether a request concerns its sender's session alone, so that the answer is ours.
    private func isRefresh(_ request: SIPRequest, _ terms: SessionTerms, to peer: Leg) -> Bool {
        request.method == .update && request.body.isEmpty
            && (terms.interval != nil || peer.session.allowsUpdate == false)
    }

    /// Sends an UPDATE that offers as a re-INVITE to a party that has no UPDATE. Returns the status that refuses it where
    /// that can't be: an early dialog has no re-INVITE (RFC 3311 §5.2), nor does one whose INVITE is not done with.
    private func replacesUPDATE(_ exchange: Exchange, to peer: Leg) -> UInt16? {
        guard exchange.method == .update, peer.session.allowsUpdate == false else { return nil }
        if transaction != nil { return 504 }
        guard phase == .confirmed, peer.answer == nil, peer.unacknowledgedCSeq == nil else { return 491 }
        exchange.sentMethod = .invite
        return nil
    }

    /// The re-INVITE to a party that it has not answered.
    func openInvite(to leg: Leg) -> Leg.OpenInvite? {
        for exchange in exchanges where exchange.sentMethod == .invite && exchange.destination === leg {
            if exchange.client != nil { return Leg.OpenInvite(cseq: exchange.cseq, offers: exchange.hasBody) }
        }
        if let refresh = leg.session.refresh, refresh.method == .invite {
            return Leg.OpenInvite(cseq: refresh.cseq, offers: true)
        }
        // Its answer is for a party that nobody knows of any more.
        if let transfer, transfer.remaining === leg, transfer.client != nil {
            return Leg.OpenInvite(cseq: transfer.cseq, offers: false)
        }
        if let joining, joining.consultation?.leg === leg, joining.consulting != nil {
            return Leg.OpenInvite(cseq: joining.consultingCSeq, offers: false)
        }
        return leg.lostInvite
    }

    /// The re-INVITEs of a party that have no final response of ours yet: under way, or behind a description at the relay.
    func openRequests(from leg: Leg) -> [(SIPRequest, ServerTransactionID)] {
        var open: [(SIPRequest, ServerTransactionID)] = []
        for exchange in exchanges where exchange.method == .invite && exchange.source === leg {
            open.append((exchange.request, exchange.server))
        }
        if case .response(_, let exchange)? = media.step, exchange.method == .invite, exchange.source === leg {
            open.append((exchange.request, exchange.server))
        }
        for case .request(let request, let source, let server) in media.parked where source === leg {
            if request.method == .invite { open.append((request, server)) }
        }
        return open
    }

    /// Sends a request, in canonical form, to the other side, unless its sender or the call has given it up meanwhile.
    func forward(_ request: SIPRequest, _ exchange: Exchange) {
        guard exchanges.contains(where: { $0 === exchange }) else { return }  // the call's end has answered it
        if exchange.isCancelled {
            return drop(exchange, Failure(status: 487, cause: .normalClearing, diagnostic: .callerCancelled))
        }
        let peer = exchange.destination
        do throws(AdapterError) {
            var relayed = try relayed(request, to: peer, as: exchange.sentMethod)
            exchange.cseq = peer.dialog.localSequence
            if exchange.method == .refer { notePassed(exchange) }
            changedInDialog()
            engine.traceContext = TraceContext(peer)
            if exchange.opensSession { exchange.sent = relayed }
            exchange.client = engine.send(
                &relayed, on: peer.trunk, over: engine.flow(of: peer),
                owner: OwnerKind.exchange.token(handle, exchange.serial))
            peer.noteCredentials(of: relayed)
        } catch {
            engine.counters.pluginRefusals &+= 1
            return drop(exchange, error.failure)
        }
        if exchange.client == nil { drop(exchange, Failure(status: 503, diagnostic: .overloaded)) }
    }

    /// A request that was not sent on gets a failure of ours.
    func drop(_ exchange: Exchange, _ failure: Failure) {
        guard exchanges.contains(where: { $0 === exchange }) else { return }
        remove(exchange)
        rollBack(exchange)
        var response = made(failure, to: exchange.source, answering: exchange.request)
        engine.addHint(for: failure.status, to: &response)
        engine.respond(exchange.server, response, from: exchange.source)
    }

    /// A response to a relayed request.
    func received(_ response: inout SIPResponse, for exchange: Exchange) {
        if parks(.exchangeResponse(response, serial: exchange.serial)) { return }
        let status = response.status
        if status < 200 {
            // Who wants them reliably gets none before the answer to a re-INVITE: there is nothing to be heard meanwhile.
            if status > 100, exchange.method == .invite, !exchange.request.headers.lists(.require, "100rel") {
                pass(&response, exchange)
            }
            return
        }
        if status == 422, raisesInterval(response, exchange) { return }
        remove(exchange)
        if status < 300 { return succeeded(&response, exchange) }
        rollBack(exchange)
        pass(&response, exchange)
        // The other side knows nothing of this dialog any more (RFC 3261 §12.2.1.2).
        if exchange.method == .prack { return }
        if status == 481 || (status == 408 && exchange.sentMethod == .invite) {
            // Who hasn't acknowledged our 2xx may not have got it yet: then there will be a dialog to end.
            exchange.destination.isOver = status == 481 && exchange.destination.answer == nil
            end(Failure(status: status, diagnostic: .timedOutInDialog, detail: exchange.destination.trunk.name))
        }
    }

    private func succeeded(_ response: inout SIPResponse, _ exchange: Exchange) {
        let peer = exchange.destination
        changedInDialog()
        peer.dialog.refreshTarget(from: response)
        if exchange.sentMethod == .invite {
            peer.unacknowledgedCSeq = response.cseq.number
            if exchange.hasBody { acknowledge(peer) }
        }
        pass(&response, exchange)
    }

    /// Gives a response to the side the request came from, by way of the relay when it has a description.
    private func pass(_ response: inout SIPResponse, _ exchange: Exchange) {
        let peer = exchange.destination
        do throws(AdapterError) {
            try adapt(&response, from: peer.trunk, facts: peer.egressFacts)
        } catch {
            engine.counters.pluginRefusals &+= 1
            return breakOff(exchange, error.failure, isSuccess: response.isSuccess)
        }
        if response.isSuccess, exchange.opensSession {
            peer.session.keep(exchange.sent?.sdpBytes, peer.trunk)
            agree(peer, received: response)
        }
        if response.status < 300, exchange.carriesSession, let attempt = attempt(of: peer),
            awaitsRelay(
                response.sdpBytes, exchange.isOffered ? .answer : .offer, of: peer.party, attempt,
                .response(response, exchange))
        {
            return
        }
        passOn(response, exchange)
    }

    /// Gives a response, in canonical form, to the side the request came from.
    func passOn(_ response: SIPResponse, _ exchange: Exchange) {
        let leg = exchange.source
        guard phase != .ending else {
            // The call's end has answered all that waited; of a request that had its 2xx already it knew nothing.
            if response.isSuccess { refuse(exchange.request, 487, .normalClearing, leg, exchange.server) }
            return
        }
        do throws(AdapterError) {
            let passed = try relayed(
                response, to: leg, answering: exchange.request, terms: exchange.opensSession ? exchange.terms : nil)
            if exchange.opensSession, response.isSuccess {
                leg.session.keep(passed.sdpBytes, leg.trunk)
                agree(leg, sent: passed)
            }
            guard exchange.method == .invite, response.isSuccess else {
                return engine.respond(exchange.server, passed, from: leg)
            }
            answer(
                leg, exchange.server, cseq: exchange.request.cseq.number, passed,
                relaysAcknowledgement: !exchange.hasBody)
        } catch {
            engine.counters.pluginRefusals &+= 1
            breakOff(exchange, error.failure, isSuccess: response.isSuccess)
        }
    }

    /// A response can't be passed on. When it is a 2xx to a re-INVITE, one side has changed its session and the other
    /// can't be told: the call is broken.
    func breakOff(_ exchange: Exchange, _ failure: Failure, isSuccess: Bool) {
        if exchanges.contains(where: { $0 === exchange }) { cancelled(exchange) }
        remove(exchange)
        engine.respond(
            exchange.server, made(failure, to: exchange.source, answering: exchange.request), from: exchange.source)
        if isSuccess, exchange.sentMethod == .invite { end(failure) }
    }

    /// A relayed request has no final response.
    func lost(_ exchange: Exchange, isTimeout: Bool) {
        if parks(.exchangeLost(exchange, isTimeout: isTimeout)) { return }
        guard exchanges.contains(where: { $0 === exchange }) else { return }
        remove(exchange)
        rollBack(exchange)
        let failure = Failure(
            status: isTimeout ? 408 : 503, diagnostic: isTimeout ? .timedOutInDialog : .transportFailed,
            detail: exchange.destination.trunk.name)
        engine.respond(
            exchange.server, made(failure, to: exchange.source, answering: exchange.request), from: exchange.source)
        if isTimeout, exchange.sentMethod == .invite { end(failure) }
    }

    /// The party that sent a re-INVITE has cancelled it. Its final response decides what became of the session.
    func cancelled(_ exchange: Exchange) {
        exchange.isCancelled = true
        guard let client = exchange.client else { return }  // its offer is at the relay
        engine.traceContext = TraceContext(exchange.destination)
        _ = engine.layer.cancel(client, at: engine.now)
    }

    /// The call ends while requests are under way: each gets its 487 (RFC 3261 §15.1.2).
    func abortExchanges() {
        for exchange in exchanges {
            refuse(exchange.request, 487, .normalClearing, exchange.source, exchange.server)
            if exchange.sentMethod == .invite {
                cancelled(exchange)
            } else if let client = exchange.client {
                engine.layer.abandon(client)
            }
        }
        exchanges.removeAll()
    }

    private func remove(_ exchange: Exchange) {
        if exchange.sentMethod == .invite { engine.changed(self) }
        exchanges.removeAll { $0 === exchange }
    }

    /// Answers a request with a failure of ours.
    func refuse(
        _ request: SIPRequest, _ status: UInt16, _ diagnostic: DiagnosticCode, _ leg: Leg,
        _ transaction: ServerTransactionID
    ) {
        var response = made(Failure(status: status, diagnostic: diagnostic), to: leg, answering: request)
        engine.addHint(for: status, to: &response)
        engine.respond(transaction, response, from: leg)
    }
}
