/// The `o=` line: who made the description, and which version of it this is (RFC 8866 §5.2).
public struct SDPOrigin: Hashable, Sendable {
    /// The login on the originating host; `-` when none.
    public var username: String
    /// The identifier of the session. Digits, possibly more than 64 bits hold.
    public var sessionID: String
    /// The version, which grows with each change. Digits, possibly more than 64 bits hold.
    public var sessionVersion: String
    /// The address of the host that made the description.
    public var connection: SDPConnection

    /// Joins the parts of an origin.
    public init(username: String = "-", sessionID: String, sessionVersion: String, connection: SDPConnection) {
        self.username = username
        self.sessionID = sessionID
        self.sessionVersion = sessionVersion
        self.connection = connection
    }

    /// Reads what follows `o=`; nil when it lacks one of its six parts.
    init?(_ text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 6 else { return nil }
        username = String(parts[0])
        sessionID = String(parts[1])
        sessionVersion = String(parts[2])
        connection = SDPConnection(
            networkType: String(parts[3]), addressType: String(parts[4]), address: String(parts[5]))
    }

    var text: String { "\(username) \(sessionID) \(sessionVersion) \(connection.text)" }
}
