import TandemKit

/// The ACK for a failure response (RFC 3261 §17.1.1.3) or the CANCEL (§9.1), written straight from the request that it
/// belongs to: same Request-URI, topmost Via, From, Call-ID, CSeq number and Route.
struct DerivedRequest {
    let method: SIPMethod
    /// The value of a Reason header field; none when empty.
    var reason = Bytes()

    /// Enough room for what is derived from `request`, with the To of another message.
    static func room(for request: SIPMessage, to other: SIPMessage) -> Int {
        request.serializedCount + other.headers.firstValue(of: .to).count + 256 + request.headers.count * 16
    }

    /// Enough room for what is derived from `request`.
    static func room(for request: SIPMessage, reason: Bytes) -> Int { room(for: request, to: request) + reason.count }

    /// Writes the request and returns its size. To is taken from `other`: the response for an ACK, the request itself
    /// for a CANCEL.
    func write(to room: UnsafeMutableRawBufferPointer, from request: SIPMessage, to other: SIPMessage) -> Int {
        let headers = request.headers
        var writer = MessageWriter(room)
        writer.append(method.name)
        writer.append(" ")
        writer.append(request.request.requestURI)
        writer.append(" SIP/2.0\r\n")
        writer.appendField("Via", Self.firstValue(of: headers.firstValue(of: .via)))
        writer.append("Max-Forwards: 70\r\n")
        writer.appendFields(.route, of: headers)
        writer.appendFields(.from, of: headers)
        writer.appendField("To", other.headers.firstValue(of: .to))
        writer.appendFields(.callID, of: headers)
        writer.append("CSeq: ")
        writer.append(decimal: UInt64(request.cseq.number))
        writer.append(" ")
        writer.append(method.name)
        writer.append("\r\n")
        if !reason.isEmpty { writer.appendField("Reason", reason) }
        writer.append("Content-Length: 0\r\n\r\n")
        return writer.count
    }

    /// The part of a header field before the first comma that isn't quoted.
    private static func firstValue(of value: Bytes) -> Bytes {
        var isQuoted = false
        var index = 0
        while index < value.count {
            switch value.base[index] {
            case 0x22: isQuoted.toggle()
            case 0x5C where isQuoted: index += 1
            case 0x2C where !isQuoted: return value.prefix(index).trimmed
            default: break
            }
            index += 1
        }
        return value
    }
}
