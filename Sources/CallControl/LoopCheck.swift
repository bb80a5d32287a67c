import TandemKit

/// Loop detection of a proxy (RFC 3261 §16.3 step 4, §16.6 step 8): each branch of ours ends with a hash of what decides
/// where the request goes. A request whose Via list already holds that hash comes back unchanged.
enum LoopCheck {
    /// The digits behind the token of our branch.
    static let count = 8

    /// The same in every node: a loop may lead over several.
    private static let key: UInt64 = 0x7461_6E64_656D

    /// The hash of what decides a request's way: Request-URI, Call-ID, From tag, To tag, CSeq number, Route.
    static func hash(of request: SIPRequest) -> UInt64 {
        var hash = request.requestURI.hash(key: key)
        hash = hash &* 31 ^ request.callID.hash(key: key)
        hash = hash &* 31 ^ request.fromTag.hash(key: key)
        hash = hash &* 31 ^ request.toTag.hash(key: key)
        hash = hash &* 31 ^ UInt64(request.cseq.number)
        hash = hash &* 31 ^ request.headers.firstValue(of: .route).hash(key: key)
        return hash ^ hash >> 32
    }

    /// Writes a branch of ours and the hash.
    static func write(branch: Bytes, hash: UInt64, into writer: ValueWriter) {
        writer.start()
        writer.append(branch)
        var rest = hash
        for _ in 0..<count {
            let digit = UInt8(truncatingIfNeeded: rest & 31)
            writer.append(byte: digit < 10 ? 0x30 + digit : 0x57 + digit)
            rest >>= 5
        }
    }

    /// Whether a Via of the request has a branch that ends with the same hash.
    static func isLoop(_ request: SIPRequest, hash: UInt64, writer: ValueWriter) -> Bool {
        write(branch: Bytes(), hash: hash, into: writer)
        let wanted = writer.bytes
        var index = request.headers.firstIndex(of: HeaderID.via)
        while index >= 0 {
            let value = request.headers.valueBytes(at: index)
            if contains(value, wanted) { return true }
            index = request.headers.nextIndex(of: HeaderID.via, after: index)
        }
        return false
    }

    /// Whether a Via value has a branch of the form `z9hG4bKtdm…` that ends with `wanted`.
    private static func contains(_ value: Bytes, _ wanted: Bytes) -> Bool {
        let cookie: StaticString = "z9hG4bKtdm"
        var start = 0
        while let at = value.firstIndex(of: 0x7A, from: start) {
            start = at + 1
            guard value.suffix(from: at).hasPrefix(cookie) else { continue }
            let end = at + branchCount
            if end + count <= value.count, value.slice(from: end, count: count) == wanted { return true }
        }
        return false
    }

    /// Bytes of a branch of ours without the hash.
    static let branchCount = 25
}
