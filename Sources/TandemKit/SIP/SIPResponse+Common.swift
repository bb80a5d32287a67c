/// What every message has; see `SIPMessage`.
extension SIPResponse {
    /// The method: of the request line, or in a response of CSeq.
    @inlinable public var method: SIPMethod { message.method }

    /// The name of the method.
    @inlinable public var methodBytes: Bytes { message.methodBytes }

    /// The value of CSeq; number 0 when it has none that can be read.
    @inlinable public var cseq: CSeq { message.cseq }

    /// The Call-ID; empty when absent.
    @inlinable public var callID: Bytes { message.callID }

    /// The tag of From; empty when absent.
    @inlinable public var fromTag: Bytes { message.fromTag }

    /// The tag of To; empty when absent.
    @inlinable public var toTag: Bytes { message.toTag }

    /// The topmost Via value; its `branch` and `host` are empty when there is none.
    @inlinable public var topVia: ViaView { message.topVia }

    /// The body.
    @inlinable public var body: Bytes { message.body }

    /// Takes the topmost Via value away (RFC 3261 §16.7 step 3).
    @inlinable public mutating func removeTopVia() { message.removeTopVia() }

    /// Exchanges the body and sets Content-Length, and Content-Type unless `contentType` is empty.
    @inlinable public mutating func setBody(_ body: Bytes, contentType: Bytes) {
        message.setBody(body, contentType: contentType)
    }

    /// Exchanges the body and sets Content-Length and Content-Type.
    @inlinable public mutating func setBody(_ body: Bytes, contentType: StaticString) {
        message.setBody(body, contentType: Bytes(contentType))
    }

    /// Takes the body away with the header fields that describe it; Content-Length becomes 0.
    @inlinable public mutating func removeBody() { message.removeBody() }

    /// The number of bytes that `write` gives.
    @inlinable public var serializedCount: Int { message.serializedCount }

    /// Writes the message and returns the number of bytes; -1, with nothing written, when they do not fit.
    @inlinable public func write(to buffer: UnsafeMutableRawBufferPointer) -> Int { message.write(to: buffer) }

    /// The whole message as text.
    @inlinable public var string: String { message.string }
}
