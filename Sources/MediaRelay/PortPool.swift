/// The ports of one interface, given out in pairs: an even one for RTP and the next for RTCP (RFC 3550 §11).
///
/// They are given out in a circle, so that a port that was just given back rests as long as possible: late packets of an
/// ended call then meet no new one.
public struct PortPool: Sendable {
    private let first: Int
    private var taken: [Bool]
    private var next = 0
    /// Pairs given out now.
    public private(set) var takenCount = 0

    /// A pool of the even ports of a range and their neighbours.
    public init(_ range: ClosedRange<UInt16>) {
        first = Self.first(in: range)
        taken = Array(repeating: false, count: Self.pairCount(in: range))
    }

    /// Pairs in a range.
    public static func pairCount(in range: ClosedRange<UInt16>) -> Int {
        max(0, (Int(range.upperBound) + 1 - first(in: range)) / 2)
    }

    private static func first(in range: ClosedRange<UInt16>) -> Int {
        Int(range.lowerBound) + Int(range.lowerBound) % 2
    }

    /// Pairs in the pool.
    public var pairCount: Int { taken.count }

    /// Gives out the RTP port of the next pair that `opens`; nil when none does. A pair that doesn't open is somebody
    /// else's: it is skipped, and tried again the next time round.
    public mutating func take(_ opens: (UInt16) -> Bool) -> UInt16? {
        for _ in 0..<taken.count {
            let index = next
            next = next + 1 == taken.count ? 0 : next + 1
            guard !taken[index] else { continue }
            let port = UInt16(first + index * 2)
            guard opens(port) else { continue }
            taken[index] = true
            takenCount += 1
            return port
        }
        return nil
    }

    /// Takes a pair back.
    public mutating func giveBack(_ port: UInt16) {
        let index = (Int(port) - first) / 2
        guard taken.indices.contains(index), taken[index] else { return }
        taken[index] = false
        takenCount -= 1
    }
}
