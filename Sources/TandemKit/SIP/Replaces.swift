/// The dialog that an INVITE replaces (RFC 3891): `call-id;to-tag=…;from-tag=…`.
public struct Replaces: HeaderValue {
    /// Replaces.
    public static var headerName: HeaderName { .replaces }

    /// The Call-ID of the dialog.
    public var callID: String
    /// `to-tag`, `from-tag`, `early-only` and others.
    public var parameters: Parameters

    /// Names a dialog by its identifiers.
    public init(callID: String, toTag: String, fromTag: String) {
        self.callID = callID
        parameters = .ofHeader
        parameters["to-tag"] = toTag
        parameters["from-tag"] = fromTag
    }

    /// Reads one value.
    public init(parsing value: Bytes) throws(SIPParseError) {
        let parts = try ParameterizedValue(parsing: value)
        callID = parts.head.string
        parameters = parts.parameters
        guard !callID.isEmpty, parameters.contains("to-tag"), parameters.contains("from-tag") else {
            throw SIPParseError(offset: 0, expected: "a Call-ID, to-tag and from-tag")
        }
    }

    /// The local tag as the receiver knows it; `0` for a peer older than RFC 3261.
    public var toTag: String { parameters["to-tag"] ?? "" }
    /// The remote tag as the receiver knows it.
    public var fromTag: String { parameters["from-tag"] ?? "" }
    /// Whether only an early dialog may be replaced.
    public var isEarlyOnly: Bool { parameters.contains("early-only") }

    /// The value as it is written.
    public var description: String { "\(callID)\(parameters)" }
}
