/// A SIP message, request or response (RFC 3261 §7): one word, copies share memory until one is changed.
///
/// `receive` reads bytes from the network into the memory that this handle already has when nobody else holds it, so
/// that a shard needs one `SIPMessage` for all its traffic.
@frozen public struct SIPMessage: Sendable {
    /// The header fields.
    public var headers: HeaderFields

    @inlinable init(headers: HeaderFields) { self.headers = headers }

    /// An empty message to `receive` into.
    public init() { headers = HeaderFields(storage: MessageStorage()) }

    /// Reads a message; throws when it is malformed.
    public init(_ bytes: Bytes) throws(SIPParseError) {
        self.init()
        try receive(bytes.buffer)
    }

    /// Reads a message; throws when it is malformed.
    public init(_ text: String) throws(SIPParseError) {
        self.init()
        var failure: SIPParseError?
        var text = text
        text.withUTF8 { bytes in
            do throws(SIPParseError) {
                try receive(UnsafeRawBufferPointer(bytes))
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    /// Replaces this message by one from the network.
    ///
    /// Checks the start line, every header line, the topmost Via, From, To, Call-ID, CSeq, Max-Forwards and
    /// Content-Length. After an error that `isAnswerable` the message holds what could be read, enough for
    /// `SIPResponse(to:…)`; after any other it must not be used.
    public mutating func receive(_ bytes: UnsafeRawBufferPointer) throws(SIPParseError) {
        if !isKnownUniquelyReferenced(&headers.storage) { headers = HeaderFields(storage: MessageStorage()) }
        try headers.storage.receive(bytes)
    }

    /// Whether this is a request.
    public var isRequest: Bool { headers.storage.parts.kind == 1 }

    /// Whether this is a response.
    public var isResponse: Bool { headers.storage.parts.kind == 2 }

    /// The message as a request that shares its memory; nil for a response. To edit in place use `request`.
    public var asRequest: SIPRequest? { isRequest ? SIPRequest(message: self) : nil }

    /// The message as a response that shares its memory; nil for a request. To edit in place use `response`.
    public var asResponse: SIPResponse? { isResponse ? SIPResponse(message: self) : nil }

    /// The message as a request, for edits in place: `message.request.removeTopVia()`. Traps for a response.
    @inlinable public var request: SIPRequest {
        get {
            precondition(isRequest, "not a request")
            return SIPRequest(message: self)
        }
        _modify {
            precondition(isRequest, "not a request")
            var request = SIPRequest(message: consume self)
            defer { self = request.message }
            yield &request
        }
    }

    /// The message as a response, for edits in place. Traps for a request.
    @inlinable public var response: SIPResponse {
        get {
            precondition(isResponse, "not a response")
            return SIPResponse(message: self)
        }
        _modify {
            precondition(isResponse, "not a response")
            var response = SIPResponse(message: consume self)
            defer { self = response.message }
            yield &response
        }
    }
}
