extension SIPRequest {
    /// The session description that the request carries: its body, or the first part of that type of a multipart body.
    /// nil when there is none or it can't be read. Setting replaces the whole body; setting nil removes it.
    public var sdp: SessionDescription? {
        get { message.sdp }
        set { message.sdp = newValue }
    }
}

extension SIPResponse {
    /// The session description that the response carries: its body, or the first part of that type of a multipart
    /// body. nil when there is none or it can't be read. Setting replaces the whole body; setting nil removes it.
    public var sdp: SessionDescription? {
        get { message.sdp }
        set { message.sdp = newValue }
    }
}

extension SIPMessage {
    /// The session description that the message carries. nil when there is none or it can't be read.
    public var sdp: SessionDescription? {
        get { try? readSDP() }
        set {
            guard let newValue else { return removeBody() }
            newValue.bytes.withUnsafeBytes { setBody(Bytes($0), contentType: SessionDescription.mediaType) }
        }
    }

    /// The session description that the message carries; nil when it carries none.
    ///
    /// - Throws: What is wrong with one that can't be read.
    public func readSDP() throws(SDPError) -> SessionDescription? {
        let body = self.body
        guard !body.isEmpty else { return nil }
        let type = headers.firstValue(of: .contentType)
        guard type.hasMediaType(SessionDescription.mediaType) else { return nil }
        return try SessionDescription(body.array)
    }
}

extension Bytes {
    /// Whether a Content-Type names this media type, parameters aside.
    func hasMediaType(_ type: StaticString) -> Bool {
        let end = firstIndex(of: UInt8(ascii: ";")) ?? count
        return prefix(end).trimmed.equalsIgnoringCase(type)
    }
}
