/// What became of bytes that were to be sent.
public enum SendOutcome: Equatable, Sendable {
    /// Sent, or waiting to be; a later loss is told by `TransportDelegate.fail`. `connection` is the one that carries
    /// them, for `Flow.connection`; 0 for a datagram.
    case accepted(connection: UInt64)
    /// Not sent. The delegate is not told as well.
    case failed(TransportFailure)
}
