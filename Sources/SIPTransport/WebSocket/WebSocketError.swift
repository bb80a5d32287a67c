/// Why a WebSocket can't go on, with what its peer is told.
struct WebSocketError: Error, Equatable {
    /// The status of a Close frame (RFC 6455 §7.4.1).
    let code: UInt16

    /// The peer has broken the protocol.
    static let protocolError = WebSocketError(code: 1002)
    /// A message is longer than is taken.
    static let tooLong = WebSocketError(code: 1009)
}
