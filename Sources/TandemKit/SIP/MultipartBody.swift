/// A body of several parts, each with header fields of its own (RFC 2046 §5.1, RFC 5621).
public struct MultipartBody: Sendable {
    /// One part: header fields such as Content-Type, and content.
    public struct Part: Sendable {
        /// The header fields, as those of a message.
        public var headers: HeaderFields

        /// A part of a type.
        public init(contentType: MediaType, content: [UInt8]) {
            headers = HeaderFields(storage: MessageStorage(entryCapacity: 8, byteCapacity: content.count + 256))
            headers.edit { $0.beginPart() }
            headers[MediaType.self] = contentType
            self.content = content
        }

        /// Reads a part: header fields, an empty line, content.
        public init(parsing bytes: Bytes) throws(SIPParseError) {
            headers = HeaderFields(storage: MessageStorage(entryCapacity: 8, byteCapacity: bytes.count + 256))
            try headers.storage.receivePart(bytes.buffer)
        }

        /// The content.
        public var content: [UInt8] {
            get { contentBytes.array }
            set {
                newValue.withUnsafeBytes { content in headers.edit { $0.setContent(Bytes(content)) } }
            }
        }

        /// The content, borrowed.
        public var contentBytes: Bytes { headers.storage.view(headers.storage.parts.body) }

        /// The type of the content; nil when absent or malformed, which means `text/plain`.
        public var contentType: MediaType? { headers[MediaType.self] }
    }

    /// The parts in order.
    public var parts: [Part]
    /// The boundary without its dashes.
    public let boundary: String

    /// A body of parts; `boundary` must be 1 to 70 token characters that occur in no part, else nil.
    public init?(parts: [Part], boundary: String) {
        let length = boundary.utf8.count
        guard length >= 1, length <= 70, boundary.utf8.allSatisfy({ ByteClass.isToken($0) }) else { return nil }
        self.parts = parts
        self.boundary = boundary
        let isTaken = boundary.withBytes { boundary in
            parts.contains { part in
                MultipartScanner(part.contentBytes, boundary: boundary) != nil
            }
        }
        if isTaken { return nil }
    }

    /// Reads a body by the value of its Content-Type.
    public init(parsing body: Bytes, contentType: Bytes) throws(SIPParseError) {
        guard var scanner = MultipartScanner(body, contentType: contentType) else {
            throw SIPParseError(
                offset: 0, field: .contentType, expected: "multipart/ with a boundary that the body has")
        }
        boundary = scanner.boundary.string
        parts = []
        while let bytes = scanner.next() {
            let offset = Int(bytes.base - body.base)
            guard parts.count < MessageLimits.bodyParts else {
                throw SIPParseError(offset: offset, place: "body", expected: "at most 64 parts")
            }
            do throws(SIPParseError) {
                parts.append(try Part(parsing: bytes))
            } catch {
                throw SIPParseError(offset: offset + error.offset, place: "body part", expected: error.expectation)
            }
        }
    }

    /// The body as it is written.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        for part in parts {
            bytes += Array("--\(boundary)\r\n".utf8)
            let storage = part.headers.storage
            let size = storage.serializedCount
            bytes += [UInt8](unsafeUninitializedCapacity: size + 1) { buffer, count in
                count = buffer.baseAddress.map { storage.write(to: $0) } ?? 0
            }
            bytes += [0x0D, 0x0A]
        }
        return bytes + Array("--\(boundary)--\r\n".utf8)
    }
}

extension SIPMessage {
    /// The parts of a multipart body; nil when Content-Type is no multipart type. Throws when the body is malformed.
    public func multipartBody() throws(SIPParseError) -> MultipartBody? {
        let type = headers.firstValue(of: .contentType)
        guard type.prefix(10).equalsIgnoringCase("multipart/") else { return nil }
        return try MultipartBody(parsing: body, contentType: type)
    }

    /// Exchanges the body for one of several parts of a type such as `mixed`, and sets Content-Type.
    public mutating func setBody(_ multipart: MultipartBody, subtype: String = "mixed") {
        var type = MediaType(type: "multipart", subtype: subtype)
        type.parameters["boundary"] = multipart.boundary
        type.description.withBytes { type in
            multipart.bytes.withUnsafeBytes { setBody(Bytes($0), contentType: type) }
        }
    }

    /// The content of a type such as `application/sdp`, whether it is the whole body or a part of a multipart body,
    /// borrowed; nil when there is none.
    public func content(ofType type: StaticString) -> Bytes? {
        let contentType = headers.firstValue(of: .contentType)
        if MessageStorage.isType(contentType, type) { return body.isEmpty ? nil : body }
        guard var scanner = MultipartScanner(body, contentType: contentType) else { return nil }
        while let part = scanner.next() {
            if let content = MessageStorage.content(ofPart: part, type: type) { return content }
        }
        return nil
    }
}
