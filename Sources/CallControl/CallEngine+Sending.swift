import SIPDialog
import SIPTransaction
import TandemKit
import Timing

/// What calls and proxied requests send.
extension CallEngine {
    /// Sends a request as a client transaction; nil, and counted, when it can't be queued. `request` gets our Via.
    func send(
        _ request: inout SIPRequest, on trunk: TrunkContext, over flow: Flow, owner: OwnerToken
    ) -> ClientTransactionID? {
        trunk.digest?.authorize(&request, writer)
        let sent = sendUnasked(&request, on: trunk, over: flow, owner: owner)
        if let sent { keep(request, on: trunk, over: flow, as: sent) }
        return sent
    }

    /// Sends a request as it is, but for our Via.
    func sendUnasked(
        _ request: inout SIPRequest, on trunk: TrunkContext, over flow: Flow, owner: OwnerToken
    ) -> ClientTransactionID? {
        let branch = pushVia(&request, trunk, flow)
        defer { traceOutput() }
        do throws(TransactionError) {
            return try layer.send(request, method: request.method, branch: branch, over: flow, owner: owner, at: now)
        } catch {
            counters.unsentRequests &+= 1
            return nil
        }
    }

    /// Sends the ACK for a 2xx and returns its bytes. `ack` gets our Via, with a branch of its own.
    func sendACK(_ ack: inout SIPRequest, on leg: Leg) -> [UInt8] {
        traceContext = TraceContext(leg)
        let flow = flow(of: leg)
        pushVia(&ack, leg.trunk, flow)
        defer { traceOutput() }
        return layer.sendStateless(ack, over: flow) ? output.bytes(of: output[output.count - 1]).array : []
    }

    /// Sends bytes again that were sent on a leg before.
    func sendAgain(_ bytes: [UInt8], on leg: Leg) {
        guard !bytes.isEmpty else { return }
        traceContext = TraceContext(leg)
        let flow = flow(of: leg)
        bytes.withUnsafeBytes { _ = output.append(Bytes($0), to: flow, kind: .stateless) }
        traceOutput()
    }

    /// Puts our Via on a request; returns its branch, which is valid until the next is made.
    @discardableResult
    func pushVia(_ request: inout SIPRequest, _ trunk: TrunkContext, _ flow: Flow) -> Bytes {
        let branch = layer.makeBranch()
        trunk.viaHost.withUnsafeBytes { host in
            request.pushVia(
                transport: flow.transport, host: Bytes(host), port: trunk.viaPort, branch: branch,
                rport: flow.transport == .udp)
        }
        return branch
    }

    /// Gives a response to a request of a leg's party.
    func respond(_ transaction: ServerTransactionID, _ response: SIPResponse, from leg: Leg) {
        traceContext = TraceContext(leg)
        layer.respond(transaction, with: response, at: now)
        traceOutput()
    }

    /// Gives a 2xx to an INVITE; the layer keeps it for repetition.
    func answer(_ transaction: ServerTransactionID, _ response: SIPResponse, from leg: Leg) {
        traceContext = TraceContext(leg)
        layer.respond(transaction, with: response, keepsSuccess: true, at: now)
        traceOutput()
    }

    func setOwner(_ owner: OwnerToken, of transaction: ServerTransactionID) {
        layer.setOwner(owner, of: transaction)
    }

    /// Where a request inside a dialog goes (RFC 3261 §8.1.2, §12.2.1.1): the first Route or the peer's Contact.
    ///
    /// A name that is no address, an address for which we have no listener of that transport, and a stream that exists
    /// to the same host go over the flow that carried the dialog; so does all over TLS, whose peer is known by its
    /// certificate. What is left of a stream that has ended is no place to connect to: there the trunk's peer stands in.
    func flow(of leg: Leg) -> Flow {
        let known = leg.flow
        if known.transport != .udp, known.transport != .tcp, known.connection != 0 { return known }
        let hop = leg.trunk.nextHop
        guard let target = URIView(leg.dialog.nextHop), let flow = flow(to: target, like: known) else {
            return known.transport.isReliable && known.connection == 0 ? hop : known
        }
        return flow.connection == 0 ? flow.with(identity: hop.identity) : flow
    }

    /// The flow to the address that a URI names; nil when it names none that our listener could reach.
    func flow(to uri: URIView, like known: Flow) -> Flow? {
        guard let address = IPAddress(uri.host.withoutBrackets) else { return nil }
        let name = uri.parameter(named: "transport")
        let transport = name.flatMap { TransportProtocol(name: $0.string) } ?? (uri.isSIPS ? .tls : .udp)
        guard name == nil || transport == known.transport else { return nil }
        if known.connection != 0, address == known.remote.address { return known }
        let port = uri.port == 0 ? known.transport.defaultPort : uri.port
        return Flow(
            listener: known.listener, transport: known.transport, identity: known.identity,
            remote: Endpoint(address: address, port: port))
    }

    /// A connection has ended: what the dialogs on it still have to send goes over another one.
    func forget(_ flow: Flow) {
        guard flow.connection != 0 else { return }
        for first in legs.values {
            var next: Leg? = first
            while let leg = next {
                if leg.flow.connection == flow.connection { leg.flow = leg.flow.withoutConnection }
                next = leg.nextFork
            }
        }
    }

    // MARK: What we say of ourselves

    /// Adds to a request what is ours: Contact, Allow, User-Agent, and the extensions of `source` that pass.
    ///
    /// - Parameter isReliable: Whether its provisional responses may be sent reliably.
    func describe(
        _ request: inout SIPRequest, to trunk: TrunkContext, from source: SIPRequest?, isReliable: Bool = false
    ) {
        let method = request.method
        if Dialog.refreshesTarget(method) {
            trunk.contact.withUnsafeBytes { request.headers.append(.contact, Bytes($0)) }
        }
        if method == .invite || method == .update { request.headers.append(.allow, Bytes(trunk.allowed)) }
        let opensSession = method == .invite || method == .update
        addSupported(
            isReliable ? trunk.extensions : opensSession ? trunk.supported : [], of: source?.headers,
            to: &request.headers)
        if let source { passRequired(of: source.headers, to: &request.headers) }
        addSoftwareName(.userAgent, trunk, to: &request.headers)
    }

    /// Adds to a response what is ours.
    ///
    /// - Parameter method: That of the request.
    func describe(
        _ response: inout SIPResponse, answering method: SIPMethod, to trunk: TrunkContext, from source: SIPResponse?
    ) {
        let status = response.status
        if status > 100, status < 300, Dialog.refreshesTarget(method) {
            trunk.contact.withUnsafeBytes { response.headers.append(.contact, Bytes($0)) }
        }
        if status == 405 || (status / 100 == 2 && (method == .invite || method == .options)) {
            response.headers.append(.allow, Bytes(trunk.allowed))
        }
        let tellsAll = status / 100 == 2 && (method == .invite || method == .update || method == .options)
        addSupported(tellsAll ? trunk.extensions : [], of: source?.headers, to: &response.headers)
        if let source { passRequired(of: source.headers, to: &response.headers) }
        addSoftwareName(.server, trunk, to: &response.headers)
    }

    /// Names the extensions that are our own, and those of the other side that pass.
    private func addSupported(_ own: [UInt8], of source: HeaderFields?, to headers: inout HeaderFields) {
        writer.start()
        writer.append(own)
        if let source { OptionTags.appendPassing(.supported, of: source, into: writer) }
        if !writer.bytes.isEmpty { headers.append(.supported, writer.bytes) }
    }

    private func passRequired(of source: HeaderFields, to headers: inout HeaderFields) {
        guard source.firstIndex(of: HeaderID.require) >= 0 else { return }
        writer.start()
        OptionTags.appendPassing(.require, of: source, into: writer)
        if !writer.bytes.isEmpty { headers.append(.require, writer.bytes) }
    }

    private func addSoftwareName(_ id: HeaderID, _ trunk: TrunkContext, to headers: inout HeaderFields) {
        if let own = trunk.userAgent { return add(id, own, to: &headers) }
        add(id, userAgent, to: &headers)
    }

    private func add(_ id: HeaderID, _ value: [UInt8], to headers: inout HeaderFields) {
        if !value.isEmpty { value.withUnsafeBytes { headers.append(id, Bytes($0)) } }
    }

    /// Adds the Reason that tells the other side's network why, unless it is told already.
    func addReason(_ failure: Failure, to request: inout SIPRequest) { failure.write(to: &request.headers) }

    /// Adds the Reason that tells the other side's network why, unless it is told already.
    func addReason(_ failure: Failure, to response: inout SIPResponse) { failure.write(to: &response.headers) }

    /// Adds what a sender needs to know to do better: when to try again.
    func addHint(for status: UInt16, to response: inout SIPResponse) {
        guard status == 503 || status == 500 else { return }
        writer.start()
        // A random time up to ten seconds for a re-INVITE that came too early (RFC 3261 §14.2).
        writer.append(decimal: status == 503 ? UInt64(limits.retryAfter) : layer.tokens.makeRandom() % 11)
        response.headers.append(.retryAfter, writer.bytes)
    }

    // MARK: Timers

    /// Starts a timer, unless its length is zero; a timer that ran there before is stopped.
    func setTimer(_ timer: inout TimerID, _ kind: OwnerKind, _ handle: UInt64, _ index: Int = 0, after: TimeInterval) {
        stopTimer(&timer)
        guard after.nanoseconds > 0 else { return }
        guard let id = wheel.schedule(at: now + after, payload: kind.payload(handle, index)) else {
            counters.refusedTimers &+= 1
            return
        }
        timer = id
    }

    func stopTimer(_ timer: inout TimerID) {
        guard timer != .none else { return }
        wheel.cancel(timer)
        timer = .none
    }
}

extension TransportProtocol {
    /// The port a URI without one means (RFC 3261 §19.1.2).
    var defaultPort: UInt16 { self == .tls || self == .wss ? 5061 : 5060 }
}

extension Bytes {
    /// An IPv6 reference without its brackets.
    var withoutBrackets: Bytes {
        count > 2 && self[0] == 0x5B && self[count - 1] == 0x5D ? slice(from: 1, count: count - 2) : self
    }
}
