import SIPTransaction
import TandemKit
import Timing

/// The stateful proxy core (RFC 3261 §16).
extension CallEngine {
    /// A request outside of any dialog from a trunk in proxy mode.
    func proxy(_ request: SIPRequest, _ id: ServerTransactionID, _ trunk: TrunkContext, _ flow: Flow) {
        guard mayBegin(request.method) else { return refuse(request, id, 503, trunk) }
        let loopHash = LoopCheck.hash(of: request)
        if LoopCheck.isLoop(request, hash: loopHash, writer: writer) { return refuse(request, id, 482, trunk) }
        let place: TrunkCapacity.Place?
        do throws(TrunkCapacity.Refusal) { place = request.method == .invite ? try enter(from: trunk) : nil } catch {
            return refuse(request, id, 503, trunk)
        }
        let context = makeContext(request, id, trunk, loopHash)
        context.place = place
        let called = PhoneNumber(uri: request.requestURI) ?? PhoneNumber("")
        let identity = Identity(reading: request, profile: trunk.profile)
        context.plan = CallPlan(of: called, identity, from: trunk, isExplaining: isExplaining)
        context.goOnPlanning(CallPlanner(call: context.number, from: trunk))
    }

    /// A request outside of any dialog that a B2BUA passes on: both sides see one of ours.
    func passOn(_ request: SIPRequest, _ id: ServerTransactionID, _ trunk: TrunkContext, _ flow: Flow) {
        guard mayBegin(request.method) else { return refuse(request, id, 503, trunk) }
        let context = makeContext(request, id, trunk, LoopCheck.hash(of: request))
        let passage = StandalonePassage(context, from: flow)
        context.passage = passage
        if request.method == .subscribe { passage.subscribe(from: layer.flow(of: id) ?? flow) }
        do throws(AdapterError) {
            let canonical = try passage.receive()
            context.plan = plan(from: trunk, request: canonical, received: request)
            context.goOnPlanning(CallPlanner(call: context.number, from: trunk))
        } catch {
            context.outcome = error.failure
            context.finish()
        }
    }

    /// A request inside a dialog whose route set leads over us.
    func proxyInDialog(
        _ request: SIPRequest, _ id: ServerTransactionID, _ trunk: TrunkContext, along route: OwnRoute
    ) {
        if let status = RequestValidation.failure(of: request, isProxied: true, at: trunk, engine: self) {
            return refuse(request, id, status, trunk)
        }
        if request.maxForwards == 0 { return refuse(request, id, 483, trunk) }
        var forwarded = request
        guard let target = follow(route, &forwarded, from: trunk) else { return refuse(request, id, 404, trunk) }
        let loopHash = LoopCheck.hash(of: request)
        if LoopCheck.isLoop(request, hash: loopHash, writer: writer) { return refuse(request, id, 482, trunk) }
        let context = makeContext(request, id, trunk, loopHash)
        if !context.start(&forwarded, on: target.trunk, over: HopSet.Order(first: target.flow)) { context.finish() }
    }

    /// The ACK for a 2xx follows the route set without any state (§16.11).
    func proxyACK(_ request: SIPRequest, _ trunk: TrunkContext, along route: OwnRoute) {
        guard request.maxForwards != 0 else { return }
        var forwarded = request
        guard let target = follow(route, &forwarded, from: trunk) else { return }
        traceContext = TraceContext(call: .none, leg: 1, trunk: target.trunk)
        pushVia(&forwarded, target.trunk, target.flow)
        layer.sendStateless(forwarded, over: target.flow)
        traceOutput()
    }

    /// Takes our routes off a request inside a dialog and finds where it goes; nil when it leads nowhere.
    private func follow(
        _ route: OwnRoute, _ request: inout SIPRequest, from trunk: TrunkContext
    ) -> (trunk: TrunkContext, flow: Flow)? {
        guard let sides = RouteProcessing.removeOwnRoutes(&request, known: route, engine: self),
            RouteProcessing.isParty(trunk, of: sides, engine: self)
        else { return nil }
        ForwardedRequest.decrement(&request)
        let side = sides.first == trunk.index ? sides.second : sides.first
        let target = self.trunk(at: side)
        let index = request.headers.firstIndex(of: HeaderID.route)
        let next = index < 0 ? nil : RouteProcessing.firstURI(of: request.headers.valueBytes(at: index))
        guard let uri = URIView(next ?? request.requestURI) else { return nil }
        return (target, flow(to: uri, like: target.nextHop) ?? target.nextHop)
    }

    private func makeContext(
        _ request: SIPRequest, _ id: ServerTransactionID, _ trunk: TrunkContext, _ loopHash: UInt64
    ) -> ResponseContext {
        let context = ResponseContext(
            engine: self, handle: proxied.nextHandle, number: nextNumber(), ingress: trunk, request: request,
            loopHash: loopHash, server: id, plan: CallPlan.empty, now: now)
        proxied.insert(context)
        counters.proxiedRequests &+= 1
        layer.setOwner(OwnerKind.proxied.token(context.handle), of: id)
        identify(TraceContext(call: context.number, leg: 0, trunk: trunk))
        traceOutput()
        return context
    }

    /// Sends a request over a branch: our Via on top, whose branch ends with the hash for loop detection.
    func forward(
        _ request: inout SIPRequest, on trunk: TrunkContext, over flow: Flow, owner: OwnerToken, loopHash: UInt64
    ) -> ClientTransactionID? {
        defer { traceOutput() }
        let branch = layer.makeBranch()
        LoopCheck.write(branch: branch, hash: loopHash, into: writer)
        trunk.viaHost.withUnsafeBytes { host in
            request.pushVia(
                transport: flow.transport, host: Bytes(host), port: trunk.viaPort, branch: writer.bytes,
                rport: flow.transport == .udp)
        }
        do throws(TransactionError) {
            return try layer.send(request, method: request.method, branch: branch, over: flow, owner: owner, at: now)
        } catch {
            counters.unsentRequests &+= 1
            return nil
        }
    }

    /// Gives a response of a branch to the sender of the request.
    func forward(_ response: SIPResponse, to server: ServerTransactionID, _ number: CallNumber, _ trunk: TrunkContext) {
        traceContext = TraceContext(call: number, leg: 0, trunk: trunk)
        layer.respond(server, with: response, at: now)
        traceOutput()
    }

    /// A response whose context is gone: only a 2xx to INVITE still matters, because its ACK was lost or another fork
    /// has answered (§16.7 step 5).
    func forwardLate(_ response: inout SIPResponse, to server: ServerTransactionID) {
        let status = response.status
        guard status >= 200, status < 300, response.cseq.method == .invite else { return }
        response.removeTopVia()
        layer.respond(server, with: response, at: now)
    }

    /// Frees a response context.
    func release(_ context: ResponseContext) {
        guard proxied.remove(context.handle) else { return }
        if let subscription = context.passage?.subscription, !subscription.isConfirmed { end(subscription) }
        guard context.request.method == .invite else { return }
        remember(context.story)
    }
}

extension ResponseContext {
    var snapshot: CallSnapshot {
        CallSnapshot(
            number: number, phase: hasFinal ? .ending : .trying, isProxied: true, ingressTrunk: ingress.name,
            egressTrunk: branches.last?.trunk.name, from: plan.identity.number?.received ?? "anonymous",
            to: plan.called.received, sentTo: plan.called.text, callID: request.callID.string,
            startedAt: startedAt, answeredAt: nil)
    }

    var story: CallStory {
        CallStory(snapshot: snapshot, plan: plan, failedAttempts: failedAttempts, outcome: outcome)
    }
}
