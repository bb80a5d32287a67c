import TandemKit
import Wire

/// The kit's values as bytes, for hooks that run in another process.
extension WireWriter {
    /// A request that is about to be sent has no Via yet, without which it couldn't be read: it gets one for the way.
    mutating func put(_ message: SIPMessage) {
        var message = message
        let lacksVia = message.isRequest && message.headers.firstIndex(of: HeaderID.via) < 0
        put(lacksVia)
        if lacksVia {
            message.request.pushVia(
                transport: .udp, host: Bytes("hook.invalid"), port: 0, branch: Bytes("z9hG4bKhook"), rport: false)
        }
        withUnsafeTemporaryAllocation(byteCount: max(message.serializedCount, 1), alignment: 16) { buffer in
            let count = max(message.write(to: buffer), 0)
            put(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    mutating func put(_ endpoint: Endpoint) {
        put(endpoint.address.isIPv6)
        put(endpoint.address.high)
        put(endpoint.address.low)
        put(endpoint.address.scope)
        put(endpoint.port)
    }

    mutating func put(_ trunk: TrunkFacts) {
        put(trunk.name)
        put(trunk.advertisedHost)
        put(trunk.advertisedPort)
        put(trunk.transport.raw)
        put(trunk.domain)
        put(trunk.listener) { $0.put($1) }
    }

    private mutating func put(_ call: CallFacts) {
        put(call.number.raw)
        call.withCallID { put($0) }
        put(call.began)
        put(call.ingressTrunk)
    }

    private mutating func put(_ summary: CallSummary) {
        put(summary.ingressTrunk)
        put(summary.egressTrunk) { $0.put($1) }
        put(UInt32(clamping: summary.attempts))
        put(summary.called)
        put(summary.calling) { $0.put($1) }
        put(summary.began)
        put(summary.answered) { $0.put($1) }
        put(summary.ended)
        put(summary.endedBy.rawValue)
    }

    mutating func put(_ listener: ListenerFacts) {
        put(listener.name)
        put(Endpoint(address: listener.address, port: listener.port))
        put(listener.transport.raw)
    }

    mutating func put(_ leg: IngressLeg) {
        put(leg.callFacts)
        put(leg.trunk)
        put(leg.peerTrunk) { $0.put($1) }
        put(leg.remote)
    }

    mutating func put(_ leg: EgressLeg) {
        put(leg.callFacts)
        put(leg.trunk)
        put(leg.peerTrunk) { $0.put($1) }
        put(leg.remote)
        put(UInt32(clamping: leg.attempt))
    }

    mutating func put(_ number: PhoneNumber) {
        put(number.received)
        put(number.text)
        put(number.kind.rawValue)
        put(number.steps) {
            $0.put($1.rule)
            $0.put($1.plugin)
            $0.put($1.before)
            $0.put($1.after)
        }
    }

    private mutating func put(_ identity: Identity) {
        put(identity.asserted) { $0.put($1) }
        put(identity.assertedHost)
        put(identity.presented) { $0.put($1) }
        put(identity.presentedHost)
        put(identity.displayName) { $0.put($1) }
        put(identity.privacy.rawValue)
        put(identity.diversions) {
            $0.put($1.number)
            $0.put($1.host)
            $0.put($1.displayName) { $0.put($1) }
            $0.put($1.reason.rawValue)
            $0.put($1.isPrivate)
            $0.put(Int64($1.count))
        }
    }

    mutating func put(_ query: RouteQuery) {
        put(query.call.raw)
        put(query.ingressTrunk)
        put(query.called)
        put(query.calling) { $0.put($1) }
        put(query.identity)
        put(query.findings)
    }

    mutating func put(_ failure: Failure) {
        put(failure.status)
        put(failure.reason)
        put(failure.cause) { $0.put($1.raw) }
        put(failure.diagnostic.raw)
        put(failure.detail)
    }

    mutating func put(_ entry: DecisionEntry) {
        put(entry.plugin)
        put(entry.rule)
        put(entry.before)
        put(entry.after)
        put(entry.outcome.rawValue)
        put(entry.note)
    }

    mutating func put(_ decision: RouteDecision) {
        switch decision {
        case .trunks(let choices):
            put(1 as UInt8)
            put(choices) {
                $0.put($1.trunk)
                $0.put($1.called) { $0.put($1) }
                $0.put($1.calling) { $0.put($1) }
                $0.put($1.failover.statuses) {
                    $0.put($1.lowerBound)
                    $0.put($1.upperBound)
                }
                $0.put($1.failover.onTimeout)
                $0.put($1.failover.onTransportError)
            }
        case .reject(let failure):
            put(2 as UInt8)
            put(failure)
        case .noMatch: put(3 as UInt8)
        case .lookUp(let lookUp):
            put(4 as UInt8)
            put(lookUp)
        @unknown default: put(3 as UInt8)
        }
    }

    mutating func put(_ event: CallEvent) {
        put(event.call.raw)
        put(event.nanoseconds)
        put(event.time)
        put(event.summary) { $0.put($1) }
        switch event.kind {
        case .began(let trunk, let called, let calling): put(1, trunk, called, calling)
        case .recovered(let trunk, let called, let calling): put(2, trunk, called, calling)
        case .attempted(let trunk, let attempt):
            put(3 as UInt8)
            put(trunk)
            put(UInt32(clamping: attempt))
        case .progressed(let trunk, let status, let hasMedia):
            put(4 as UInt8)
            put(trunk)
            put(status)
            put(hasMedia)
        case .attemptFailed(let trunk, let failure):
            put(5 as UInt8)
            put(trunk)
            put(failure)
        case .answered(let trunk):
            put(6 as UInt8)
            put(trunk)
        case .held(let isHeld):
            put(7 as UInt8)
            put(isHeld)
        case .ended(let failure):
            put(8 as UInt8)
            put(failure)
        @unknown default: put(0 as UInt8)
        }
    }

    private mutating func put(_ kind: UInt8, _ trunk: String, _ called: PhoneNumber, _ calling: PhoneNumber?) {
        put(kind)
        put(trunk)
        put(called)
        put(calling) { $0.put($1) }
    }
}

extension WireReader {
    mutating func request() throws(WireError) -> SIPRequest {
        guard let request = try message().asRequest else { throw WireError(offset: 0, "a response for a request") }
        return request
    }

    mutating func response() throws(WireError) -> SIPResponse {
        guard let response = try message().asResponse else { throw WireError(offset: 0, "a request for a response") }
        return response
    }

    /// What a call keeps, which is no more on this way than on any other.
    mutating func pluginState() throws(WireError) -> PluginState {
        let state = PluginState(record: try array())
        guard state.bytes.count <= PluginState.byteCountMax else {
            throw WireError(offset: 0, "\(state.bytes.count) bytes to keep for a call")
        }
        return state
    }

    mutating func message() throws(WireError) -> SIPMessage {
        let lacksVia = try flag()
        let bytes = try array()
        var message: SIPMessage
        do throws(SIPParseError) { message = try SIPMessage(copying: bytes) } catch {
            throw WireError(offset: 0, "no SIP message: \(error)")
        }
        let via = message.headers.firstIndex(of: HeaderID.via)
        if lacksVia, via >= 0 { message.headers.remove(at: via) }
        return message
    }

    mutating func endpoint() throws(WireError) -> Endpoint {
        let isIPv6 = try flag()
        let (high, low, scope) = (try number(UInt64.self), try number(UInt64.self), try number(UInt32.self))
        let address =
            isIPv6
            ? IPAddress(ipv6High: high, low: low, scope: scope) : IPAddress(ipv4: UInt32(truncatingIfNeeded: low))
        return Endpoint(address: address, port: try number())
    }

    mutating func listener() throws(WireError) -> ListenerFacts {
        let (name, place) = (try text(), try endpoint())
        return ListenerFacts(
            name: name, address: place.address, port: place.port, transport: TransportProtocol(raw: try number()))
    }

    mutating func trunk() throws(WireError) -> TrunkFacts {
        TrunkFacts(
            name: try text(), advertisedHost: try text(), advertisedPort: try number(),
            transport: TransportProtocol(raw: try number()), domain: try text(),
            listener: try optional { reader throws(WireError) in try reader.listener() })
    }

    private mutating func callFacts() throws(WireError) -> CallFacts {
        CallFacts(
            number: CallNumber(raw: try number()), callID: try array(), began: try number(), ingressTrunk: try text())
    }

    private mutating func callSummary() throws(WireError) -> CallSummary {
        let (ingress, egress) = (try text(), try textIfPresent())
        let (attempts, called, calling) = (try number(UInt32.self), try phoneNumber(), try phoneNumberIfPresent())
        let began: UInt64 = try number()
        let answered = try optional { reader throws(WireError) in try reader.number(UInt64.self) }
        let ended: UInt64 = try number()
        guard let party = CallSummary.Party(rawValue: try text()) else { throw WireError(offset: 0, "no party") }
        return CallSummary(
            ingressTrunk: ingress, egressTrunk: egress, attempts: Int(attempts), called: called, calling: calling,
            began: began, answered: answered, ended: ended, endedBy: party)
    }

    private mutating func peerTrunk() throws(WireError) -> TrunkFacts? {
        try optional { reader throws(WireError) in try reader.trunk() }
    }

    mutating func ingressLeg() throws(WireError) -> IngressLeg {
        IngressLeg(
            of: try callFacts(), trunk: try trunk(), peerTrunk: try peerTrunk(), remote: try endpoint())
    }

    mutating func egressLeg() throws(WireError) -> EgressLeg {
        EgressLeg(
            of: try callFacts(), trunk: try trunk(), peerTrunk: try peerTrunk(),
            remote: try endpoint(), attempt: Int(try number(UInt32.self)))
    }

    mutating func phoneNumber() throws(WireError) -> PhoneNumber {
        let (received, text) = (try text(), try text())
        guard let kind = NumberKind(rawValue: try self.text()) else {
            throw WireError(offset: 0, "no kind of a number")
        }
        let steps = try list { reader throws(WireError) in
            NumberStep(
                rule: try reader.text(), plugin: try reader.text(), before: try reader.text(), after: try reader.text())
        }
        return PhoneNumber(received: received, text: text, kind: kind, steps: steps)
    }

    private mutating func phoneNumberIfPresent() throws(WireError) -> PhoneNumber? {
        try optional { reader throws(WireError) in try reader.phoneNumber() }
    }

    private mutating func textIfPresent() throws(WireError) -> String? {
        try optional { reader throws(WireError) in try reader.text() }
    }

    private mutating func identity() throws(WireError) -> Identity {
        Identity(
            asserted: try phoneNumberIfPresent(), assertedHost: try text(), presented: try phoneNumberIfPresent(),
            presentedHost: try text(), displayName: try textIfPresent(), privacy: Privacy(rawValue: try number()),
            diversions: try list { reader throws(WireError) in
                let number = try reader.phoneNumber()
                let (host, name) = (try reader.text(), try reader.textIfPresent())
                guard let reason = DiversionEntry.Reason(rawValue: try reader.text()) else {
                    throw WireError(offset: 0, "no reason of a diversion")
                }
                return DiversionEntry(
                    number: number, host: host, displayName: name, reason: reason, isPrivate: try reader.flag(),
                    count: Int(try reader.number(Int64.self)))
            })
    }

    mutating func routeQuery() throws(WireError) -> RouteQuery {
        RouteQuery(
            call: CallNumber(raw: try number()), ingressTrunk: try text(), called: try phoneNumber(),
            calling: try phoneNumberIfPresent(), identity: try identity(), findings: try findings())
    }

    mutating func failure() throws(WireError) -> Failure {
        let (status, reason) = (try number(UInt16.self), try text())
        guard 300...699 ~= status else { throw WireError(offset: 0, "\(status) is no status of a failure") }
        let cause = try optional { reader throws(WireError) in try reader.number(UInt8.self) }
        return Failure(
            status: status, reason: reason, cause: cause.flatMap { Q850Cause($0) },
            diagnostic: DiagnosticCode(raw: try number()),
            detail: try text())
    }

    mutating func entries() throws(WireError) -> [DecisionEntry] {
        try list { reader throws(WireError) in
            let (plugin, rule) = (try reader.text(), try reader.text())
            let (before, after) = (try reader.text(), try reader.text())
            guard let outcome = DecisionEntry.Outcome(rawValue: try reader.text()) else {
                throw WireError(offset: 0, "no outcome of a decision")
            }
            return DecisionEntry(
                plugin: plugin, rule: rule, before: before, after: after, outcome: outcome, note: try reader.text())
        }
    }

    mutating func routeDecision() throws(WireError) -> RouteDecision {
        switch try number(UInt8.self) {
        case 1: .trunks(try list { reader throws(WireError) in try reader.trunkChoice() })
        case 2: .reject(try failure())
        case 3: .noMatch
        case 4: .lookUp(try lookUp())
        case let other: throw WireError(offset: 0, "\(other) is no decision")
        }
    }

    private mutating func trunkChoice() throws(WireError) -> TrunkChoice {
        let (trunk, called, calling) = (try text(), try phoneNumberIfPresent(), try phoneNumberIfPresent())
        let statuses = try list { reader throws(WireError) -> ClosedRange<UInt16> in
            let (lower, upper) = (try reader.number(UInt16.self), try reader.number(UInt16.self))
            guard lower <= upper else { throw WireError(offset: 0, "a range that ends before it begins") }
            return lower...upper
        }
        let rule = FailoverRule(statuses: statuses, onTimeout: try flag(), onTransportError: try flag())
        return TrunkChoice(trunk: trunk, called: called, calling: calling, failover: rule)
    }

    mutating func callEvent() throws(WireError) -> CallEvent {
        let (call, nanoseconds) = (CallNumber(raw: try number()), try number(UInt64.self))
        let time: UInt64 = try number()
        let summary = try optional { reader throws(WireError) in try reader.callSummary() }
        let kind: CallEvent.Kind
        switch try number(UInt8.self) {
        case 1: kind = .began(trunk: try text(), called: try phoneNumber(), calling: try phoneNumberIfPresent())
        case 2: kind = .recovered(trunk: try text(), called: try phoneNumber(), calling: try phoneNumberIfPresent())
        case 3: kind = .attempted(trunk: try text(), attempt: Int(try number(UInt32.self)))
        case 4: kind = .progressed(trunk: try text(), status: try number(), hasMedia: try flag())
        case 5: kind = .attemptFailed(trunk: try text(), failure: try failure())
        case 6: kind = .answered(trunk: try text())
        case 7: kind = .held(try flag())
        case 8: kind = .ended(try failure())
        case let other: throw WireError(offset: 0, "\(other) is no event")
        }
        return CallEvent(call: call, nanoseconds: nanoseconds, time: time, kind: kind, summary: summary)
    }
}

extension SIPMessage {
    /// A message of its own out of bytes.
    init(copying bytes: [UInt8]) throws(SIPParseError) {
        self.init()
        let result = bytes.withUnsafeBytes { bytes -> Result<SIPMessage, SIPParseError> in
            var message = SIPMessage()
            return Result { () throws(SIPParseError) in
                try message.receive(bytes)
                return message
            }
        }
        self = try result.get()
    }
}
