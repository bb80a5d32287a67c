import CLinux
import TandemKit

/// The numbers of one metric: words in memory of this process, or in what it shares with a plugin's. No lock, no allocation.
final class Figures: MetricCell, @unchecked Sendable {  // all access is atomic
    /// The upper ends of a histogram's classes, in nanoseconds.
    private static let bounds = Histogram.bounds.map { UInt64($0 * 1_000_000_000) }
    /// Words of a metric of any kind: a histogram has its classes, one for what is longer, and the sum in nanoseconds.
    static let wordCount = Histogram.bounds.count + 2
    /// Bytes of a metric.
    static let byteCount = wordCount * 8

    let kind: MetricKind
    private let words: UnsafeMutablePointer<UInt64>
    private let bounds = Figures.bounds
    /// Whoever owns the words; nil when they are ours.
    private let owner: AnyObject?

    /// Numbers of this process, all 0.
    init(_ kind: MetricKind) {
        self.kind = kind
        words = .allocate(capacity: Self.wordCount)
        words.initialize(repeating: 0, count: Self.wordCount)
        owner = nil
    }

    /// Numbers in memory that somebody else owns.
    init(_ kind: MetricKind, at memory: UnsafeMutableRawPointer, owner: AnyObject) {
        self.kind = kind
        words = memory.assumingMemoryBound(to: UInt64.self)
        self.owner = owner
    }

    deinit { if owner == nil { words.deallocate() } }

    override func add(_ amount: Int) {
        if kind == .counter { return clinux_add64(words, UInt64(clamping: amount)) }
        guard kind == .gauge else { return }
        while true {
            let old = clinux_load64(words)
            let new = (Double(bitPattern: old) + Double(amount)).bitPattern
            if clinux_exchange64(words, old, new) != 0 { return }
        }
    }

    override func set(_ value: Double) { if kind == .gauge { clinux_store64(words, value.bitPattern) } }

    override func record(nanoseconds: UInt64) {
        guard kind == .histogram else { return }
        var index = 0
        while index < bounds.count, nanoseconds > bounds[index] { index += 1 }
        clinux_add64(words + index, 1)
        clinux_add64(words + Self.wordCount - 1, nanoseconds)
    }

    /// What they are now.
    var values: [UInt64] { (0..<Self.wordCount).map { clinux_load64(words + $0) } }

    /// Adds what others have counted; the gauge of somebody who is gone says nothing.
    func absorb(_ other: Figures) {
        guard kind != .gauge, kind == other.kind else { return }
        for (index, value) in other.values.enumerated() where value != 0 { clinux_add64(words + index, value) }
    }
}
