import Testing

@testable import SIPTransport

/// Streams that are nearly SIP, cut at random: the frames must not depend on the cuts.
struct StreamFramerFuzzTests {
    @Test("Any bytes, cut anyhow, give the same frames, in bounds", arguments: 1...200 as ClosedRange<UInt64>)
    func cutsDoNotMatter(seed: UInt64) {
        var random = SplitMix(state: seed)
        for _ in 0..<25 {
            let bytes = Self.stream(&random)
            let whole = Self.frames(bytes, largestRead: .max, &random)
            let pieces = Self.frames(bytes, largestRead: 40, &random)
            let single = Self.frames(bytes, largestRead: 1, &random)
            #expect(whole == pieces && whole == single, "seed \(seed): \(bytes)")
            for case .message(let message) in whole { #expect(message.utf8.count <= 600 * 3) }
        }
    }

    /// Frames of a framer with small bounds, so that these are met often. (A byte that isn't UTF-8 takes 3 in a string.)
    private static func frames(_ bytes: [UInt8], largestRead: Int, _ random: inout SplitMix) -> [FramedStream.Item] {
        let stream = FramedStream(messageLimit: 600, headLimit: 300)
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = largestRead == .max ? rest.count : Int(random.next() % UInt64(largestRead)) + 1
            stream.feed(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return stream.items
    }

    /// A few messages and line ends, with some bytes changed, lost, doubled or put in.
    private static func stream(_ random: inout SplitMix) -> [UInt8] {
        let parts = [
            "OPTIONS sip:a SIP/2.0\r\n", "SIP/2.0 200 OK\r\n", "To: <sip:b>\r\n", "Subject: a\r\n folded\r\n", "\r\n",
            "\r\n\r\n", "l: 0\r\n\r\n", "Content-Length: 5\r\n\r\nhello", "content-length :\r\n 3\r\n\r\n\r\n.", "l:",
            "999",
            "Call-ID: \(String(repeating: "x", count: 90))\r\n", "L: 20\r\n\r\n\(String(repeating: "y", count: 20))",
        ]
        var bytes: [UInt8] = []
        for _ in 0..<random.next() % 24 + 1 { bytes += parts.randomElement(using: &random)!.utf8 }
        for _ in 0..<random.next() % 5 {
            let place = Int(random.next() % UInt64(bytes.count))
            switch random.next() % 4 {
            case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
            case 1: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
            case 2: bytes.insert(bytes[place], at: place)
            default: if bytes.count > 1 { bytes.remove(at: place) }
            }
        }
        return bytes
    }
}
