import TandemKit

/// The observers of one shard's calls: each call tells those that there were when it began, so that a new generation
/// hears of no call's end whose beginning it missed. Confined to the shard's thread.
final class CallObservers {
    /// Some observers. Those of earlier generations live as long as a call that began with them, and end with the last.
    final class Generation {
        let observers: [ObserverInstance]
        /// The serial numbers of their plugins' builds.
        let serials: [Int]

        init(_ observers: [ObserverInstance], serials: [Int]) {
            self.observers = observers
            self.serials = serials
        }
    }

    /// From some call on, the observers of those that follow.
    private struct Epoch {
        /// The last call before.
        let after: CallNumber
        weak var generation: Generation?
    }

    private var epochs: [Epoch]
    /// The observers of calls that begin now: what the engine's calls keep.
    private(set) var current: Generation

    init(_ observers: [ObserverInstance], serials: [Int]) {
        current = Generation(observers, serials: serials)
        epochs = [Epoch(after: .init(raw: 0), generation: current)]
    }

    /// Passes an event on to the observers of its call.
    func observe(_ event: CallEvent) {
        guard let generation = generation(of: event.call) else { return }
        for observer in generation.observers { observer.observe(event) }
    }

    /// Other observers for the calls after `last`; those before go on with theirs.
    func exchange(_ observers: [ObserverInstance], serials: [Int], after last: CallNumber) {
        let before = current.observers
        guard before.count != observers.count || !zip(before, observers).allSatisfy({ $0 === $1 }) else { return }
        current = Generation(observers, serials: serials)
        epochs.removeAll { $0.generation == nil }
        epochs.append(Epoch(after: last, generation: current))
    }

    /// How many of these calls each build hears of, by its serial number.
    func count(_ calls: [CallNumber]) -> [Int: Int] {
        var counts: [Int: Int] = [:]
        for call in calls {
            for serial in Set(generation(of: call)?.serials ?? []) { counts[serial, default: 0] += 1 }
        }
        return counts
    }

    private func generation(of call: CallNumber) -> Generation? {
        var index = epochs.count - 1
        while index > 0, call.raw <= epochs[index].after.raw { index -= 1 }
        return epochs[index].generation
    }
}
