extension SIPRequest {
    /// The session description that the request carries: its body, or the first part of that type of a multipart body.
    /// nil when there is none or it can't be read. Setting replaces it where it stands, or the whole body when there
    /// was none; setting nil removes the whole body.
    public var sdp: SessionDescription? {
        get { message.sdp }
        set { message.sdp = newValue }
    }

    /// The bytes of the session description, unread: valid until the request is next changed. nil when there is none.
    public var sdpBytes: Bytes? { message.sdpBytes }

    /// Puts other bytes in the place of the session description; a request without one stays as it is.
    public mutating func replaceSDP(by bytes: [UInt8]) { message.replaceSDP(by: bytes) }
}

extension SIPResponse {
    /// The session description that the response carries: its body, or the first part of that type of a multipart body.
    /// nil when there is none or it can't be read. Setting replaces it where it stands, or the whole body when there
    /// was none; setting nil removes the whole body.
    public var sdp: SessionDescription? {
        get { message.sdp }
        set { message.sdp = newValue }
    }

    /// The bytes of the session description, unread: valid until the response is next changed. nil when there is none.
    public var sdpBytes: Bytes? { message.sdpBytes }

    /// Puts other bytes in the place of the session description; a response without one stays as it is.
    public mutating func replaceSDP(by bytes: [UInt8]) { message.replaceSDP(by: bytes) }
}

extension SIPMessage {
    /// The session description that the message carries: its body, or the first part of that type of a multipart body.
    /// nil when there is none or it can't be read. Setting replaces it where it stands, or the whole body when there
    /// was none; setting nil removes the whole body.
    public var sdp: SessionDescription? {
        get { try? readSDP() }
        set {
            guard let newValue else { return removeBody() }
            if replacePart(by: newValue.bytes) { return }
            newValue.bytes.withUnsafeBytes { setBody(Bytes($0), contentType: SessionDescription.mediaType) }
        }
    }

    /// The session description that the message carries; nil when it carries none.
    ///
    /// - Throws: What is wrong with one that can't be read.
    public func readSDP() throws(SDPError) -> SessionDescription? {
        guard let content = sdpBytes else { return nil }
        return try SessionDescription(content.array)
    }

    /// The bytes of the session description, unread: valid until the message is next changed. nil when there is none.
    public var sdpBytes: Bytes? { content(ofType: SessionDescription.mediaType) }

    /// Puts other bytes in the place of the session description; a message without one stays as it is.
    public mutating func replaceSDP(by bytes: [UInt8]) {
        guard sdpBytes != nil, !replacePart(by: bytes) else { return }
        bytes.withUnsafeBytes { setBody(Bytes($0), contentType: SessionDescription.mediaType) }
    }

    /// Leaves only the session description of a multipart body, for a peer that takes nothing else. A multipart body
    /// without one stays.
    mutating func reduceToSDP() {
        let type = headers.firstValue(of: .contentType)
        guard type.prefix(10).equalsIgnoringCase("multipart/"),
            let content = content(ofType: SessionDescription.mediaType)?.array
        else { return }
        content.withUnsafeBytes { setBody(Bytes($0), contentType: SessionDescription.mediaType) }
    }

    private mutating func replacePart(by bytes: [UInt8]) -> Bool {
        guard var multipart = try? multipartBody() else { return false }
        let place = multipart.parts.firstIndex { part in
            part.contentType.map { $0.type.lowercased() == "application" && $0.subtype.lowercased() == "sdp" } ?? false
        }
        guard let place else { return false }
        multipart.parts[place].content = bytes
        let subtype = headers[MediaType.self]?.subtype ?? "mixed"
        setBody(multipart, subtype: subtype)
        return true
    }
}
