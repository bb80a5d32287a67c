import SIPDialog
import SIPTransaction
import TandemKit
import Timing

/// Reliable provisional responses towards the caller (RFC 3262 §3).
extension Call {
    /// Reads off the INVITE whether its sender takes provisional responses reliably.
    func beginProgress(of leg: Leg, _ canonical: SIPRequest) {
        guard ingress.profile.acceptsPRACK,
            canonical.headers.lists(.supported, "100rel") || canonical.headers.lists(.require, "100rel")
        else { return }
        leg.progress = ReliableProgress(cseq: invite.cseq.number, random: engine.layer.tokens.makeRandom())
    }

    /// Sends a provisional response reliably, now or once those before it have their PRACK.
    func sendReliably(
        _ response: SIPResponse, _ attempt: Attempt, from source: Leg?, to leg: Leg, _ progress: ReliableProgress
    ) {
        var response = response
        let awaited = response.reliableSequence
        // An offer is only what can be answered: in a response that is reliable on the callee's side as well.
        if invite.body.isEmpty, awaited == nil { response.removeBody() }
        let queued = ReliableProgress.Queued(response: response, attempt: attempt, source: source, awaited: awaited)
        guard progress.pending != nil else { return send(queued, to: leg, progress) }
        guard progress.queue.count < ReliableProgress.queueMax else {
            engine.counters.droppedProgress &+= 1
            if awaited != nil, let source { acknowledgeProgress(source) }
            return
        }
        progress.queue.append(queued)
    }

    private func send(_ queued: ReliableProgress.Queued, to leg: Leg, _ progress: ReliableProgress) {
        guard let transaction else { return }
        let sequence = progress.nextSequence()
        do throws(AdapterError) {
            let sent = try relayed(queued.response, to: leg, answering: invite, reliably: sequence)
            let t1 = engine.layer.timers.t1
            leg.session.keep(sent.sdpBytes, leg.trunk)
            progress.pending = ReliableProgress.Pending(
                response: sent, sequence: sequence, queued: queued,
                isOffer: sent.sdpBytes != nil && invite.body.isEmpty && !queued.attempt.isExchanged,
                retransmission: ProvisionalRetransmission(t1: t1, at: engine.now))
            if let description = queued.response.sdpBytes { progress.description = description.array }
            engine.respond(transaction, sent, from: leg)
            engine.setTimer(&progress.timer, .provisionalTimer, handle, leg.serial, after: t1)
        } catch {
            engine.counters.pluginRefusals &+= 1
            abandon(queued.attempt, error.failure)
        }
    }

    /// The time to repeat a reliable response has come, or to give up.
    func repeatProvisional(_ leg: Leg) {
        guard let progress = leg.progress, progress.pending != nil, let transaction else { return }
        progress.timer = .none
        guard case .sendAgain(let next) = progress.pending!.retransmission.fire(at: engine.now) else {
            engine.counters.lostAcknowledgements &+= 1
            return fail(Failure(status: 504, diagnostic: .timedOutInDialog, detail: "no PRACK came"))
        }
        engine.respond(transaction, progress.pending!.response, from: leg)
        engine.setTimer(&progress.timer, .provisionalTimer, handle, leg.serial, after: next)
    }

    /// Nothing is repeated any more: the INVITE has its final response. A PRACK that crosses it is still answered.
    func stopProgress() {
        for leg in legs {
            guard let progress = leg.progress else { continue }
            engine.stopTimer(&progress.timer)
            progress.queue.removeAll()
        }
    }

    // MARK: PRACK from the caller

    /// A PRACK. One that acknowledges nothing that waits gets 481 (§3).
    func acknowledgedProgress(_ request: inout SIPRequest, from leg: Leg, _ transaction: ServerTransactionID) {
        guard let progress = leg.progress, let pending = progress.pending,
            let rack = try? RAck(parsing: request.headers.firstValue(of: .rAck)), rack.sequence == pending.sequence,
            rack.cseq.method == .invite, rack.cseq.number == progress.cseq
        else { return refuse(request, 481, .noSuchDialog, leg, transaction) }
        progress.pending = nil
        engine.stopTimer(&progress.timer)
        let received = request
        do throws(AdapterError) {
            try adapt(&request, from: leg)
        } catch {
            engine.counters.pluginRefusals &+= 1
            request.removeBody()
        }
        let source = pending.source
        if request.sdpBytes == nil || self.transaction == nil {
            respond(transaction, status: 200, to: leg, answering: received)
            if let source { acknowledgeProgress(source) }
        } else if pending.isOffer {
            respond(transaction, status: 200, to: leg, answering: received)
            pending.queued.attempt.isExchanged = true
            answerProgress(request, pending)
        } else {
            offerInPRACK(request, received: received, from: leg, pending, transaction)
        }
        nextProgress(leg, progress)
    }

    /// Passes on the answer to the offer in a provisional response.
    private func answerProgress(_ request: SIPRequest, _ pending: ReliableProgress.Pending) {
        guard let source = pending.source else { return }
        if awaitsRelay(
            request.sdpBytes, .answer, of: .caller, pending.queued.attempt, .prack(request, source))
        {
            return
        }
        acknowledgeProgress(source, relaying: request)
    }

    /// Passes on an offer in a PRACK: in the PRACK to the callee, or in an UPDATE to one that waits for none.
    private func offerInPRACK(
        _ request: SIPRequest, received: SIPRequest, from leg: Leg, _ pending: ReliableProgress.Pending,
        _ transaction: ServerTransactionID
    ) {
        guard let callee = pending.queued.source, pending.source != nil || callee.session.allowsUpdate == true,
            exchanges.count < engine.limits.exchanges
        else { return refuse(received, 488, .mediaNotAcceptable, leg, transaction) }
        let exchange = Exchange(
            serial: nextExchange, method: .prack, source: leg, destination: callee, request: received,
            server: transaction, hasBody: true)
        exchange.sentMethod = pending.source != nil ? .prack : .update
        nextExchange += 1
        engine.setOwner(OwnerKind.exchange.token(handle, exchange.serial), of: transaction)
        exchanges.append(exchange)
        if awaitsRelay(request.sdpBytes, .offer, of: .caller, pending.queued.attempt, .request(request, exchange)) {
            exchange.isOffered = true
            return
        }
        forward(request, exchange)
    }

    /// Goes on with what waited for a PRACK: the next provisional response, or the 2xx.
    private func nextProgress(_ leg: Leg, _ progress: ReliableProgress) {
        while progress.pending == nil, !progress.queue.isEmpty, transaction != nil {
            let next = progress.queue.removeFirst()
            guard next.attempt === current, !next.attempt.isCancelled else { continue }
            send(next, to: leg, progress)
        }
        guard !progress.holdsAnswer, let held = heldAnswer, held.leg.peer === leg || held.leg.peer == nil else {
            return
        }
        heldAnswer = nil
        join(held.leg, held.response, held.attempt)
    }

    /// Keeps a 2xx until the description before it is acknowledged (§3). Returns false when it may go on. Its ACK waits as well:
    /// a callee that has none knows after a crash of ours that there is no call.
    func holds(_ leg: Leg, _ response: SIPResponse, _ attempt: Attempt, for caller: Leg) -> Bool {
        guard let progress = caller.progress, progress.holdsAnswer else { return false }
        heldAnswer = HeldAnswer(leg: leg, response: response, attempt: attempt)
        return true
    }

    // MARK: PRACK to a callee

    /// A reliable response of a callee that nobody waits for any more, since its INVITE was cancelled: until the final response
    /// it is repeated all the same.
    func acknowledgeLate(_ response: SIPResponse, _ attempt: Attempt) {
        guard !attempt.isOver, let sequence = response.reliableSequence, let source = leg(of: response, attempt),
            source.heard.take(sequence)
        else { return }
        source.unacknowledgedRSeq = sequence
        acknowledgeProgress(source, isOver: false)
    }

    /// Acknowledges the last reliable provisional response of a callee (§4).
    ///
    /// - Parameters:
    ///   - source: The caller's PRACK, in canonical form, when it carries the answer.
    ///   - isOver: Whether the early dialog is over; nil for whether the leg is.
    func acknowledgeProgress(_ leg: Leg, relaying source: SIPRequest? = nil, isOver: Bool? = nil) {
        guard leg.unacknowledgedRSeq != nil, !(isOver ?? leg.isOver) else { return }
        var request = leg.dialog.makeRequest(.prack)
        addRAck(to: &request, leg)
        if let source {
            request.headers.carryOver(from: source.headers)
            if !source.body.isEmpty {
                request.setBody(source.body, contentType: source.headers.firstValue(of: .contentType))
            }
        }
        engine.describe(&request, to: leg.trunk, from: nil)
        do throws(AdapterError) {
            try adapt(&request, to: leg)
        } catch {
            engine.counters.pluginRefusals &+= 1  // without it the callee could not answer: it goes as it is
        }
        engine.traceContext = TraceContext(leg)
        _ = engine.send(
            &request, on: leg.trunk, over: engine.flow(of: leg), owner: OwnerKind.prack.token(handle, leg.serial))
    }

    /// Writes which response a PRACK acknowledges.
    func addRAck(to request: inout SIPRequest, _ leg: Leg) {
        guard let sequence = leg.unacknowledgedRSeq else { return }
        leg.unacknowledgedRSeq = nil
        let writer = engine.writer
        writer.start()
        writer.append(decimal: UInt64(sequence))
        writer.append(" ")
        writer.append(decimal: UInt64(leg.inviteSequence))
        writer.append(" INVITE")
        request.headers.append(.rAck, writer.bytes)
    }
}
