import SIPDialog
import SIPTransaction
import TandemKit
import Timing

/// Requests inside the call's dialogs: from one party through us to the other.
extension Call {
    /// Methods that pass from one party to the other. BYE has a way of its own.
    static func relays(_ method: SIPMethod) -> Bool {
        method == .invite || method == .update || method == .info || method == .options || method == .message
    }

    /// A request inside a dialog, other than ACK and CANCEL.
    func received(_ request: inout SIPRequest, from leg: Leg, _ transaction: ServerTransactionID) {
        if leg.isOver {
            // A BYE that crosses ours is as good as ours.
            if request.method == .bye { return respond(transaction, status: 200, to: leg, answering: request) }
            return refuse(request, 481, .noSuchDialog, leg, transaction)
        }
        if request.method == .invite, phase != .ending, let peer = leg.peer, let status = conflict(leg, peer) {
            return refuse(request, status, .noSuchDialog, leg, transaction)
        }
        let verdict = leg.dialog.receive(request)
        guard verdict == .accepted else { return refuse(request, verdict.status, .noSuchDialog, leg, transaction) }
        if request.method == .bye { return receivedBYE(&request, from: leg, transaction) }
        guard phase != .ending, let peer = leg.peer, !peer.isOver else {
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

    /// Why a re-INVITE can't be taken now: 491 when one is under way to the sender (RFC 3261 §14.2), 500 when one of
    /// the sender's own is; nil when it can.
    private func conflict(_ leg: Leg, _ peer: Leg) -> UInt16? {
        if transaction != nil { return leg.isCaller ? 500 : 491 }
        if leg.answer != nil { return 500 }
        if peer.answer != nil { return 491 }
        for exchange in exchanges where exchange.method == .invite {
            return exchange.source === leg ? 500 : 491
        }
        return nil
    }

    private func relay(
        _ request: inout SIPRequest, from leg: Leg, to peer: Leg, _ transaction: ServerTransactionID
    ) {
        let exchange = Exchange(
            serial: nextExchange, method: request.method, source: leg, destination: peer, request: request,
            server: transaction, hasBody: !request.body.isEmpty)
        nextExchange += 1
        do throws(AdapterError) {
            try adapt(&request, from: leg)
            var relayed = try relayed(request, to: peer)
            engine.traceContext = TraceContext(peer)
            exchange.client = engine.send(
                &relayed, on: peer.trunk, over: engine.flow(of: peer),
                owner: OwnerKind.exchange.token(handle, exchange.serial))
        } catch {
            engine.counters.pluginRefusals &+= 1
            return engine.respond(transaction, made(error.failure, to: leg, answering: exchange.request), from: leg)
        }
        guard exchange.client != nil else {
            return refuse(exchange.request, 503, .overloaded, leg, transaction)
        }
        engine.setOwner(OwnerKind.exchange.token(handle, exchange.serial), of: transaction)
        exchanges.append(exchange)
    }

    /// A response to a relayed request.
    func received(_ response: inout SIPResponse, for exchange: Exchange) {
        let status = response.status
        if status < 200 {
            if status > 100, exchange.method == .invite { pass(&response, exchange) }
            return
        }
        remove(exchange)
        if status < 300 { return succeeded(&response, exchange) }
        pass(&response, exchange)
        // The other side knows nothing of this dialog any more (RFC 3261 §12.2.1.2).
        if status == 481 || (status == 408 && exchange.method == .invite) {
            exchange.destination.isOver = status == 481
            end(Failure(status: status, diagnostic: .timedOutInDialog, detail: exchange.destination.trunk.name))
        }
    }

    private func succeeded(_ response: inout SIPResponse, _ exchange: Exchange) {
        let (leg, peer) = (exchange.source, exchange.destination)
        guard exchange.method == .invite else {
            if exchange.method == .update { peer.dialog.refreshTarget(from: response) }
            return pass(&response, exchange)
        }
        peer.dialog.refreshTarget(from: response)
        peer.unacknowledgedCSeq = response.cseq.number
        if exchange.hasBody { acknowledge(peer) }
        do throws(AdapterError) {
            let passed = try translated(&response, exchange)
            answer(
                leg, exchange.server, cseq: exchange.request.cseq.number, passed,
                relaysAcknowledgement: !exchange.hasBody)
        } catch {
            // One side has changed its session, the other can't be told: the call is broken.
            engine.counters.pluginRefusals &+= 1
            engine.respond(exchange.server, made(error.failure, to: leg, answering: exchange.request), from: leg)
            end(error.failure)
        }
    }

    /// Gives a response to the side the request came from.
    private func pass(_ response: inout SIPResponse, _ exchange: Exchange) {
        do throws(AdapterError) {
            engine.respond(exchange.server, try translated(&response, exchange), from: exchange.source)
        } catch {
            engine.counters.pluginRefusals &+= 1
            let failure = made(error.failure, to: exchange.source, answering: exchange.request)
            engine.respond(exchange.server, failure, from: exchange.source)
        }
    }

    private func translated(
        _ response: inout SIPResponse, _ exchange: Exchange
    ) throws(AdapterError) -> SIPResponse {
        let peer = exchange.destination
        try adapt(&response, from: peer.trunk, facts: peer.egressFacts)
        return try relayed(response, to: exchange.source, answering: exchange.request)
    }

    /// A relayed request has no final response.
    func lost(_ exchange: Exchange, isTimeout: Bool) {
        guard exchanges.contains(where: { $0 === exchange }) else { return }
        remove(exchange)
        let failure = Failure(
            status: isTimeout ? 408 : 503, diagnostic: isTimeout ? .timedOutInDialog : .transportFailed,
            detail: exchange.destination.trunk.name)
        engine.respond(
            exchange.server, made(failure, to: exchange.source, answering: exchange.request), from: exchange.source)
        if isTimeout, exchange.method == .invite { end(failure) }
    }

    /// The party that sent a re-INVITE has cancelled it. Its final response decides what became of the session.
    func cancelled(_ exchange: Exchange) {
        guard let client = exchange.client else { return }
        engine.traceContext = TraceContext(exchange.destination)
        _ = engine.layer.cancel(client, at: engine.now)
    }

    /// The call ends while requests are under way: each gets its 487 (RFC 3261 §15.1.2).
    func abortExchanges() {
        for exchange in exchanges {
            refuse(exchange.request, 487, .normalClearing, exchange.source, exchange.server)
            if exchange.method == .invite {
                cancelled(exchange)
            } else if let client = exchange.client {
                engine.layer.abandon(client)
            }
        }
        exchanges.removeAll()
    }

    private func remove(_ exchange: Exchange) {
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
