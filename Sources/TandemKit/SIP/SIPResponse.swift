/// A SIP response (RFC 3261 §7.2): one word, copies share memory until one is changed.
@frozen public struct SIPResponse: Sendable {
    /// The response as a message of either kind.
    public var message: SIPMessage

    @inlinable init(message: consuming SIPMessage) { self.message = message }

    /// The header fields.
    @inlinable public var headers: HeaderFields {
        get { message.headers }
        set { message.headers = newValue }
        _modify { yield &message.headers }
    }

    /// Answers a request (RFC 3261 §8.2.6.2): Via, From, To, Call-ID and CSeq are copied, and `toTag` is added to To
    /// unless it has a tag or the status is 100. An empty `reason` gives the usual phrase.
    public init(to request: SIPRequest, status: UInt16, reason: Bytes, toTag: Bytes) {
        let storage = MessageStorage()
        storage.answer(request.headers.storage, status: status, reason: reason, toTag: toTag)
        message = SIPMessage(headers: HeaderFields(storage: storage))
    }

    /// Answers a request with the usual reason phrase or another.
    public init(to request: SIPRequest, status: UInt16, reason: StaticString = "", toTag: Bytes) {
        self.init(to: request, status: status, reason: Bytes(reason), toTag: toTag)
    }

    /// Makes this the answer to a request, as `init(to:status:reason:toTag:)` does, in the memory that this response
    /// has when nobody else holds it.
    public mutating func answer(_ request: SIPRequest, status: UInt16, reason: Bytes = Bytes(), toTag: Bytes) {
        let source = request.headers.storage
        if !isKnownUniquelyReferenced(&message.headers.storage) {
            message.headers = HeaderFields(storage: MessageStorage())
        }
        message.headers.storage.answer(source, status: status, reason: reason, toTag: toTag)
    }

    /// Copies the Record-Route fields of the request, as a response that makes a dialog must (RFC 3261 §12.1.1).
    public mutating func copyRecordRoutes(of request: SIPRequest) {
        headers.appendAll(.recordRoute, of: request.headers)
    }

    /// The status code.
    public var status: UInt16 { headers.storage.parts.status }

    /// The reason phrase.
    public var reasonBytes: Bytes { headers.storage.view(headers.storage.parts.subject) }

    /// Exchanges status code and reason phrase; an empty phrase gives the usual one.
    public mutating func setStatus(_ status: UInt16, reason: Bytes) {
        headers.edit { $0.setStatus(status, reason: reason.isEmpty ? Bytes(ReasonPhrase.usual(for: status)) : reason) }
    }

    /// Exchanges status code and reason phrase; an empty phrase gives the usual one.
    public mutating func setStatus(_ status: UInt16, reason: StaticString = "") {
        setStatus(status, reason: Bytes(reason))
    }
}
