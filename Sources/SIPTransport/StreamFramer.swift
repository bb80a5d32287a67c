import Glibc

/// Cuts the byte stream of one connection into SIP messages (RFC 3261 §18.3) and keep-alives (RFC 5626 §4.4.1).
///
/// Pure: bytes in, frames out, no socket. Use per read: `feed` what was read, take `next()` until it is nil, then
/// `keepRest()`. A message that lies in one read is framed where it lies; only the rest of an incomplete one is copied,
/// into a buffer that exists just as long as there is such a rest. An idle connection holds no memory here.
public struct StreamFramer: ~Copyable {
    /// Most bytes of header and body together, unless the owner says otherwise.
    public static let defaultMessageLimit = 65_536
    /// Most bytes of a header, unless the owner says otherwise.
    public static let defaultHeadLimit = 32_768

    /// What lies next on a stream.
    public enum Frame {
        /// A whole message; its bytes are valid until `keepRest()`.
        case message(UnsafeRawBufferPointer)
        /// A double CRLF between messages, to be answered with one CRLF.
        case keepAlive
    }

    /// The head of the message that `next()` refused, so that it can be answered; empty when its end wasn't found.
    /// Valid until `keepRest()`.
    public private(set) var refusedHead = UnsafeRawBufferPointer(start: nil, count: 0)

    private let messageLimit: Int
    private let headLimit: Int
    /// The rest of an incomplete message.
    private var kept = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var keptCount = 0
    /// The bytes being framed: what was fed, or the kept rest with it behind.
    private var window = UnsafeRawBufferPointer(start: nil, count: 0)
    /// Where the current message begins in the window.
    private var start = 0
    /// How far from `start` the end of the head was looked for.
    private var scanned = 0
    /// Bytes of the current message once its head is complete, else 0.
    private var messageCount = 0
    /// Bytes of a CRLF CRLF that were met before a message: 0...3.
    private var lineEndBytes = 0
    private var isBroken = false

    /// A framer with bounds for the bytes of a head and of a message.
    public init(
        messageLimit: Int = StreamFramer.defaultMessageLimit, headLimit: Int = StreamFramer.defaultHeadLimit
    ) {
        self.messageLimit = messageLimit
        self.headLimit = min(headLimit, messageLimit)
    }

    deinit { kept.deallocate() }

    /// Whether part of a message has come and the rest is awaited.
    public var isMidMessage: Bool { keptCount > 0 }

    /// Bytes of memory held for the rest of an incomplete message.
    var keptCapacity: Int { kept.count }

    /// Takes what was read. The bytes must stay where they are until `keepRest()`.
    public mutating func feed(_ bytes: UnsafeRawBufferPointer) {
        guard keptCount > 0 else {
            window = bytes
            start = 0
            return
        }
        reserve(keptCount + bytes.count)
        if let source = bytes.baseAddress, let base = kept.baseAddress { memcpy(base + keptCount, source, bytes.count) }
        keptCount += bytes.count
        window = UnsafeRawBufferPointer(rebasing: kept[..<keptCount])
        start = 0
    }

    /// The next frame, or nil when more bytes are needed. After an error it is nil for good.
    public mutating func next() throws(FramingError) -> Frame? {
        guard !isBroken else { return nil }
        if messageCount == 0 {
            if scanned == 0, skipLineEnds() { return .keepAlive }
            guard let headCount = try findHeadEnd() else { return nil }
            messageCount = try measure(headCount)
        }
        guard window.count - start >= messageCount else { return nil }
        let message = UnsafeRawBufferPointer(rebasing: window[start..<start + messageCount])
        start += messageCount
        scanned = 0
        messageCount = 0
        return .message(message)
    }

    /// Keeps the bytes of an incomplete message; the bytes that were fed and all frames of them end here.
    public mutating func keepRest() {
        let rest = isBroken ? 0 : window.count - start
        refusedHead = UnsafeRawBufferPointer(start: nil, count: 0)
        if rest == 0 {
            kept.deallocate()
            kept = UnsafeMutableRawBufferPointer(start: nil, count: 0)
        } else if keptCount > 0 {
            if start > 0, let base = kept.baseAddress { memmove(base, base + start, rest) }
        } else {
            reserve(max(rest, messageCount))
            if let base = kept.baseAddress, let source = window.baseAddress { memcpy(base, source + start, rest) }
        }
        keptCount = rest
        window = UnsafeRawBufferPointer(start: nil, count: 0)
        start = 0
    }
}

extension StreamFramer {
    /// Skips line ends before a message. Returns true at the end of a double CRLF.
    private mutating func skipLineEnds() -> Bool {
        while start < window.count {
            let byte = window[start]
            guard byte == .carriageReturn || byte == .lineFeed else {
                lineEndBytes = 0
                return false
            }
            start += 1
            let isNext = byte == (lineEndBytes & 1 == 0 ? .carriageReturn : .lineFeed)
            lineEndBytes = isNext ? lineEndBytes + 1 : 0
            if lineEndBytes == 4 {
                lineEndBytes = 0
                return true
            }
        }
        return false
    }

    /// The bytes of the head, with its empty line, or nil when that hasn't come yet.
    private mutating func findHeadEnd() throws(FramingError) -> Int? {
        guard let base = window.baseAddress, start < window.count else { return nil }
        let message = base + start
        let count = min(window.count - start, headLimit)
        while scanned < count, let found = memchr(message + scanned, Int32(UInt8.lineFeed), count - scanned) {
            let index = message.distance(to: UnsafeRawPointer(found))
            scanned = index + 1
            if index >= 3, memcmp(message + index - 3, "\r\n\r\n", 4) == 0 { return index + 1 }
        }
        scanned = count
        if count == headLimit { throw broken(.headTooLong) }
        return nil
    }

    /// The bytes of the message whose head has `headCount` bytes.
    private mutating func measure(_ headCount: Int) throws(FramingError) -> Int {
        let head = UnsafeRawBufferPointer(rebasing: window[start..<start + headCount])
        do throws(FramingError) {
            let bodyCount = try ContentLength.find(in: head)
            guard bodyCount <= UInt64(messageLimit - headCount) else { throw FramingError(reason: .messageTooLong) }
            return headCount + Int(bodyCount)
        } catch {
            refusedHead = head
            throw broken(error.reason)
        }
    }

    private mutating func broken(_ reason: FramingError.Reason) -> FramingError {
        isBroken = true
        return FramingError(reason: reason)
    }

    /// Makes room for `count` kept bytes.
    private mutating func reserve(_ count: Int) {
        guard kept.count < count else { return }
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, kept.count * 2, 1024), alignment: 1)
        if let source = kept.baseAddress, let target = larger.baseAddress { memcpy(target, source, keptCount) }
        kept.deallocate()
        kept = larger
    }
}
