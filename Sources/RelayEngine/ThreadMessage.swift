import RelayControl
import TandemKit

/// What the first thread hands to the one that has the session.
enum ThreadMessage: Sendable {
    /// A message of the NG protocol.
    case ng(NGMessage, client: Endpoint)
    /// A command of a connection.
    case command(RelayCommand, number: UInt32, CommandConnection)
    /// A connection has ended.
    case ended(connection: UInt64)
}
