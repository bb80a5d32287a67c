/// What requests and responses have in common.
extension SIPMessage {
    /// The method: of the request line, or in a response of CSeq.
    public var method: SIPMethod { isRequest ? headers.storage.parts.method : cseq.method }

    /// The name of the method.
    public var methodBytes: Bytes { headers.storage.methodBytes }

    /// The value of CSeq; number 0 when it has none that can be read.
    public var cseq: CSeq { headers.storage.cseq }

    /// The Call-ID; empty when absent.
    public var callID: Bytes { headers.firstValue(of: .callID) }

    /// The tag of From; empty when absent.
    public var fromTag: Bytes { headers.storage.fromTag }

    /// The tag of To; empty when absent.
    public var toTag: Bytes { headers.storage.toTag }

    /// The topmost Via value; its `branch` and `host` are empty when there is none.
    public var topVia: ViaView { headers.storage.topVia.view }

    /// The body.
    public var body: Bytes { headers.storage.view(headers.storage.parts.body) }

    /// Takes the topmost Via value away (RFC 3261 §16.7 step 3).
    public mutating func removeTopVia() { headers.edit { $0.removeTopVia() } }

    /// Exchanges the body and sets Content-Length, and Content-Type unless `contentType` is empty.
    public mutating func setBody(_ body: Bytes, contentType: Bytes) {
        headers.edit { storage in
            storage.setBody(body, contentType: contentType)
        }
    }

    /// Exchanges the body and sets Content-Length and Content-Type.
    public mutating func setBody(_ body: Bytes, contentType: StaticString) {
        setBody(body, contentType: Bytes(contentType))
    }

    /// Takes the body away with the header fields that describe it; Content-Length becomes 0.
    public mutating func removeBody() {
        for id in [HeaderID.contentType, .contentDisposition, .contentEncoding, .contentLanguage, .mimeVersion] {
            headers.removeAll(id)
        }
        headers.edit { $0.setBody(Bytes(), contentType: Bytes()) }
    }

    /// The number of bytes that `write` gives.
    public var serializedCount: Int { headers.storage.serializedCount }

    /// Writes the message and returns the number of bytes; -1, with nothing written, when they do not fit.
    public func write(to buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard let start = buffer.baseAddress, serializedCount <= buffer.count else { return -1 }
        return headers.storage.write(to: start.assumingMemoryBound(to: UInt8.self))
    }

    /// The whole message as text.
    public var string: String {
        let size = serializedCount
        return withUnsafeTemporaryAllocation(byteCount: max(size, 1), alignment: 1) { buffer in
            let written = max(write(to: buffer), 0)
            return String(decoding: UnsafeRawBufferPointer(rebasing: buffer[..<written]), as: UTF8.self)
        }
    }
}
