import CallControl
import TandemKit
import Timing

/// The node's process dies, and another takes its place.
extension TandemNode {
    /// When the process dies.
    enum Crash {
        /// Between two inputs.
        case atRest
        /// The next time that it has something to send: all is written down, nothing is sent.
        case whileSending
    }

    /// Has the process die, and its successor serve after a while.
    func crash(_ crash: Crash, downtime: UInt64) {
        guard !isDown else { return }
        switch crash {
        case .atRest: die(downtime: downtime)
        case .whileSending: crashWhileSending = downtime
        }
    }

    /// All state is gone but what was written down, and what the relay holds.
    func die(downtime: UInt64) {
        crashWhileSending = nil
        isDown = true
        life += 1
        crashes += 1
        journal.packet("\(name) has died, for \(downtime / 1_000_000) ms", at: network.now)
        monitor.crashed(name)
        journal.crashCount += 1
        relay?.nodeDied()
        network.after(downtime) { [weak self] in self?.rise() }
    }

    private func rise() {
        journal.packet("\(name) is there again", at: network.now)
        isDown = false
        let sessions = engines.map(\.mediaSessions)
        makeEngines()
        for shard in engines.indices {
            let refusals = memories[shard].restore(to: engines[shard], at: network.now)
            for reason in refusals { journal.violation("\(name) refuses a call: \(reason)", at: network.now) }
            checkMedia(sessions[shard], engines[shard])
            if let relay { takeUpMedia(shard, relay) }
        }
        for shard in engines.indices { drain(shard) }
    }

    /// A call that goes on has the media that it had; those of a transfer that was under way are forgotten with it.
    private func checkMedia(_ sessions: [MediaSession], _ engine: CallEngine) {
        let living = Set(engine.snapshot().filter { $0.phase != .ending }.map(\.number))
        let kept = Set(sessions.filter(engine.hasMedia).map(\.call))
        for session in sessions where living.contains(session.call) && !kept.contains(session.call) {
            journal.violation("\(name) goes on with call \(session.call) without its media", at: network.now)
        }
    }

    private func takeUpMedia(_ shard: Int, _ relay: SimulatedRelay) {
        let engine = engines[shard]
        for session in engine.mediaSessions {
            if !relay.adopt(session, rollsBack: !engine.awaitsAnswer(session)) {
                engine.receive(.gone, of: session, at: network.now)
            }
        }
        relay.deleteOrphans { $0.call.shard == UInt16(shard) && !engine.hasMedia($0) }
    }
}
