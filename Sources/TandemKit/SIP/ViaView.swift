/// One value of a Via header field, borrowed from its message (RFC 3261 §20.42).
@frozen public struct ViaView {
    /// The transport; nil for one that Tandem does not know.
    public let transport: TransportProtocol?
    /// The port of sent-by; 0 when absent.
    public let port: UInt16
    /// The value of `rport` (RFC 3581): -1 when absent, 0 when present without a value.
    public let rport: Int32
    /// The host of sent-by as written, an IPv6 address with its brackets.
    public let host: Bytes
    /// The branch; empty when absent.
    public let branch: Bytes
    /// The value of `received`; empty when absent.
    public let received: Bytes
    /// The value of `maddr`; empty when absent.
    public let maddr: Bytes

    /// The first value of a Via header field; nil when it is malformed.
    public init?(_ value: Bytes) {
        guard let parsed = try? ViaView.parse(value, from: 0) else { return nil }
        self = parsed.view
    }

    @inline(__always) init(transport: TransportProtocol?, host: Bytes, port: UInt16, parameters: ViaParameters) {
        self.transport = transport
        self.host = host
        self.port = port
        rport = parameters.rport
        branch = parameters.branch
        received = parameters.received
        maddr = parameters.maddr
    }

    /// Whether the branch was made by an RFC 3261 element, so that it alone identifies the transaction (§17.2.3).
    public var hasMagicCookie: Bool { branch.count > 7 && branch.prefix(7).equalsIgnoringCase("z9hG4bK") }
}

/// The parameters of a Via value that transports and transactions act on.
struct ViaParameters {
    var branch = Bytes()
    var received = Bytes()
    var maddr = Bytes()
    var rport: Int32 = -1
}

/// A Via value that has been read.
struct ParsedVia {
    let view: ViaView
    /// The position of the comma behind the value, or the end.
    let next: Int
    /// Where a parameter without a name stands; -1 when none does.
    let emptyParameter: Int
}
