import CLinux
import Configuration
import DNSClient
import Foundation
import Glibc
import Logging
import ServerLocation
import ShardLoop
import Synchronization
import TandemKit
import Timing
import Trunks

/// Keeps where the peers are that are given by name: asks DNS on a thread of its own, whenever an answer ends, and tells when
/// something else is said.
final class PeerWatch: Sendable {
    /// How long a start waits for answers, in milliseconds; trunks whose peers aren't found by then are down until they are.
    static let firstPatience = 2_000
    private static let longestSleep = TimeInterval.seconds(60)

    private struct State {
        var peers: TrunkPeers
        /// What was last told.
        var told: [ServerLocation] = []
        var changed: (@Sendable ([ServerLocation]) -> Void)?
        var isStopped = false
    }

    private let settings: TandemConfiguration
    private let statuses: [TrunkStatus]
    private let log: Logger
    private let state: Mutex<State>
    /// What has been said of names that lead to one address.
    private let ties = Mutex<Set<TrunkConflict>>([])
    private let waker: Int32
    private let first = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let hasThread: Bool

    /// Looks for all names, and waits a while for answers: calls are taken after that.
    init(_ settings: TandemConfiguration, statuses: [TrunkStatus], log: Logger) throws {
        self.settings = settings
        self.statuses = statuses
        self.log = log
        let peers = TrunkPeers(settings)
        state = Mutex(State(peers: peers, told: peers.locations))
        waker = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        hasThread = peers.hasNames
        guard hasThread else { return }
        _ = try ShardThread(name: "tandem-resolver") { [self] in
            run()
            ended.signal()
        }
        _ = first.wait(timeout: .now() + .milliseconds(Self.firstPatience))
        state.withLock { $0.told = $0.peers.locations }
        tellTies()
    }

    deinit { close(waker) }

    /// Where each trunk's peer was when this was last told.
    var locations: [ServerLocation] { state.withLock { $0.told } }

    /// From now on `changed` is called, on the thread of the watch, with what is said otherwise.
    func start(_ changed: @escaping @Sendable ([ServerLocation]) -> Void) {
        state.withLock { $0.changed = changed }
        wake()
    }

    /// Ends the watch.
    func stop() {
        guard hasThread else { return }
        state.withLock { $0.isStopped = true }
        wake()
        ended.wait()
    }

    private func wake() {
        var one: UInt64 = 1
        write(waker, &one, 8)
    }

    private func run() {
        defer { first.signal() }
        do throws(DNSClientError) {
            let client = try DNSClient(servers: settings.signalling.dnsServers)
            while !state.withLock({ $0.isStopped }) { step(client) }
        } catch {
            log.error("\(error)")
        }
    }

    /// Asks what is due, tells what answers have changed, and waits for more. The hosts file has answered by then.
    private func step(_ client: DNSClient) {
        for question in state.withLock({ $0.peers.due(at: MonotonicClock.now()) }) {
            client.ask(question) { [self] answer in take(answer, to: question) }
        }
        if state.withLock({ $0.peers.isComplete }) { first.signal() }
        tell()
        let now = MonotonicClock.now()
        let next = state.withLock { $0.peers.deadline } ?? now + Self.longestSleep
        client.wait(
            milliseconds: Int32(min(next - now, Self.longestSleep).wholeMilliseconds) + 1, waker: waker)
        var count: UInt64 = 0
        read(waker, &count, 8)
    }

    private func take(_ answer: DNSAnswer, to question: DNSQuestion) {
        let now = MonotonicClock.now()
        let (changed, locations) = state.withLock { state in
            (state.peers.answered(question, with: answer, at: now), state.peers.locations)
        }
        for trunk in changed {
            statuses[trunk].located(locations[trunk], at: now)
            guard let problem = locations[trunk].problem else { continue }
            log.warning(
                "the peer's name can't be resolved",
                metadata: [
                    "trunk": "\(statuses[trunk].name)", "cause": "\(problem)",
                    "serves": locations[trunk].groups.isEmpty ? "nothing" : "what was known",
                ])
        }
    }

    /// Tells where the peers are, if somewhere else than was told.
    private func tell() {
        let change = state.withLock { state -> ((@Sendable ([ServerLocation]) -> Void), [ServerLocation])? in
            let locations = state.peers.locations
            guard let changed = state.changed, locations.map(\.groups) != state.told.map(\.groups) else { return nil }
            state.told = locations
            return (changed, locations)
        }
        guard let (changed, locations) = change else { return }
        tellTies()
        changed(locations)
    }

    /// Says which trunks have come to the same source by the addresses of their names. What the configuration says
    /// outright is refused there; names are known only now, and may part again.
    private func tellTies() {
        let found = Set(TrunkTable(settings, addresses: locations.map(\.addresses)).conflicts)
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
}
