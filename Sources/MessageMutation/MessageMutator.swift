/// Makes messages out of well-formed ones: flips, inserts, deletes, repeats, splices, truncates.
///
/// The same seed over the same messages gives the same results on every machine.
public struct MessageMutator {
    private var state: UInt64
    private let seeds: [[UInt8]]
    private static let special =
        Array("\r\n\r\n\t \"<>;,:@\\%?[]=/*&|{}()'~_-.0129aZ\u{0}\u{7f}".utf8) + [0x80, 0xC3, 0xFF]
    private static let words = [
        "\r\n", "\r\n ", "\r\n\r\n", "Via: SIP/2.0/UDP h;branch=z9hG4bK1\r\n", "Content-Length: 5\r\n", "SIP/2.0",
        "sip:",
        "tel:", "\"", "<sip:a@[::1]>", ";rport", ";tag=", ",,", "%00", "4294967296", "99999999999999999999", "-1",
        "Route: <sip:a;lr>, <sip:b>\r\n", "Max-Forwards: 70\r\n", "CSeq: 1 INVITE\r\n", "multipart/mixed;boundary=b",
    ].map { Array($0.utf8) }

    /// A mutator.
    ///
    /// - Parameters:
    ///   - seed: Gives the same messages each time.
    ///   - corpus: The messages to start from; at least one, none empty.
    public init(seed: UInt64, corpus: [[UInt8]]) {
        state = seed
        seeds = corpus
    }

    /// A number below `bound` (SplitMix64).
    public mutating func random(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ mixed >> 31) % UInt64(bound))
    }

    /// The next message.
    public mutating func next() -> [UInt8] {
        var bytes = seeds[random(seeds.count)]
        for _ in 0..<random(6) { mutate(&bytes) }
        return bytes
    }

    /// Makes one change.
    public mutating func mutate(_ bytes: inout [UInt8]) {
        let count = bytes.count
        let position = random(count + 1)
        let length = min(random(random(8) == 0 ? 400 : 24), count - position)
        switch random(9) {
        case 0: if position < count { bytes[position] = UInt8(truncatingIfNeeded: random(256)) }
        case 1: if position < count { bytes[position] = Self.special[random(Self.special.count)] }
        case 2: bytes.insert(Self.special[random(Self.special.count)], at: position)
        case 3: bytes.insert(contentsOf: Self.words[random(Self.words.count)], at: position)
        case 4: bytes.removeSubrange(position..<position + length)
        case 5: bytes.insert(contentsOf: bytes[position..<position + length], at: random(count + 1))
        case 6:
            let other = seeds[random(seeds.count)]
            let start = random(other.count)
            bytes.insert(contentsOf: other[start..<min(start + 60, other.count)], at: position)
        case 7: if random(4) == 0 { bytes.removeSubrange(position...) }
        default:
            if random(50) == 0 {
                bytes.insert(
                    contentsOf: repeatElement(Self.special[random(Self.special.count)], count: random(70_000)),
                    at: position)
            }
        }
    }
}
