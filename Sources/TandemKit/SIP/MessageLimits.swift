/// The bounds of the message model. A received message beyond one of them is refused with a `SIPParseError`;
/// an edit beyond one of them is not made, and the message says so (`HeaderFields.hasRefusedEdit`).
public enum MessageLimits {
    /// Bytes of a received message, headers and body together.
    public static let messageBytes = 65_535
    /// Header fields of a received message.
    public static let headerFields = 256
    /// Header fields of a message after edits.
    public static let editedHeaderFields = 512
    /// Bytes of one header field with its line end.
    public static let headerFieldBytes = 65_535
    /// Bytes of a message in memory: what was received plus what edits added.
    public static let storageBytes = 262_144
    /// Values in one typed list such as `contacts` or `vias`.
    public static let listValues = 512
    /// Parameters of one URI or header value in typed form.
    public static let parameters = 128
    /// Parts of one multipart body.
    public static let bodyParts = 64
}
