public import Timing

/// What plugins may look things up in, by the name that they use.
public struct LookUpSettings: Sendable {
    /// What it is.
    public enum Place: Sendable {
        /// The file of an SQLite database, absolute or relative to the working directory.
        case sqlite(path: String, isWritable: Bool)
        /// The address of an HTTP server, and header fields that each request gets: their values may be secrets.
        case http(address: String, headers: [LookUpHeader])
    }

    /// Its name in the file.
    public let name: String
    /// What it is.
    public let place: Place
    /// The longest time for one look-up.
    public let timeout: TimeInterval
    /// How many look-ups may be under way at once.
    public let connections: Int
    /// Where it stands in the file.
    public let position: SourcePosition
}

/// A header field of requests to an HTTP server.
public struct LookUpHeader: Sendable {
    /// Its name.
    public let name: String
    /// Its value, which may be what nobody must see.
    public let value: Secret
}
