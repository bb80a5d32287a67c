/// One target that a request had (RFC 7044): `<sip:bob@example.com?Reason=SIP%3Bcause%3D486>;index=1.1;rc=1`.
public struct HistoryInfoEntry: HeaderValue {
    /// History-Info.
    public static var headerName: HeaderName { .historyInfo }

    /// The target, its URI with the `Reason` and `Privacy` headers of the entry.
    public var address: NameAddr

    /// An entry with its index, such as `1.2`.
    public init(_ address: NameAddr, index: String) {
        self.address = address
        self.index = index
    }

    /// Reads one value.
    public init(parsing value: Bytes) throws(SIPParseError) { address = try NameAddr(parsing: value) }

    /// The place of the entry in the tree of targets; nil when absent.
    public var index: String? {
        get { address.parameters["index"] }
        set { address.parameters["index"] = newValue }
    }

    /// Why the target was left, from the `Reason` headers in the URI; empty when there are none.
    public var reasons: [Reason] {
        get { address.uri.headers.values("Reason").compactMap { Reason($0) } }
        set {
            address.uri.headers.remove("Reason")
            for reason in newValue { address.uri.headers.append("Reason", reason.description) }
        }
    }

    /// Whether the URI asks for `Privacy: history`.
    public var isPrivate: Bool {
        address.uri.headers.values("Privacy").contains { $0.equalsIgnoringCase("history") }
    }

    /// The value as it is written.
    public var description: String { address.description }
}
