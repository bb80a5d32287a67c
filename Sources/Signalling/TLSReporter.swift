import Configuration
import Logging
import SIPTransaction
import SIPTransport
import ShardLoop
import Synchronization
import TandemKit
import Timing
import Trunks

/// Tells log and trunks what becomes of TLS connections: each trouble in a sentence, and each no more than once a minute for
/// a peer. Called on the shards' threads.
final class TLSReporter: Sendable {
    /// A trouble of a peer.
    private struct Trouble: Hashable {
        let listener: UInt16
        let address: IPAddress
        let failure: TLSFailure
    }

    /// How long the same is not said again.
    static let pause = TimeInterval.seconds(60)
    /// Most troubles that are remembered; past that, nothing is said until the oldest are forgotten.
    static let limit = 256

    private let statuses: [TrunkStatus]
    private let listeners: [String]
    private let log: Logger
    private let told = Mutex<[Trouble: Timestamp]>([:])

    init(_ settings: TandemConfiguration, statuses: [TrunkStatus], log: Logger) {
        self.statuses = statuses
        listeners = settings.listeners.map(\.name)
        self.log = log
    }

    /// A connection has failed.
    func failed(_ failure: TLSFailure, on flow: Flow, at now: Timestamp) {
        let trunk = trunk(of: flow)
        trunk?.connectionFailed(because: "\(failure)")
        let trouble = Trouble(listener: flow.listener, address: flow.remote.address, failure: failure)
        guard isNew(trouble, at: now) else { return }
        var facts: Logger.Metadata = ["peer": "\(flow.remote)", "because": "\(failure)"]
        let index = Int(flow.listener)
        if index < listeners.count { facts["listener"] = "\(listeners[index])" }
        if let trunk { facts["trunk"] = "\(trunk.name)" }
        log.warning("a TLS connection failed", metadata: facts)
    }

    /// The peer of a connection that we opened has proved who it is.
    func secured(_ flow: Flow) { trunk(of: flow)?.connected() }

    private func trunk(of flow: Flow) -> TrunkStatus? {
        let index = Int(flow.identity) - 1
        return index >= 0 && index < statuses.count ? statuses[index] : nil
    }

    private func isNew(_ trouble: Trouble, at now: Timestamp) -> Bool {
        told.withLock { told in
            if let last = told[trouble], now - last < Self.pause { return false }
            if told.count >= Self.limit { told = told.filter { now - $0.value < Self.pause } }
            guard told.count < Self.limit else { return false }
            told[trouble] = now
            return true
        }
    }
}
