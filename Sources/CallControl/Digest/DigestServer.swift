import TandemKit
import Timing

/// Judges credentials by nonces that need no memory: each carries its time, sealed by a key (RFC 7616 §5.4). What is remembered
/// is which counts of a nonce were used, so that nobody repeats what he has overheard; how much, is bounded.
struct DigestServer {
    /// How long a nonce may be used.
    static let lifetime = TimeInterval.seconds(300)
    /// Most nonces whose counts are remembered.
    static let windowsMax = 4096
    /// How far a count may be behind the highest that was used: requests overtake each other.
    static let windowSize: UInt32 = 64

    /// What was found.
    enum Verdict: Sendable, Equatable {
        /// They are those of a user.
        case admitted(user: [UInt8])
        /// There are none for the realm.
        case missing
        /// They are right, but their nonce is too old, or its count was used: the client tries again without asking anybody.
        case stale
        /// They are those of no user, wrong, or malformed.
        case refused
        /// They are for another URI than the request's.
        case otherURI
    }

    /// The counts of one nonce that were used.
    private struct Window {
        let issued: UInt64
        var highest: UInt32
        /// Bit n stands for the count that is n below the highest.
        var used: UInt64 = 1

        mutating func admits(_ count: UInt32) -> Bool {
            if count > highest {
                let step = count - highest
                used = step >= DigestServer.windowSize ? 1 : used << UInt64(step) | 1
                highest = count
                return true
            }
            let behind = highest - count
            guard behind < DigestServer.windowSize, used & 1 << UInt64(behind) == 0 else { return false }
            used |= 1 << UInt64(behind)
            return true
        }
    }

    private let hashes: DigestHashes
    private let key: [UInt8]
    private var windows: [[UInt8]: Window] = [:]
    /// Nonces, the one that was used first for the longest time first; from `first` on.
    private var order: [[UInt8]] = []
    private var first = 0
    /// Nonces of this time, in nanoseconds, and older ones count only while they are remembered.
    private var horizon: UInt64 = 0
    private var serial: UInt64 = 0

    /// A server with a secret of its own.
    init(hashes: DigestHashes, key: (UInt64, UInt64)) {
        self.hashes = hashes
        self.key = Self.bytes(key.0) + Self.bytes(key.1)
    }

    /// How many nonces are remembered.
    var windowCount: Int { windows.count }

    /// A nonce that nobody has had before.
    mutating func makeNonce(at now: Timestamp) -> [UInt8] {
        serial += 1
        let body = Self.bytes(now.nanoseconds) + Self.bytes(serial)
        return DigestHashes.digits(body + seal(body))
    }

    /// Judges the credentials of a request.
    ///
    /// - Parameter fields: The parameters of each Authorization or Proxy-Authorization.
    mutating func judge(
        _ fields: [DigestFields], of users: DigestUsers, method: [UInt8], uri: [UInt8], body: [UInt8],
        at now: Timestamp
    ) -> Verdict {
        guard let fields = fields.first(where: { $0["realm"] == users.realm }) else { return .missing }
        guard let algorithm = DigestAlgorithm(named: fields["algorithm"]), !algorithm.isSession,
            let user = fields["username"], let nonce = fields["nonce"], let response = fields["response"],
            let written = fields["uri"], let clientNonce = fields["cnonce"], let text = fields["nc"],
            let count = Self.count(text), count > 0, let protection = Self.protection(fields["qop"])
        else { return .refused }
        guard written == uri || Self.isLess(written, than: uri) else { return .otherURI }
        let key = users.key(of: user, algorithm.function)
        let computation = DigestComputation(
            hashes: hashes, algorithm: algorithm, protection: protection, nonce: nonce, nonceCount: text,
            clientNonce: clientNonce)
        // Who is unknown costs as much time as who is known.
        let wanted = computation.response(key: key ?? self.key, method: method, uri: written, body: body)
        guard Self.isSame(wanted, response), key != nil, let issued = issued(nonce) else { return .refused }
        guard now.nanoseconds >= issued, now.nanoseconds - issued <= Self.lifetime.nanoseconds else { return .stale }
        return use(nonce, count, issued) ? .admitted(user: user) : .stale
    }

    /// Whether a URI names the host of another, but no user: what some clients write in place of the Request-URI.
    private static func isLess(_ written: [UInt8], than uri: [UInt8]) -> Bool {
        written.withUnsafeBytes { written in
            uri.withUnsafeBytes { uri in
                guard let one = URIView(Bytes(written)), let other = URIView(Bytes(uri)) else { return false }
                return one.user.isEmpty && one.host.equalsIgnoringCase(other.host)
            }
        }
    }

    /// Whether a count of a nonce was not used yet; from now on it was.
    private mutating func use(_ nonce: [UInt8], _ count: UInt32, _ issued: UInt64) -> Bool {
        if windows[nonce] != nil { return windows[nonce]?.admits(count) ?? false }
        guard issued > horizon else { return false }
        if windows.count >= Self.windowsMax { forgetOldest() }
        windows[nonce] = Window(issued: issued, highest: count)
        order.append(nonce)
        return true
    }

    private mutating func forgetOldest() {
        let oldest = order[first]
        first += 1
        if let window = windows.removeValue(forKey: oldest) { horizon = max(horizon, window.issued) }
        if first > order.count / 2 {
            order.removeFirst(first)
            first = 0
        }
    }

    // MARK: Nonces

    /// When a nonce of ours was made, in nanoseconds; nil for one that isn't ours.
    private func issued(_ nonce: [UInt8]) -> UInt64? {
        guard nonce.count == 64, let raw = Self.raw(nonce) else { return nil }
        let body = Array(raw[..<16])
        guard Self.isSame(seal(body), Array(raw[16...])) else { return nil }
        return raw[..<8].reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// 16 bytes of HMAC-SHA-256 (RFC 2104).
    private func seal(_ body: [UInt8]) -> [UInt8] {
        let padded = key + Array(repeating: 0, count: 64 - key.count)
        let inner = hashes.sha256(padded.map { $0 ^ 0x36 } + body)
        return Array(hashes.sha256(padded.map { $0 ^ 0x5C } + inner).prefix(16))
    }

    private static func bytes(_ number: UInt64) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }

    private static func raw(_ digits: [UInt8]) -> [UInt8]? {
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count - 1, by: 2) {
            guard let high = value(of: digits[index]), let low = value(of: digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func value(of digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x61...0x66: digit - 0x57
        case 0x41...0x46: digit - 0x37
        default: nil
        }
    }

    private static func count(_ text: [UInt8]) -> UInt32? {
        guard text.count == 8 else { return nil }
        return text.reduce(UInt32(0) as UInt32?) { sum, digit in
            guard let sum, let value = value(of: digit) else { return nil }
            return sum << 4 | UInt32(value)
        }
    }

    private static func protection(_ name: [UInt8]?) -> DigestProtection? {
        switch name.map({ String(decoding: $0, as: UTF8.self) }) {
        case "auth": .auth
        case "auth-int": .authInt
        default: nil
        }
    }

    /// Compares in a time that tells nothing of where two texts differ.
    private static func isSame(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        guard one.count == other.count, !one.isEmpty else { return false }
        var difference: UInt8 = 0
        for index in one.indices { difference |= one[index] ^ other[index] }
        return difference == 0
    }
}
