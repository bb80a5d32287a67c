import TandemKit

/// Reads what a client sends on a WebSocket (RFC 6455 §5): frames come apart and together again, messages come out.
///
/// Pure: bytes in, events out. A frame that a client has not masked, reserved bits, control frames in pieces and messages
/// beyond the bound end it. What is kept is at most one message and the head of the next frame.
struct WebSocketReader: ~Copyable {
    /// What has come.
    enum Event {
        /// A whole message.
        case message([UInt8])
        /// A ping, to be answered with the same bytes.
        case ping([UInt8])
        /// A pong.
        case pong
        /// The peer ends the connection; what it gave as a reason, to be sent back.
        case close([UInt8])
    }

    private let limit: Int
    /// The head of the frame that is being read.
    private var head: [14 of UInt8] = .init(repeating: 0)
    private var headCount = 0
    private var kind = WebSocketFrame.Kind.continuation
    private var isFinal = true
    /// Bytes of the frame's payload that have yet to come; nil while its head is read.
    private var left: Int?
    private var mask: UInt32 = 0
    private var masked = 0
    /// The message so far, and the control frame.
    private var message: [UInt8] = []
    private var control: [UInt8] = []
    private var isInMessage = false

    /// A reader of messages of at most `limit` bytes.
    init(limit: Int) { self.limit = limit }

    /// Whether part of a message or frame has come.
    var isMidMessage: Bool { headCount > 0 || left != nil || isInMessage }

    /// Takes bytes from the front, as far as the next event; nil when all are taken and more is needed.
    mutating func next(_ bytes: inout UnsafeRawBufferPointer) throws(WebSocketError) -> Event? {
        while true {
            if left == nil {
                guard try readHead(&bytes) else { return nil }
            }
            guard let left else { return nil }
            let count = min(left, bytes.count)
            take(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            bytes = UnsafeRawBufferPointer(rebasing: bytes[count...])
            self.left = left - count
            guard count == left else { return nil }
            if let event = endFrame() { return event }
        }
    }

    /// Reads the head of a frame; false while it is incomplete.
    private mutating func readHead(_ bytes: inout UnsafeRawBufferPointer) throws(WebSocketError) -> Bool {
        while let byte = bytes.first {
            bytes = UnsafeRawBufferPointer(rebasing: bytes[1...])
            head[headCount] = byte
            headCount += 1
            if headCount == 2 { try checkHead() }
            if headCount >= 2, headCount == size {
                try beginFrame()
                return true
            }
        }
        return false
    }

    /// Bytes of the head, once two of them are known.
    private var size: Int { 6 + lengthSize }

    private var lengthSize: Int {
        switch head[1] & 0x7F {
        case 126: 2
        case 127: 8
        default: 0
        }
    }

    private mutating func checkHead() throws(WebSocketError) {
        guard head[0] & 0x70 == 0, head[1] & 0x80 != 0, let kind = WebSocketFrame.Kind(rawValue: head[0] & 0x0F) else {
            throw .protocolError
        }
        self.kind = kind
        isFinal = head[0] & 0x80 != 0
        if kind.isControl {
            guard isFinal, lengthSize == 0 else { throw .protocolError }
        } else {
            guard isInMessage == (kind == .continuation) else { throw .protocolError }
        }
    }

    private mutating func beginFrame() throws(WebSocketError) {
        var count = UInt64(head[1] & 0x7F)
        if lengthSize > 0 {
            count = 0
            for index in 0..<lengthSize { count = count << 8 | UInt64(head[2 + index]) }
        }
        guard kind.isControl || count <= UInt64(limit - message.count) else { throw .tooLong }
        mask = 0
        for index in 0..<4 { mask = mask << 8 | UInt32(head[2 + lengthSize + index]) }
        (left, masked, headCount) = (Int(count), 0, 0)
        if kind.isControl { control = [] } else { isInMessage = true }
    }

    private mutating func take(_ bytes: UnsafeRawBufferPointer) {
        for byte in bytes {
            let plain = byte ^ UInt8(truncatingIfNeeded: mask >> (24 - 8 * UInt32(masked & 3)))
            masked += 1
            if kind.isControl { control.append(plain) } else { message.append(plain) }
        }
    }

    /// The frame is whole.
    private mutating func endFrame() -> Event? {
        left = nil
        switch kind {
        case .ping: return .ping(control)
        case .pong: return .pong
        case .close: return .close(Array(control.prefix(2)))
        case .continuation, .text, .binary:
            guard isFinal else { return nil }
            isInMessage = false
            let whole = message
            message = []
            return .message(whole)
        }
    }
}
