public import TandemKit
public import Timing

/// Where look-ups go, by the name that plugins use.
public struct LookUpSource: Sendable {
    /// What it is.
    public enum Kind: Sendable {
        /// An HTTP server: the address that paths are put behind, and header fields that every request gets.
        case http(address: String, headers: [HTTPField])
        /// The file of an SQLite database, and whether statements may change it.
        case sqlite(path: String, isWritable: Bool)
    }

    /// The name in the configuration.
    public let name: String
    /// What it is.
    public let kind: Kind
    /// The longest time for one look-up, whatever the plugin wishes.
    public let time: TimeInterval
    /// The most look-ups under way at once: connections of a server, or of a database. Further ones wait.
    public let limit: Int

    /// Joins the parts.
    public init(name: String, kind: Kind, time: TimeInterval, limit: Int) {
        self.name = name
        self.kind = kind
        self.time = time
        self.limit = limit
    }

    /// The most look-ups that wait for one source; a further one has failed at once.
    static let waitingLimit = 1_000
}
