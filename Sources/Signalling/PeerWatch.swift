import Configuration
import Foundation
import Logging
import ShardLoop
import Synchronization
import TandemKit
import Timing
import Trunks

/// Keeps the addresses of peers that are given by name: asks the resolver on a thread of its own, again and again, and
/// tells when an answer differs. An answer that fails keeps the last addresses.
final class PeerWatch: Sendable {
    private let settings: TandemConfiguration
    private let statuses: [TrunkStatus]
    private let log: Logger
    private let names: Mutex<PeerNames>
    /// What has been said of names that lead to one address.
    private let ties = Mutex<Set<TrunkConflict>>([])
    private let stopping = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    /// Asks for all names once, before calls are taken.
    init(_ settings: TandemConfiguration, statuses: [TrunkStatus], log: Logger) {
        self.settings = settings
        self.statuses = statuses
        self.log = log
        names = Mutex(PeerNames(settings.trunks, at: MonotonicClock.now()))
        if refresh() { tellTies() }
    }

    /// The addresses of each trunk's peer, of the family of its listener, by trunk index.
    var addresses: [[IPAddress]] {
        let all = names.withLock { $0.addresses }
        return zip(settings.trunks, all).map { trunk, addresses in
            let isIPv6 = settings.listeners[trunk.listener].bind.address.isIPv6
            return addresses.filter { $0.isIPv6 == isIPv6 }
        }
    }

    /// Goes on asking; `changed` is called on the thread of the watch.
    func start(_ changed: @escaping @Sendable ([[IPAddress]]) -> Void) throws {
        _ = try ShardThread(name: "tandem-resolver") { [self] in
            while waitForNext() {
                guard refresh() else { continue }
                tellTies()
                changed(addresses)
            }
            ended.signal()
        }
    }

    /// Ends the thread that `start` made and waits for it.
    func stop() {
        stopping.signal()
        ended.wait()
    }

    /// False when it is time to stop.
    private func waitForNext() -> Bool {
        guard let deadline = names.withLock({ $0.deadline }) else {
            stopping.wait()
            return false
        }
        let left = DispatchTimeInterval.nanoseconds(Int((deadline - MonotonicClock.now()).nanoseconds))
        return stopping.wait(timeout: .now() + left) == .timedOut
    }

    /// Asks for what is due; true when some address differs.
    private func refresh() -> Bool {
        var isChanged = false
        for name in names.withLock({ $0.due(at: MonotonicClock.now()) }) {
            let (found, problem) = PeerResolver.addresses(of: name)
            let now = MonotonicClock.now()
            let answer = names.withLock { $0.answered(name, with: found, at: now) }
            isChanged = isChanged || answer.isChanged
            for trunk in answer.trunks { tell(statuses[trunk], found, problem, now) }
        }
        return isChanged
    }

    /// Says which trunks have come to the same source by the addresses of their names. What the configuration says
    /// outright is refused there; names are known only now, and may part again.
    private func tellTies() {
        let found = Set(TrunkTable(settings, addresses: addresses).conflicts)
        let told = ties.withLock { ties in
            defer { ties = found }
            return ties
        }
        for tie in found.subtracting(told) {
            log.error(
                "two trunks have the same source: only one of them gets its requests",
                metadata: [
                    "source": "\(tie.prefix)", "gets": "\(tie.kept)", "gets-none": "\(tie.ignored)",
                    "remedy":
                        "give the trunks different listeners or sources; sources: [] for one that only takes calls from us",
                ])
        }
    }

    private func tell(_ status: TrunkStatus, _ found: [IPAddress], _ problem: String?, _ now: Timestamp) {
        guard let problem else {
            status.resolved(to: found, at: now)
            return
        }
        status.resolutionFailed(because: problem, at: now)
        log.warning("the peer's name can't be resolved", metadata: ["trunk": "\(status.name)", "cause": "\(problem)"])
    }
}
