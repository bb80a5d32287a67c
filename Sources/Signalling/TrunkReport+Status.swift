import Admin
import CallControl
import Configuration
import ShardLoop
import Trunks

extension TrunkReport {
    /// What `tandem trunks` shows of a trunk; `calls` is how many are up on it.
    init(
        _ trunk: TrunkSettings, listener: String, status: TrunkStatus, missingPlugin: String?, calls: Int,
        clock: WallClock
    ) {
        let facts = status.snapshot
        let state: State =
            switch facts.state {
            case .unknown: .unknown
            case .up: .up
            case .down: .down
            }
        self.init(
            name: trunk.name, listener: listener, peer: "\(trunk.peer)", addresses: facts.addresses.map { "\($0)" },
            state: missingPlugin == nil ? state : .down,
            reason: missingPlugin.map { "the file of its plugin \($0) is gone" } ?? facts.reason,
            since: facts.changedAt.map(clock.age), calls: calls,
            attempts: status.counters.attempts, failures: status.counters.failures, adapter: trunk.adapter)
    }
}
