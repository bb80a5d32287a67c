import SIPTransaction
import TandemKit
import Timing

/// Requests that begin something.
extension CallEngine {
    /// A request outside of any dialog.
    func begin(
        _ request: SIPRequest, _ id: ServerTransactionID, isMerged: Bool, _ trunk: TrunkContext, _ flow: Flow
    ) {
        if let status = RequestValidation.failure(of: request, isProxied: trunk.mode == .proxy, at: trunk, engine: self)
        {
            return refuse(request, id, status, trunk)
        }
        guard authenticates(request, id, trunk) else { return }
        if trunk.mode == .proxy, !isForUs(request, trunk) { return proxy(request, id, trunk, flow) }
        if isMerged { return refuse(request, id, 482, trunk) }
        switch request.method {
        case .invite: beginCall(request, id, trunk, flow)
        case .options: answerOptions(request, id, trunk)
        case .subscribe: subscribe(request, id, trunk, flow)
        case .message, .publish: passOn(request, id, trunk, flow)
        default: refuse(request, id, 405, trunk)
        }
    }

    private func beginCall(_ request: SIPRequest, _ id: ServerTransactionID, _ trunk: TrunkContext, _ flow: Flow) {
        if replaces(request, id, trunk, flow) { return }
        guard mayBegin(.invite) else { return refuse(request, id, 503, trunk) }
        let place: TrunkCapacity.Place?
        do throws(TrunkCapacity.Refusal) { place = try enter(from: trunk) } catch {
            return refuse(request, id, 503, trunk)
        }
        // One of RFC 2543 may have none: its From says where requests to the caller go (RFC 4475 §3.4.1).
        guard request.headers.firstIndex(of: HeaderID.contact) >= 0 || !request.topVia.hasMagicCookie else {
            return refuse(request, id, 400, trunk, reason: "Missing Contact header field")
        }
        let call = Call(
            engine: self, handle: calls.nextHandle, number: nextNumber(), ingress: trunk, invite: request,
            transaction: id, flow: answerFlow(id, flow), plan: CallPlan.empty, now: now)
        call.place = place
        calls.insert(call)
        counters.calls &+= 1
        layer.setOwner(OwnerKind.invite.token(call.handle), of: id)
        identify(TraceContext(call: call.number, leg: 0, trunk: trunk))
        traceOutput()
        call.begin()
    }

    /// A call's place on the trunk that it comes from; nil where places are not limited. That there is none is told.
    func enter(from trunk: TrunkContext) throws(TrunkCapacity.Refusal) -> TrunkCapacity.Place? {
        do throws(TrunkCapacity.Refusal) { return try place(on: trunk) } catch {
            observeRefusal(.trunkFull)
            throw error
        }
    }

    /// A call's place on a trunk; nil where places are not limited.
    func place(on trunk: TrunkContext) throws(TrunkCapacity.Refusal) -> TrunkCapacity.Place? {
        guard let capacity = trunk.capacity else { return nil }
        do throws(TrunkCapacity.Refusal) { return try capacity.take(at: now) } catch {
            counters.trunkRefusals &+= 1
            throw error
        }
    }

    /// Whether there is room for one more call or proxied request. Draining refuses calls alone. What is refused is
    /// counted, and calls are told.
    func mayBegin(_ method: SIPMethod) -> Bool {
        if isDraining, method == .invite {
            counters.drainedCalls &+= 1
            observeRefusal(.draining)
            return false
        }
        if isOverloaded, method == .invite {
            counters.overloadedCalls &+= 1
            observeRefusal(.overloaded)
            return false
        }
        guard callCount >= limits.calls else { return true }
        counters.refusedCalls &+= 1
        if method == .invite { observeRefusal(.tooManyCalls) }
        return false
    }

    /// In-dialog requests go where responses go unless Contact names an address.
    private func answerFlow(_ id: ServerTransactionID, _ flow: Flow) -> Flow { layer.flow(of: id) ?? flow }

    /// The plan, yet to be made, of a call whose INVITE is canonical. What the adapter changed of the numbers is their first
    /// step.
    func plan(from trunk: TrunkContext, request: SIPRequest, received: SIPRequest) -> CallPlan {
        let target = trunk.isOwnContact(received.requestURI) ? Self.calledAddress(of: request) : request.requestURI
        var called = PhoneNumber(uri: target) ?? PhoneNumber("")
        var identity = Identity(reading: request, profile: trunk.profile)
        if let adapter = trunk.adapter {
            if request.requestURI != received.requestURI {
                called = called.received(as: received.requestURI, through: adapter.name)
            }
            let from = received.headers.firstValue(of: .from)
            if request.headers.firstValue(of: .from) != from {
                let uri = NameAddrView(from)?.uri ?? Bytes()
                identity.presented = identity.presented?.received(as: uri, through: adapter.name)
            }
        }
        return CallPlan(of: called, identity, from: trunk, isExplaining: isExplaining)
    }

    /// Whom a request to our registered Contact is for: the registrar has replaced the Request-URI, and says so in
    /// P-Called-Party-ID (RFC 7315 §4.2), or has left it in To.
    private static func calledAddress(of request: SIPRequest) -> Bytes {
        for id in [HeaderID.pCalledPartyID, .to] {
            if let uri = NameAddrView(request.headers.firstValue(of: id))?.uri, URIView(uri)?.user.isEmpty == false {
                return uri
            }
        }
        return request.requestURI
    }

    /// OPTIONS outside of a dialog is answered for ourselves (RFC 3261 §11.2).
    private func answerOptions(_ request: SIPRequest, _ id: ServerTransactionID, _ trunk: TrunkContext) {
        var response = SIPResponse(to: request, status: 200, toTag: layer.makeTag())
        describe(&response, answering: request.method, to: trunk, from: nil)
        response.headers.append(.accept, Bytes("application/sdp"))
        trunk.contact.withUnsafeBytes { response.headers.append(.contact, Bytes($0)) }
        layer.respond(id, with: response, at: now)
    }

    /// Whether a proxy answers a request itself: an OPTIONS that names it, or may go no further (RFC 3261 §11, §16.3).
    private func isForUs(_ request: SIPRequest, _ trunk: TrunkContext) -> Bool {
        guard request.method == .options, let uri = URIView(request.requestURI) else { return false }
        return request.maxForwards == 0 || (uri.user.isEmpty && RouteProcessing.names(trunk, uri))
    }

    /// Answers a request with a failure of ours, outside of any call.
    func refuse(
        _ request: SIPRequest, _ id: ServerTransactionID, _ status: UInt16, _ trunk: TrunkContext,
        reason: StaticString = ""
    ) {
        var response = SIPResponse(to: request, status: status, reason: reason, toTag: layer.makeTag())
        if status == 420 {
            RequestValidation.listUnsupported(request, isProxied: trunk.mode == .proxy, at: trunk, into: writer)
            response.headers.append(.unsupported, writer.bytes)
        }
        if status == 503 { addHint(for: status, to: &response) }
        describe(&response, answering: request.method, to: trunk, from: nil)
        layer.respond(id, with: response, at: now)
    }
}
