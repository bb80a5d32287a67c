import TandemKit

/// The observers of one shard's calls: each call tells those that there were when it began, so that a new generation
/// hears of no call's end whose beginning it missed. Confined to the shard's thread.
final class CallObservers {
    /// From some call on, the observers of those that follow.
    private struct Epoch {
        /// The last call before.
        let after: CallNumber
        let observers: [ObserverInstance]
        /// The serial numbers of their plugins' builds.
        let serials: [Int]
    }

    private var epochs: [Epoch]

    init(_ observers: [ObserverInstance], serials: [Int]) {
        epochs = [Epoch(after: .init(raw: 0), observers: observers, serials: serials)]
    }

    /// Passes an event on to the observers of its call.
    func observe(_ event: CallEvent) {
        for observer in epochs[epoch(of: event.call)].observers { observer.observe(event) }
    }

    /// Other observers for the calls after `last`; those before go on with theirs, as far as some of them live.
    func exchange(
        _ observers: [ObserverInstance], serials: [Int], after last: CallNumber, living: @autoclosure () -> [CallNumber]
    ) {
        let current = epochs[epochs.count - 1].observers
        guard current.count != observers.count || !zip(current, observers).allSatisfy({ $0 === $1 }) else { return }
        let used = Set(living().map(epoch))
        epochs = epochs.enumerated().filter { used.contains($0.offset) }.map(\.element)
        epochs.append(Epoch(after: last, observers: observers, serials: serials))
    }

    /// How many of these calls each build hears of, by its serial number.
    func count(_ calls: [CallNumber]) -> [Int: Int] {
        guard epochs.contains(where: { !$0.serials.isEmpty }) else { return [:] }
        var counts: [Int: Int] = [:]
        for call in calls { for serial in Set(epochs[epoch(of: call)].serials) { counts[serial, default: 0] += 1 } }
        return counts
    }

    private func epoch(of call: CallNumber) -> Int {
        var index = epochs.count - 1
        while index > 0, call.raw <= epochs[index].after.raw { index -= 1 }
        return index
    }
}
