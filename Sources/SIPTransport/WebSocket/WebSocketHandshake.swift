import COpenSSL
import TandemKit

/// The HTTP request that opens a WebSocket for SIP (RFC 6455 §4.2, RFC 7118 §4), and its answer.
struct WebSocketHandshake {
    /// Most bytes of the request.
    static let limit = 8_192
    private static let suffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

    private(set) var bytes: [UInt8] = []

    /// What came of the bytes so far.
    enum Outcome: Equatable {
        /// More is needed.
        case incomplete
        /// The connection is a WebSocket once this is sent; so many bytes of the last read belong to it.
        case accepted(answer: String, rest: Int)
        /// The connection ends once this is sent.
        case refused(answer: String)
    }

    /// Takes what was read.
    mutating func take(_ more: UnsafeRawBufferPointer) -> Outcome {
        let before = bytes.count
        bytes += more.prefix(Self.limit - before + 1)
        guard let end = Self.end(of: bytes, from: max(0, before - 3)) else {
            return bytes.count > Self.limit
                ? .refused(answer: Self.refusal(431, "Request Header Fields Too Large")) : .incomplete
        }
        let head = String(decoding: bytes[..<end], as: UTF8.self)
        let rest = before + more.count - end
        bytes = []
        return Self.answer(to: head, rest: rest)
    }

    private static func end(of bytes: [UInt8], from start: Int) -> Int? {
        guard bytes.count >= 4 else { return nil }
        return (start...bytes.count - 4).first {
            bytes[$0] == 13 && bytes[$0 + 1] == 10 && bytes[$0 + 2] == 13 && bytes[$0 + 3] == 10
        }.map { $0 + 4 }
    }

    private static func answer(to head: String, rest: Int) -> Outcome {
        var lines = head.split(separator: "\r\n", omittingEmptySubsequences: true)[...]
        guard let request = lines.popFirst()?.split(separator: " "), request.count == 3,
            request[0] == "GET", request[2] == "HTTP/1.1"
        else { return .refused(answer: refusal(400, "Bad Request")) }
        var fields: [String: [String]] = [:]
        for line in lines {
            guard let colon = line.firstIndex(of: ":") else { return .refused(answer: refusal(400, "Bad Request")) }
            let values = line[line.index(after: colon)...].split(separator: ",").map { trimmed($0) }
            fields[line[..<colon].lowercased(), default: []] += values
        }
        func has(_ name: String, _ value: String) -> Bool {
            fields[name]?.contains { $0.lowercased() == value } ?? false
        }
        guard has("upgrade", "websocket"), has("connection", "upgrade") else {
            return .refused(answer: refusal(426, "Upgrade Required", "Upgrade: websocket\r\n"))
        }
        guard fields["sec-websocket-version"] == ["13"] else {
            return .refused(answer: refusal(426, "Upgrade Required", "Sec-WebSocket-Version: 13\r\n"))
        }
        guard let keys = fields["sec-websocket-key"], keys.count == 1, keys[0].utf8.count == 24,
            has("sec-websocket-protocol", "sip")
        else { return .refused(answer: refusal(400, "Bad Request")) }
        return .accepted(
            answer: "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: \(accept(keys[0]))\r\nSec-WebSocket-Protocol: sip\r\n\r\n", rest: rest)
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return String(text.drop { $0 == " " || $0 == "\t" })
    }

    private static func refusal(_ status: Int, _ reason: String, _ fields: String = "") -> String {
        "HTTP/1.1 \(status) \(reason)\r\n\(fields)Connection: close\r\nContent-Length: 0\r\n\r\n"
    }

    /// What proves that the key was read (RFC 6455 §4.2.2): SHA-1 in base64.
    static func accept(_ key: String) -> String {
        let text = Array((key + suffix).utf8)
        var digest: [UInt8] = Array(repeating: 0, count: 20)
        var count: UInt32 = 0
        EVP_Digest(text, text.count, &digest, &count, EVP_sha1(), nil)
        var encoded: [UInt8] = Array(repeating: 0, count: 29)
        let size = EVP_EncodeBlock(&encoded, digest, 20)
        return String(decoding: encoded.prefix(Int(size)), as: UTF8.self)
    }
}
