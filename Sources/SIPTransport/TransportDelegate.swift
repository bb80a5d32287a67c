public import SIPTransaction
public import Timing

/// Takes what arrives at one shard's transport. All calls come on the shard's thread, none from within `send`.
public protocol TransportDelegate: AnyObject {
    /// A datagram, or a message from a stream. The bytes are valid until this returns.
    func receive(_ bytes: UnsafeRawBufferPointer, on flow: Flow, now: Timestamp)

    /// Bytes that were sent, or may still be needed to be received, are lost: an ICMP error, a connect that was refused
    /// or timed out, a connection that ended.
    ///
    /// It concerns what was sent to that flow. The end of a connection is told for its number, and before that for the
    /// number 0 when it was the one that messages to "any connection" took.
    func fail(_ failure: TransportFailure, on flow: Flow, now: Timestamp)

    /// A peer that has connected by TLS has done its handshake; `names` are those of its certificate, which an authority
    /// that we trust has signed, or nil when it has shown none. Returns the number of the identity that this proves, for
    /// `Flow.identity` of all its messages; 0 for none.
    func identify(_ names: CertificateNames?, on flow: Flow) -> UInt16

    /// The peer of a TLS connection that we opened has proved the identity that the flow asks for.
    func secured(_ flow: Flow)

    /// A peer that had connected by TLS has not come through its handshake. Nothing has come from it, and nothing can have
    /// been sent to it: nobody else needs to know.
    func shutOut(_ failure: TransportFailure, from flow: Flow, now: Timestamp)

    /// A stream's next message can't be framed. `head` is that message up to its empty line, or empty; when it is a
    /// request, answer it on `flow` with `error.status` before this returns. Then the connection ends.
    func refuse(_ head: UnsafeRawBufferPointer, for error: FramingError, on flow: Flow, now: Timestamp)
}
