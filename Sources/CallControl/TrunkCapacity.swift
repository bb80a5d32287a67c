import Synchronization
public import Timing

/// How many calls a trunk may carry at a time, and how many may begin there in a second; counted by all shards. From any thread.
///
/// Calls from the trunk and calls to it count alike. A call has a `Place` for each trunk that it uses, and gives it back when
/// nobody has it any more.
public final class TrunkCapacity: Sendable {
    /// Why there is no place.
    public enum Refusal: Error, Sendable {
        /// As many calls as may be are there.
        case full
        /// As many calls as may be have begun in this second.
        case tooFast

        /// Why, for a sentence that begins with the trunk's name.
        var sentence: String {
            switch self {
            case .full: "has as many calls as its max-calls lets it have"
            case .tooFast: "gets calls faster than its calls-per-second lets them come"
            }
        }
    }

    /// One call's place on a trunk.
    public final class Place: Sendable {
        private let capacity: TrunkCapacity

        fileprivate init(_ capacity: TrunkCapacity) { self.capacity = capacity }

        deinit { capacity.taken.subtract(1, ordering: .relaxed) }
    }

    private let taken = Atomic<Int>(0)
    /// 0 for no limit.
    private let mostCalls: Atomic<Int>
    /// Nanoseconds from one call to the next at the highest rate; 0 for no limit.
    private let interval: Atomic<UInt64>
    /// When the next call would come at the highest rate, in nanoseconds: at most a second ahead.
    private let next = Atomic<UInt64>(0)

    /// A trunk with limits; nil for none.
    public init(calls: Int? = nil, perSecond rate: Int? = nil) {
        mostCalls = Atomic(calls ?? 0)
        interval = Atomic(Self.interval(of: rate))
    }

    /// Calls there now.
    public var count: Int { taken.load(ordering: .relaxed) }

    /// Other limits, for what begins from now on.
    public func limit(calls: Int?, perSecond rate: Int?) {
        mostCalls.store(calls ?? 0, ordering: .relaxed)
        interval.store(Self.interval(of: rate), ordering: .relaxed)
    }

    /// A place for a call that begins now.
    public func take(at now: Timestamp) throws(Refusal) -> Place {
        let most = mostCalls.load(ordering: .relaxed)
        let count = taken.add(1, ordering: .relaxed).newValue
        if most > 0, count > most {
            taken.subtract(1, ordering: .relaxed)
            throw .full
        }
        guard mayBegin(at: now) else {
            taken.subtract(1, ordering: .relaxed)
            throw .tooFast
        }
        return Place(self)
    }

    /// A place for a call that is up already, whatever the limits: it goes on after a restart.
    public func keep() -> Place {
        taken.add(1, ordering: .relaxed)
        return Place(self)
    }

    private static func interval(of rate: Int?) -> UInt64 { rate.map { 1_000_000_000 / UInt64(max($0, 1)) } ?? 0 }

    /// A leaky bucket that holds a second's calls (the virtual scheduling of ITU-T I.371).
    private func mayBegin(at now: Timestamp) -> Bool {
        let step = interval.load(ordering: .relaxed)
        guard step > 0 else { return true }
        var expected = next.load(ordering: .relaxed)
        while true {
            let begin = max(expected, now.nanoseconds)
            guard begin + step <= now.nanoseconds + 1_000_000_000 else { return false }
            let (exchanged, original) = next.weakCompareExchange(
                expected: expected, desired: begin + step, ordering: .relaxed)
            if exchanged { return true }
            expected = original
        }
    }
}
