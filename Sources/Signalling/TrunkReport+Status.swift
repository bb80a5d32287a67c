import Admin
import CallControl
import Configuration
import ServerLocation
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
        let registration = trunk.registration.map { _ in facts.registration.map { $0.words } ?? "registering" }
        let lacksRegistration =
            trunk.registration?.isRequired == true && facts.registration?.state != .registered
        self.init(
            name: trunk.name, listener: listener, peer: "\(trunk.peer)", addresses: Self.texts(of: facts.servers),
            state: missingPlugin == nil && !lacksRegistration ? state : .down,
            reason: missingPlugin.map { "the file of its plugin \($0) is gone" }
                ?? ([registration].compactMap(\.self) + [facts.reason]).joined(separator: "; "),
            since: facts.changedAt.map(clock.age), calls: calls,
            attempts: status.counters.attempts, failures: status.counters.failures, adapter: trunk.adapter)
    }

    /// `udp 192.0.2.7:5060`, and with several of them behind each rank and weight: `(1, weight 60)`.
    private static func texts(of groups: [ServerGroup]) -> [String] {
        groups.flatMap { group in
            let place = groups.count > 1 ? " (\(group.rank), weight \(group.weight))" : ""
            return group.servers.map { "\(group.transport) \($0)\(place)" }
        }
    }
}

extension RegistrationReport {
    /// In the words of a table.
    fileprivate var words: String {
        switch state {
        case .trying: "registering"
        case .registered: "registered"
        case .failed: "not registered: \(reason)"
        case .ended: "registration taken back"
        }
    }
}
