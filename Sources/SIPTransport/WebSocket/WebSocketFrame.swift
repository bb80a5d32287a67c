/// The head of a frame (RFC 6455 §5.2).
enum WebSocketFrame {
    /// What a frame is.
    enum Kind: UInt8 {
        case continuation = 0
        case text = 1
        case binary = 2
        case close = 8
        case ping = 9
        case pong = 10

        /// Whether it stands between the fragments of a message, and is short.
        var isControl: Bool { rawValue >= 8 }
    }

    /// Most bytes of a control frame.
    static let controlLimit = 125
    /// Most bytes of a head that we write: servers don't mask.
    static let headLimit = 10

    /// Writes the head of a whole message or of a control frame; returns its bytes.
    static func writeHead(_ kind: Kind, count: Int, to head: inout [10 of UInt8]) -> Int {
        head[0] = 0x80 | kind.rawValue
        if count < 126 {
            head[1] = UInt8(count)
            return 2
        }
        let wide = count > 0xFFFF
        head[1] = wide ? 127 : 126
        let size = wide ? 8 : 2
        for index in 0..<size { head[2 + index] = UInt8(truncatingIfNeeded: count >> (8 * (size - 1 - index))) }
        return 2 + size
    }
}
