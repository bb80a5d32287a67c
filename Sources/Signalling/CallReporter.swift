import CallControl
import Logging
import ShardLoop
import Synchronization
import TandemKit
import Trunks

/// Tells log and counters what happens to calls. Called on the shards' threads; nothing per packet.
final class CallReporter: Sendable {
    private let trunks: [TrunkStatus]
    private let counters: [String: TrunkCounters]
    private let log: Logger
    private let refusals = Mutex(RefusalTally())

    init(trunks: [TrunkStatus], log: Logger) {
        self.trunks = trunks
        self.log = log
        counters = Dictionary(uniqueKeysWithValues: trunks.map { ($0.name, $0.counters) })
    }

    func report(_ event: CallEvent) {
        switch event.kind {
        case .began(let trunk, _, _): counters[trunk]?.callReceived()
        case .attempted(let trunk, _): counters[trunk]?.attemptBegan()
        case .attemptFailed(let trunk, let failure):
            counters[trunk]?.attemptFailed()
            write(event.call, failure, trunk: trunk, "attempt failed")
        case .ended(let failure): write(event.call, failure, trunk: nil, "call ended")
        case .recovered, .progressed, .answered, .held: break
        @unknown default: break
        }
    }

    func report(_ refusal: CallRefusal) {
        let now = MonotonicClock.now()
        guard let calls = refusals.withLock({ $0.add(refusal, at: now) }) else { return }
        let facts: Logger.Metadata = ["calls": "\(calls)"]
        switch refusal {
        case .draining: log.notice("new calls are refused: Tandem is draining", metadata: facts)
        case .tooManyCalls: log.warning("new calls are refused: max-calls is reached", metadata: facts)
        case .trunkFull:
            log.warning(
                "new calls are refused: their trunk's max-calls or calls-per-second is reached", metadata: facts)
        case .sourceTooFast:
            log.warning(
                "new calls are refused: they come faster from one address than requests-per-source lets them",
                metadata: facts)
        case .wrongCredentials:
            log.warning("requests are refused: their credentials are wrong", metadata: facts)
        case .overloaded:
            log.warning(
                "new calls are refused: a shard has more to do than it can, and serves those that it has",
                metadata: facts)
        }
    }

    /// What is known about a trunk's registration.
    func report(_ trunk: Int, _ report: RegistrationReport) {
        let status = trunks[trunk]
        status.registrationChanged(to: report, at: MonotonicClock.now())
        let facts: Logger.Metadata = ["trunk": "\(status.name)", "reason": "\(report.reason)"]
        switch report.state {
        case .registered: log.notice("trunk is registered", metadata: facts)
        case .failed: log.warning("trunk is not registered", metadata: facts)
        case .ended: log.notice("trunk's registration was taken back", metadata: facts)
        case .trying: break
        }
    }

    /// Returns whether the trunk's state has changed.
    func report(_ trunk: Int, _ state: TrunkHealth.State) -> Bool {
        let status = trunks[trunk]
        let now = MonotonicClock.now()
        switch state {
        case .up:
            guard status.healthChanged(to: state, because: "its peer answers", at: now) else { return false }
            log.notice("trunk is up: its peer answers", metadata: ["trunk": "\(status.name)"])
        case .down:
            guard status.healthChanged(to: state, because: "does not answer OPTIONS", at: now) else { return false }
            log.error("trunk is down: its peer does not answer OPTIONS", metadata: ["trunk": "\(status.name)"])
        case .unknown: return false
        }
        return true
    }

    /// What went wrong at `info`, a call that a party has ended at `debug`.
    private func write(_ call: CallNumber, _ failure: Failure, trunk: String?, _ message: Logger.Message) {
        let level: Logger.Level = failure.diagnostic == .normalClearing ? .debug : .info
        guard log.logLevel <= level else { return }
        var facts: Logger.Metadata = ["call": "\(call)", "cause": "\(failure)"]
        if let trunk { facts["trunk"] = "\(trunk)" }
        log.log(level: level, message, metadata: facts)
    }
}
