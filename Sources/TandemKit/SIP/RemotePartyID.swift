/// The identity of a party in the form that predates RFC 3325 (draft-ietf-sip-privacy-04 §5).
public struct RemotePartyID: HeaderValue {
    /// Remote-Party-ID.
    public static var headerName: HeaderName { .remotePartyID }

    /// Who.
    public var address: NameAddr

    /// An identity without parameters.
    public init(_ address: NameAddr) { self.address = address }

    /// Reads one value.
    public init(parsing value: Bytes) throws(SIPParseError) { address = try NameAddr(parsing: value) }

    /// `calling` or `called`; nil when absent.
    public var party: String? {
        get { address.parameters["party"] }
        set { address.parameters["party"] = newValue }
    }

    /// `yes` when the identity has been verified; nil when absent.
    public var screen: String? {
        get { address.parameters["screen"] }
        set { address.parameters["screen"] = newValue }
    }

    /// `full`, `name`, `uri` or `off`; nil when absent.
    public var privacy: String? {
        get { address.parameters["privacy"] }
        set { address.parameters["privacy"] = newValue }
    }

    /// The value as it is written.
    public var description: String { address.description }
}
