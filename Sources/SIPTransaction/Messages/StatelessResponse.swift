import TandemKit

/// A response without body that is written straight from the request: 100 Trying, refusals.
struct StatelessResponse {
    let status: UInt16
    let reason: StaticString
    /// Seconds; 0 for none.
    var retryAfter = 0
    /// The shard in the To tag.
    var shard = 0
    /// The random bits of the To tag that is added when the request has none; a 100 gets none (RFC 3261 §8.2.6.2).
    var tag: UInt64 = 0

    /// Enough room for any answer to `request`.
    static func room(for request: SIPMessage) -> Int { request.serializedCount + 256 + request.headers.count * 16 }

    /// Writes the response and returns its size.
    func write(to room: UnsafeMutableRawBufferPointer, answering request: SIPMessage) -> Int {
        let headers = request.headers
        var writer = MessageWriter(room)
        writer.append("SIP/2.0 ")
        writer.append(decimal: UInt64(status))
        writer.append(" ")
        writer.append(reason)
        writer.append("\r\n")
        writer.appendFields(.via, of: headers)
        writer.appendFields(.from, of: headers)
        writer.append("To: ")
        writer.append(headers.firstValue(of: .to))
        if status != 100, request.toTag.isEmpty { appendTag(&writer) }
        writer.append("\r\n")
        writer.appendFields(.callID, of: headers)
        writer.appendFields(.cseq, of: headers)
        if status == 100 { writer.appendFields(.timestamp, of: headers) }
        if retryAfter > 0 {
            writer.append("Retry-After: ")
            writer.append(decimal: UInt64(retryAfter))
            writer.append("\r\n")
        }
        writer.append("Content-Length: 0\r\n\r\n")
        return writer.count
    }

    private func appendTag(_ writer: inout MessageWriter) {
        writer.append(";tag=")
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: TokenText.count) { text in
            let base = text.baseAddress.unsafelyUnwrapped
            TokenText.write(shard: shard, random: tag, to: base)
            writer.append(Bytes(base: base, count: TokenText.count))
        }
    }
}
