/// What a connection from a WebSocket client keeps beside its bytes. Confined to its shard's thread.
final class WebSocketSession {
    /// The request that opens it, as far as it has come; nil once it is open.
    var handshake: WebSocketHandshake? = WebSocketHandshake()
    var reader: WebSocketReader
    /// Whether a Close frame was sent: nothing may follow it.
    var isClosed = false

    /// A session whose messages have at most `limit` bytes.
    init(limit: Int) { reader = WebSocketReader(limit: limit) }

    var isOpen: Bool { handshake == nil && !isClosed }
}
