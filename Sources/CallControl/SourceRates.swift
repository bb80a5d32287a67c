import SIPTransaction
import Synchronization
public import TandemKit
public import Timing

/// How fast requests come from each address: a table of fixed size that all shards share. From any thread, without a lock.
///
/// An IPv6 source is its network of 64 bits, within which a host takes the address it likes. A source that has been quiet for
/// longer than its rate needs gives its place to another. When more sources than there are places send at once, the quietest
/// of a few gives way and may then send a second's worth anew: what is refused is refused rightly.
public final class SourceRates: Sendable {
    /// One source: whose it is, and when its next request would come at the highest rate, in nanoseconds.
    private struct Place: ~Copyable {
        let source = Atomic<UInt64>(0)
        let next = Atomic<UInt64>(0)
    }

    /// Places that a source may have: those beside the one that its hash names.
    private static let ways = 8

    private nonisolated(unsafe) let places: UnsafeMutablePointer<Place>
    private let mask: Int
    private let hash: KeyedHash

    /// A table with room for `capacity` sources, a power of two.
    /// - Parameter key: 128 secret bits, so that nobody can tell which sources meet in one place.
    public init(capacity: Int = 16_384, key: (UInt64, UInt64)) {
        precondition(capacity >= Self.ways && capacity & (capacity - 1) == 0, "a power of two")
        mask = capacity - 1
        hash = KeyedHash(key: key)
        places = .allocate(capacity: capacity)
        for index in 0..<capacity { (places + index).initialize(to: Place()) }
    }

    deinit {
        places.deinitialize(count: mask + 1)
        places.deallocate()
    }

    /// Whether a request may come from `address` now, when `rate` a second may come: a second's worth at once.
    /// - Parameter realm: For whom the source is counted: a trunk's number, say. The same address counts anew for another.
    public func admits(_ address: IPAddress, realm: UInt64, perSecond rate: Int, at now: Timestamp) -> Bool {
        let step = 1_000_000_000 / UInt64(max(rate, 1))
        let place = place(of: address, realm: realm)
        var expected = place.pointee.next.load(ordering: .relaxed)
        while true {
            let begin = max(expected, now.nanoseconds)
            guard begin + step <= now.nanoseconds + 1_000_000_000 else { return false }
            let (exchanged, original) = place.pointee.next.weakCompareExchange(
                expected: expected, desired: begin + step, ordering: .relaxed)
            if exchanged { return true }
            expected = original
        }
    }

    private func place(of address: IPAddress, realm: UInt64) -> UnsafeMutablePointer<Place> {
        let network = address.isIPv6 ? address.high : address.low
        let name = hash.hash(of: network, realm &* 2 &+ (address.isIPv6 ? 1 : 0)) | 1
        let first = Int(truncatingIfNeeded: name >> 32) & mask
        var quietest = places + first
        var earliest = UInt64.max
        for way in 0..<Self.ways {
            let place = places + ((first + way) & mask)
            let source = place.pointee.source.load(ordering: .relaxed)
            if source == name { return place }
            let next = place.pointee.next.load(ordering: .relaxed)
            if next < earliest { (quietest, earliest) = (place, next) }
        }
        // Who takes the place in the same moment shares it: a few requests are counted for the wrong one.
        quietest.pointee.source.store(name, ordering: .relaxed)
        quietest.pointee.next.store(0, ordering: .relaxed)
        return quietest
    }
}
