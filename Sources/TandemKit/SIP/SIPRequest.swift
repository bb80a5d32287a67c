/// A SIP request (RFC 3261 §7.1): one word, copies share memory until one is changed.
@frozen public struct SIPRequest: Sendable {
    /// The request as a message of either kind.
    public var message: SIPMessage

    @inlinable init(message: consuming SIPMessage) { self.message = message }

    /// The header fields.
    @inlinable public var headers: HeaderFields {
        get { message.headers }
        set { message.headers = newValue }
        _modify { yield &message.headers }
    }

    /// Begins a request with Max-Forwards 70 and no body; Via, From, To, Call-ID and CSeq are up to the caller.
    public init(method: SIPMethod, uri: Bytes) {
        self.init(methodName: Bytes(method.name), uri: uri)
    }

    /// Begins a request with a method that has no number.
    public init(methodName: Bytes, uri: Bytes) {
        let storage = MessageStorage()
        storage.beginRequest(method: methodName, uri: uri)
        storage.append(.maxForwards, "Max-Forwards: 70\r\n")
        storage.append(.contentLength, "Content-Length: 0\r\n")
        message = SIPMessage(headers: HeaderFields(storage: storage))
    }

    /// Begins a request with Max-Forwards 70 and no body.
    public init(method: SIPMethod, uri: String) {
        var uri = uri
        self = uri.withUTF8 { SIPRequest(method: method, uri: Bytes(UnsafeRawBufferPointer($0))) }
    }

    /// The Request-URI as written.
    public var requestURI: Bytes { headers.storage.view(headers.storage.parts.subject) }

    /// Exchanges the Request-URI. White space in it becomes `_`.
    public mutating func setRequestURI(_ uri: Bytes) { headers.edit { $0.setRequestURI(uri) } }

    /// The value of Max-Forwards; -1 when absent.
    public var maxForwards: Int { headers.storage.maxForwards }

    /// Sets Max-Forwards, clamped to 0…255.
    public mutating func setMaxForwards(_ hops: Int) {
        headers.edit { $0.setDecimal(.maxForwards, UInt64(min(max(hops, 0), 255))) }
    }

    /// Puts a Via before all others (RFC 3261 §18.1.1). `host` is written as given: an IPv6 address needs its brackets.
    /// A `port` of 0 is left out; `rport` asks for the answer at the source port (RFC 3581).
    public mutating func pushVia(
        transport: TransportProtocol, host: Bytes, port: UInt16, branch: Bytes, rport: Bool
    ) {
        let via = NewVia(transport: transport, host: host, port: port, branch: branch, hasRport: rport)
        headers.edit { $0.pushVia(via) }
    }

    /// Notes in the topmost Via where the request came from: `received` when sent-by names another address or `rport`
    /// asks for it (RFC 3261 §18.2.1), and the value of `rport` (RFC 3581 §4). Values that the sender put there go.
    public mutating func setTopViaReceived(_ source: Endpoint) { headers.edit { $0.setTopViaReceived(source) } }
}
