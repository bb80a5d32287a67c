import Configuration
import Glibc
import Logging
import ShardLoop
import Synchronization
import Timing

/// Ends the process when a shard does not come back from a plugin's hook: no thread can be rid of code that loops, but the
/// next process takes the confirmed calls up from the journal, and after two such ends runs that build elsewhere.
///
/// Ticks of its own count, not the clock, so that a machine that slept is no reason; nor is a thread that gets no core.
final class ShardWatchdog: Sendable {
    /// What is known of a shard that has not come round.
    struct Suspicion: Hashable {
        var beat: UInt64
        var ticks = 0
        var processorTime: UInt64
        var isReported = false
    }

    private static let tick = TimeInterval.milliseconds(50)

    private let pulses: [ShardPulse]
    private let limit: TimeInterval
    private let log: Logger
    private let isStopped = Atomic<Bool>(false)

    init(_ pulses: [ShardPulse], limit: TimeInterval, log: Logger) {
        self.pulses = pulses
        self.limit = limit
        self.log = log
    }

    func start() throws {
        _ = try ShardThread(name: "tandem-watchdog") { [self] in
            var suspicions = [Suspicion?](repeating: nil, count: pulses.count)
            while !isStopped.load(ordering: .relaxed) {
                usleep(UInt32(Self.tick.nanoseconds / 1000))
                for index in pulses.indices { look(pulses[index], &suspicions[index]) }
            }
        }
    }

    func stop() { isStopped.store(true, ordering: .relaxed) }

    private func look(_ pulse: ShardPulse, _ suspicion: inout Suspicion?) {
        guard let beat = pulse.beat else { return suspicion = nil }
        guard var known = suspicion, known.beat == beat else {
            return suspicion = Suspicion(beat: beat, processorTime: pulse.processorTime)
        }
        known.ticks += 1
        let waited = Self.tick * UInt64(known.ticks)
        if waited >= limit, !isStarved(pulse, since: known, waited) {
            pulse.endProcessIfInPlugin()
            if !known.isReported {
                log.warning(
                    "a shard does not come round, and not for a plugin",
                    metadata: ["shard": "\(pulse.number)", "for": "\(waited.nanoseconds / 1_000_000)ms"])
                known.isReported = true
            }
        }
        suspicion = known
    }

    /// Whether the thread could go on but has hardly had a core.
    private func isStarved(_ pulse: ShardPulse, since suspicion: Suspicion, _ waited: TimeInterval) -> Bool {
        let had = pulse.processorTime &- suspicion.processorTime
        return had < waited.nanoseconds / 4 && pulse.isRunnable
    }
}
