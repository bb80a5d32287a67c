import SIPDialog
public import SIPTransaction
public import TandemKit
public import Timing

extension CallEngine {
    /// Takes a message that was received and parsed. `message` is changed; the shell may use it for the next.
    ///
    /// - Parameter bytes: The message as it came, for the trace; nil for one that was never bytes.
    public func receive(
        _ message: inout SIPMessage, from bytes: UnsafeRawBufferPointer? = nil, on flow: Flow, at now: Timestamp
    ) {
        begin(at: now)
        let position = traceInput(message, bytes, flow)
        if message.isRequest {
            receiveRequest(&message, flow)
        } else {
            receiveResponse(&message, flow)
        }
        if let position {
            trace.assign(position, call: inputContext.call, leg: inputContext.leg, trunk: inputContext.trunk)
        }
        readEvents()
        traceOutput()
    }

    private func traceInput(_ message: SIPMessage, _ bytes: UnsafeRawBufferPointer?, _ flow: Flow) -> UInt64? {
        guard trace.capacity > 0 else { return nil }
        let record = TraceRecord(isOutgoing: false, time: self.now, flow: flow)
        if let bytes { return trace.append(record, bytes) }
        return withUnsafeTemporaryAllocation(byteCount: max(message.serializedCount, 1), alignment: 16) { buffer in
            let written = max(message.write(to: buffer), 0)
            return trace.append(record, UnsafeRawBufferPointer(rebasing: buffer[..<written]))
        }
    }

    // MARK: Requests

    private func receiveRequest(_ message: inout SIPMessage, _ flow: Flow) {
        message.request.setTopViaReceived(flow.remote)
        guard let index = configuration.matcher.trunk(for: flow) else { return refuseUnknown(message, flow) }
        let trunk = configuration.trunks[index]
        identify(TraceContext(call: .none, leg: 0, trunk: trunk))
        guard admits(message, flow, from: trunk) else { return }
        switch layer.receive(message, on: flow, at: now) {
        case .absorbed, .strayResponse, .response: break
        case .request(let id): dispatch(&message, id, isMerged: false, trunk, flow)
        case .mergedRequest(let id): dispatch(&message, id, isMerged: true, trunk, flow)
        case .ack: receiveACK(&message, trunk, flow)
        case .cancel(let own, let matching): receiveCancel(message, own, matching, trunk)
        }
    }

    private func dispatch(
        _ message: inout SIPMessage, _ id: ServerTransactionID, isMerged: Bool, _ trunk: TrunkContext, _ flow: Flow
    ) {
        if let leg = leg(for: message) {
            guard belongs(trunk, to: leg.trunk) else { return refuseDialog(message.request, id) }
            identify(TraceContext(leg))
            return leg.call.received(&message.request, from: leg, id)
        }
        if receiveSubscribed(&message, id, trunk, flow) { return }
        if let route = RouteProcessing.routeToUs(in: message.request, from: trunk, engine: self) {
            return proxyInDialog(message.request, id, trunk, along: route)
        }
        // A proxy knows of no dialogs: what no route of ours leads goes where a new request would, unless it claims one.
        let isProxied = trunk.mode == .proxy && !RouteProcessing.claimsRoute(message.request, engine: self)
        guard message.toTag.isEmpty || isProxied else { return refuseDialog(message.request, id) }
        begin(message.request, id, isMerged: isMerged, trunk, flow)
    }

    /// The leg whose dialog a request belongs to: To carries our tag, and Call-ID and From tag are the party's.
    private func leg(for message: SIPMessage) -> Leg? {
        guard let key = ShardHint.key(ofTag: message.toTag) else { return nil }
        var candidate = legs[key]
        while let leg = candidate {
            if leg.dialog.matches(message.request) { return leg }
            candidate = leg.nextFork
        }
        return nil
    }

    /// A request inside a dialog has to come from the trunk of the dialog or from another trunk of its gateway.
    func belongs(_ trunk: TrunkContext, to other: TrunkContext) -> Bool {
        trunk === other || trunk.name == other.name || trunk.gateway == other.gateway
    }

    /// 481, also for a request from a foreign trunk: it learns nothing of other trunks' calls.
    private func refuseDialog(_ request: SIPRequest, _ id: ServerTransactionID) {
        counters.unknownDialogs &+= 1
        layer.respond(id, with: SIPResponse(to: request, status: 481, toTag: layer.makeTag()), at: now)
    }

    private func receiveACK(_ message: inout SIPMessage, _ trunk: TrunkContext, _ flow: Flow) {
        if let leg = leg(for: message) {
            guard belongs(trunk, to: leg.trunk) else { return counters.unknownDialogs &+= 1 }
            identify(TraceContext(leg))
            return leg.call.acknowledged(by: leg, message.request)
        }
        if let route = RouteProcessing.routeToUs(in: message.request, from: trunk, engine: self) {
            proxyACK(message.request, trunk, along: route)
        }
    }

    private func receiveCancel(
        _ message: SIPMessage, _ own: ServerTransactionID, _ matching: ServerTransactionID?, _ trunk: TrunkContext
    ) {
        guard let matching, mayCancel(matching, trunk) else { return refuseDialog(message.request, own) }
        layer.respond(own, with: SIPResponse(to: message.request, status: 200, toTag: layer.makeTag()), at: now)
        let owner = layer.owner(of: matching)
        let (kind, index) = OwnerKind.read(owner.second)
        switch kind {
        case .invite:
            guard let call = calls[owner.first] else { return }
            identify(TraceContext(call: call.number, leg: 0, trunk: call.ingress))
            traceOutput()
            call.cancelled()
        case .exchange:
            guard let exchange = calls[owner.first]?.exchange(index) else { return }
            exchange.source.call.cancelled(exchange)
        case .transfer: calls[owner.first]?.cancelledReplacement()
        case .proxied:
            proxied[owner.first]?.cancelled()
        default: break
        }
    }

    /// Whether a CANCEL comes from where its request came from (RFC 3261 §22.1): a branch that somebody has seen must
    /// not end another trunk's call.
    private func mayCancel(_ matching: ServerTransactionID, _ trunk: TrunkContext) -> Bool {
        let owner = layer.owner(of: matching)
        let (kind, index) = OwnerKind.read(owner.second)
        let sender: TrunkContext? =
            switch kind {
            case .invite: calls[owner.first]?.ingress
            case .exchange: calls[owner.first]?.exchange(index)?.source.trunk
            case .transfer: calls[owner.first]?.legs[index].trunk
            case .proxied: proxied[owner.first]?.ingress
            default: nil
            }
        return sender.map { belongs(trunk, to: $0) } ?? true
    }

    // MARK: Responses

    private func receiveResponse(_ message: inout SIPMessage, _ flow: Flow) {
        let (client, owner): (ClientTransactionID, OwnerToken)
        switch layer.receive(message, on: flow, at: now) {
        case .response(let id, let token): (client, owner) = (id, token)
        case .strayResponse: return dismissStray(message.response, flow)
        case .absorbed, .request, .mergedRequest, .ack, .cancel: return
        }
        let (kind, index) = OwnerKind.read(owner.second)
        // The answer to a CANCEL comes with the owner of its INVITE: it says nothing more than that it arrived.
        setTrace(owner)
        if inputContext.call != .none { heard(from: Int(inputContext.trunk), message.response.status) }
        traceOutput()  // The transaction's own ACK for a failure belongs to the leg that failed.
        if message.cseq.method == .cancel { return }
        if meetsChallenge(message.response, client, owner, flow) { return }
        switch kind {
        case .attempt:
            guard let call = calls[owner.first] else {
                return dismissOrphan(message.response, flow, isOfEndedCall: true)
            }
            let attempt = call.attempts[index - 1]
            if flow.withoutConnection == attempt.flow { attempt.flow = flow }
            call.received(&message.response, for: attempt)
        case .exchange:
            guard let call = calls[owner.first] else { return dismissOrphan(message.response, flow, hasEnded: true) }
            if let exchange = call.exchange(index) { return call.received(&message.response, for: exchange) }
            call.repeatAcknowledgement(of: message.response)
        case .refresh:
            guard let call = calls[owner.first] else { return dismissOrphan(message.response, flow, hasEnded: true) }
            call.refreshed(&message.response, call.legs[index], client)
        case .transfer:
            guard let call = calls[owner.first] else { return dismissOrphan(message.response, flow, hasEnded: true) }
            call.remainingAnswered(&message.response, call.legs[index], client)
        case .subscription: subscriptions[owner.first]?.received(message.response, index)
        case .notify:
            if let call = calls[owner.first] { call.notified(call.legs[index], status: message.response.status) }
        case .bye:
            if message.response.status >= 200 { calls[owner.first]?.finishedBYE() }
        case .branch:
            guard let context = proxied.compact(UInt64(index)) else {
                return forwardLate(&message.response, to: ServerTransactionID(raw: owner.first))
            }
            context.received(&message.response, index >> 48)
        case .probe:
            if message.response.status >= 200 { probed(owner.first, index, status: message.response.status) }
        case .registration:
            if message.response.status >= 200 { registered(owner.first, message.response, client) }
        default: break
        }
    }

    private func setTrace(_ owner: OwnerToken) {
        let context = context(of: owner)
        if context.call != .none { identify(context) }
    }

    /// The call, leg and trunk that a transaction belongs to.
    func context(of owner: OwnerToken) -> TraceContext {
        let (kind, index) = OwnerKind.read(owner.second)
        guard kind != .none, let call = calls[owner.first] else { return traceContext }
        switch kind {
        case .invite: return TraceContext(call: call.number, leg: 0, trunk: call.ingress)
        case .attempt:
            let attempt = call.attempts[index - 1]
            return TraceContext(
                call: call.number, leg: UInt8(truncatingIfNeeded: attempt.number), trunk: attempt.trunk)
        case .exchange: return call.exchange(index).map { TraceContext($0.destination) } ?? traceContext
        case .bye, .refresh, .prack, .transfer, .notify: return TraceContext(call.legs[index])
        default: return traceContext
        }
    }

    /// Says whose message the received one is; what is sent because of it is so too until said otherwise.
    func identify(_ context: TraceContext) {
        inputContext = context
        traceContext = context
    }
}
