import Glibc

/// Why bytes could not be sent, or why a connection ended (RFC 3261 §18.4).
public struct TransportFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What TLS has against it; nil when it is nothing of TLS.
    public var tls: TLSFailure? { trouble?.failure }

    /// Apart, so that the outcome of each message that is sent stays small.
    private final class Trouble: Sendable {
        let failure: TLSFailure

        init(_ failure: TLSFailure) { self.failure = failure }
    }

    private let code: UInt8
    private let text: StaticString
    private let trouble: Trouble?

    /// The host answers that nobody listens on the port.
    public static let refused = TransportFailure(1, "connection refused")
    /// No route to the host or network, or the host is down.
    public static let unreachable = TransportFailure(2, "host unreachable")
    /// The connection was not established in time.
    public static let connectTimedOut = TransportFailure(3, "connect timed out")
    /// The peer has ended the connection in order. No failure for a transaction that needs nothing more.
    public static let closedByPeer = TransportFailure(4, "closed by peer")
    /// The connection broke: reset, or the peer's host stopped answering.
    public static let connectionLost = TransportFailure(5, "connection lost")
    /// The connection that the flow names has ended earlier; its peer may be reached by a new one.
    public static let connectionGone = TransportFailure(6, "connection gone")
    /// The peer takes bytes more slowly than we send; the bound of the queue is reached.
    public static let queueFull = TransportFailure(7, "send queue full")
    /// The message is larger than the transport can carry.
    public static let messageTooLong = TransportFailure(8, "message too long for the transport")
    /// The flow's listener doesn't exist, or can't reach an address of that family.
    public static let noListener = TransportFailure(9, "no listener of this transport and address family")
    /// This host has no descriptor, port or memory for another connection, or its own bound is reached.
    public static let exhausted = TransportFailure(10, "no resources for a connection")
    /// This host's own packet filter or rights don't permit to send there.
    public static let notPermitted = TransportFailure(11, "not permitted by this host")
    /// The peer sent what can't be framed; the connection was ended.
    public static let unframeable = TransportFailure(12, "stream can't be framed")
    /// Nothing was heard for the idle time, or a message wasn't completed in time; the connection was ended.
    public static let idle = TransportFailure(13, "connection idle")

    /// Whether a connection that was there has ended: what was written to it just then may never have been read.
    public var isOfOpenConnection: Bool { self == .closedByPeer || self == .connectionLost }

    private init(_ code: UInt8, _ text: StaticString) {
        self.code = code
        self.text = text
        trouble = nil
    }

    /// A connection that TLS has not let be.
    init(_ failure: TLSFailure) {
        code = 14
        text = "TLS failed"
        trouble = Trouble(failure)
    }

    /// The failure that an error number of `connect`, `send` or `recv` stands for.
    init(errno code: Int32) {
        self =
            switch code {
            case ECONNREFUSED: .refused
            case EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN: .unreachable
            case ETIMEDOUT, ECONNRESET, EPIPE, ECONNABORTED: .connectionLost
            case EMSGSIZE: .messageTooLong
            case EAFNOSUPPORT, EINVAL: .noListener
            case EPERM, EACCES: .notPermitted
            case EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL, EADDRINUSE: .exhausted
            default: .connectionLost
            }
    }

    /// The failure that an error number stands for when a connection was not established.
    init(connectErrno code: Int32) {
        self =
            switch code {
            case ETIMEDOUT: .connectTimedOut
            case ECONNRESET, EPIPE: .refused
            default: TransportFailure(errno: code)
            }
    }

    /// A few words for logs; a sentence of TLS's.
    public var description: String { tls.map { "\($0)" } ?? "\(text)" }

    /// Compares what happened.
    public static func == (left: TransportFailure, right: TransportFailure) -> Bool {
        left.code == right.code && left.tls == right.tls
    }

    /// Hashes what happened.
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
