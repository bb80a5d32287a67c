extension SIPRequest {
    /// The session description that the request carries: its body, or the first part of that type of a multipart body.
    /// nil when there is none or it can't be read. Setting replaces it where it stands, or the whole body when there
    /// was none; setting nil removes the whole body.
    public var sdp: SessionDescription? {
        get { message.sdp }
        set { message.sdp = newValue }
    }
}

extension SIPResponse {
    /// The session description that the response carries: its body, or the first part of that type of a multipart body.
    /// nil when there is none or it can't be read. Setting replaces it where it stands, or the whole body when there
    /// was none; setting nil removes the whole body.
    public var sdp: SessionDescription? {
        get { message.sdp }
        set { message.sdp = newValue }
    }
}

extension SIPMessage {
    /// The session description that the message carries: its body, or the first part of that type of a multipart body.
    /// nil when there is none or it can't be read. Setting replaces it where it stands, or the whole body when there
    /// was none; setting nil removes the whole body.
    public var sdp: SessionDescription? {
        get { try? readSDP() }
        set {
            guard let newValue else { return removeBody() }
            if replacePart(by: newValue) { return }
            newValue.bytes.withUnsafeBytes { setBody(Bytes($0), contentType: SessionDescription.mediaType) }
        }
    }

    /// The session description that the message carries; nil when it carries none.
    ///
    /// - Throws: What is wrong with one that can't be read.
    public func readSDP() throws(SDPError) -> SessionDescription? {
        guard let content = content(ofType: SessionDescription.mediaType) else { return nil }
        return try SessionDescription(content.array)
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

    private mutating func replacePart(by description: SessionDescription) -> Bool {
        guard var multipart = try? multipartBody() else { return false }
        let place = multipart.parts.firstIndex { part in
            part.contentType.map { $0.type.lowercased() == "application" && $0.subtype.lowercased() == "sdp" } ?? false
        }
        guard let place else { return false }
        multipart.parts[place].content = description.bytes
        let subtype = headers[MediaType.self]?.subtype ?? "mixed"
        setBody(multipart, subtype: subtype)
        return true
    }
}
