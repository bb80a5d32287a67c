import Admin
import CallControl
import Configuration
import Foundation
import Logging
import PlainText
import PluginHost
import RelayControl
import ShardLoop
import TandemKit
import Timing
import Trunks

/// Answers what operators ask over the control socket: asks every shard on its own thread and joins the answers. Called
/// on the control socket's thread.
final class DaemonService: AdminService {
    private let live: LiveConfiguration
    private let keeper: PluginKeeper
    private let statuses: [TrunkStatus]
    private let shards: ShardGroup
    private let sessionNames: RelaySessionName
    private let level: LiveLogLevel
    private let clock: WallClock
    private let services: ServiceCenter
    private let reload: ConfigurationReload

    init(
        live: LiveConfiguration, keeper: PluginKeeper, statuses: [TrunkStatus], shards: ShardGroup,
        sessionNames: RelaySessionName, level: LiveLogLevel, clock: WallClock,
        services: ServiceCenter, reload: ConfigurationReload
    ) {
        self.reload = reload
        self.live = live
        self.keeper = keeper
        self.statuses = statuses
        self.shards = shards
        self.sessionNames = sessionNames
        self.level = level
        self.clock = clock
        self.services = services
    }

    func answer(_ request: AdminRequest) -> AdminAnswer {
        switch request {
        case .version: .version(TandemVersion.report)
        case .status: status()
        case .plugins: plugins()
        case .revive(let instance): answered { () throws(AdminFailure) in .done(try revive(instance)) }
        case .rollback(let plugin): answered { () throws(AdminFailure) in .done(try keeper.rollBack(plugin)) }
        case .trunks: trunks()
        case .calls: calls()
        case .hangup(let call): hangUp(call)
        case .trace(let target): trace(target)
        case .logLevel(let name): setLevel(name)
        case .drain(let isWanted): drain(isWanted)
        case .metrics: .metrics(services.metricsText)
        case .reload: answered { () throws(AdminFailure) in .done(try reload.run()) }
        }
    }

    private var checked: CheckedConfiguration { live.checked }

    /// The answers of all shards, or nothing when one is stuck: half an answer would mislead.
    private func ask<Answer: Sendable>(
        _ question: @escaping @Sendable (SignallingShard) -> Answer
    ) throws(AdminFailure) -> [Answer] {
        let answers = shards.ask(question)
        let given = answers.compactMap { $0 }
        guard given.count == answers.count else {
            throw AdminFailure(
                "\(answers.count - given.count) of \(answers.count) shards gave no answer in 2 s",
                remedy: "look at the log for a plugin that takes too long")
        }
        return given
    }

    private func answered(_ body: () throws(AdminFailure) -> AdminAnswer) -> AdminAnswer {
        do throws(AdminFailure) { return try body() } catch { return .failed(error) }
    }

    // MARK: The whole

    private func status() -> AdminAnswer {
        answered { () throws(AdminFailure) in
            let counts = try ask { ShardCount(of: $0) }
            var counters: [String: Int] = [:]
            for count in counts { counters.merge(count.counters, uniquingKeysWith: +) }
            let plugins = keeper.counts
            counters["plugin-swaps"] = plugins.swaps
            counters["plugin-swaps-refused"] = plugins.refusals
            counters["plugin-generations-retained"] = plugins.retained
            return .status(
                StatusReport(
                    process: Int(ProcessInfo.processInfo.processIdentifier), uptime: clock.age(of: clock.start),
                    configuration: checked.settings.file, shards: shards.count,
                    calls: counts.reduce(0) { $0 + $1.calls }, callsTotal: counters["calls-begun"] ?? 0,
                    isDraining: counts.contains { $0.isDraining }, counters: counters,
                    certificates: checked.tls.reports(at: Int(Date().timeIntervalSince1970))))
        }
    }

    private func setLevel(_ name: String) -> AdminAnswer {
        guard let wanted = Logger.Level(rawValue: name) else {
            let names = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            return .failed(
                AdminFailure("there is no log level '\(PlainText.excerpt(name))'", remedy: "use one of \(names)"))
        }
        level.current = wanted
        services.follow(wanted)
        return .done("the log level is \(name)")
    }

    private func drain(_ isWanted: Bool) -> AdminAnswer {
        answered { () throws(AdminFailure) in
            _ = try ask { $0.engine.isDraining = isWanted }
            return .done(isWanted ? "new calls are refused with 503" : "new calls are taken")
        }
    }

    // MARK: Plugins

    private func plugins() -> AdminAnswer {
        answered { () throws(AdminFailure) in
            let counts = try ask { shard in
                shard.engine.callsByGeneration.merging(shard.observers?.count(shard.engine.callNumbers) ?? [:]) { $1 }
            }
            var calls: [Int: Int] = [:]
            for count in counts { calls.merge(count, uniquingKeysWith: +) }
            return .plugins(
                PluginReports.make(
                    of: checked, ledger: keeper.ledger, calls: calls, processes: keeper.processes.reports, clock: clock)
            )
        }
    }

    private func revive(_ instance: String) throws(AdminFailure) -> String {
        if let plugin = checked.plugin(of: instance), keeper.forgetCrashes(of: plugin) {
            return "\(plugin.name) is trusted again: its code runs in the daemon from the next start"
        }
        guard keeper.processes.revive(instance) == 0 else { return "the process of \(instance) is started again" }
        throw AdminFailure(
            "no process of an instance '\(PlainText.excerpt(instance))' was left alone",
            remedy: "`tandem plugins --running` shows the processes of plugins and their state")
    }

    // MARK: Trunks

    private func trunks() -> AdminAnswer {
        answered { () throws(AdminFailure) in
            let calls = try ask { $0.engine.snapshot() }.flatMap { $0 }
            let (checked, settings) = (checked, checked.settings)
            return .trunks(
                zip(settings.trunks, statuses).map { trunk, status in
                    TrunkReport(
                        trunk, listener: settings.listeners[trunk.listener].name, status: status,
                        missingPlugin: checked.missingPlugin(of: trunk),
                        calls: calls.count { $0.ingressTrunk == trunk.name || $0.egressTrunk == trunk.name },
                        clock: clock)
                })
        }
    }

    // MARK: Calls

    private func calls() -> AdminAnswer {
        answered { () throws(AdminFailure) in
            let all = try ask { $0.engine.snapshot() }.flatMap { $0 }
            let sorted = all.sorted { $0.startedAt < $1.startedAt }
            let media = media(of: sorted)
            return .calls(sorted.map { CallReport($0, media: media[$0.number] ?? [], clock: clock) })
        }
    }

    /// Most calls whose media are asked for at once: the relay answers one after the other.
    private static let askedSessions = 2_000

    /// What the relay says of each call's media, the caller as party 0; of those that it can't be asked about, nothing.
    private func media(of calls: [CallSnapshot]) -> [CallNumber: [RelaySessionReport]] {
        guard let media = checked.settings.media, media.rtpengines.isEmpty, calls.contains(where: { $0.media != nil }),
            let relay = try? RelayConnection(path: media.socket, patience: 1)
        else { return [:] }
        var reports: [CallNumber: [RelaySessionReport]] = [:]
        for call in calls.lazy.filter({ $0.media != nil }).prefix(Self.askedSessions) {
            guard let facts = call.media else { continue }
            let name = sessionNames.text(of: facts.session)
            guard let reply = try? relay.ask(.query(session: name)) else { break }
            guard case .figures(let figures) = reply else { continue }
            reports[call.number] = figures.map { figures in
                var report = RelaySessionReport(figures, of: name)
                if facts.firstOfferer == .callee { report.party = 1 - report.party }
                return report
            }
        }
        return reports
    }

    private func hangUp(_ name: String) -> AdminAnswer {
        guard let call = CallNumber(name) else { return .failed(Self.unknown(name)) }
        return answered { () throws(AdminFailure) in
            let found = try ask { $0.engine.hangUp(call, at: MonotonicClock.now()) }
            guard found.contains(true) else { throw Self.unknown(name) }
            return .done("call \(call) is being ended")
        }
    }

    /// The last calls of a trunk that are shown at once.
    private static let tracedCalls = 10

    private func trace(_ target: String) -> AdminAnswer {
        answered { () throws(AdminFailure) in
            let clock = clock
            let names = checked.settings.trunks.map(\.name)
            if names.contains(target) {
                let all = try ask { TraceReports.calls(of: target, in: $0.engine, trunks: names, clock: clock) }
                let sorted = all.flatMap { $0 }.sorted { $0.startedAt < $1.startedAt }
                return .trace(
                    TraceReport(
                        calls: Array(sorted.suffix(Self.tracedCalls)), isTruncated: sorted.count > Self.tracedCalls
                    ).messages(changedBy: redactor.redact))
            }
            guard let call = CallNumber(target) else {
                throw AdminFailure(
                    "there is no call or trunk '\(PlainText.excerpt(target))'",
                    remedy: "the trunks are \(names.joined(separator: ", ")); `tandem calls` lists the calls")
            }
            let found = try ask { TraceReports.call(call, in: $0.engine, trunks: names, clock: clock) }
            guard let report = found.compactMap({ $0 }).first else { throw Self.unknown(target) }
            return .trace(TraceReport(calls: [report]).messages(changedBy: redactor.redact))
        }
    }

    private var redactor: SecretRedactor { SecretRedactor(checked.settings.secrets) }

    private static func unknown(_ name: String) -> AdminFailure {
        AdminFailure(
            "there is no call '\(PlainText.excerpt(name))', neither now nor among the last that ended",
            remedy: "`tandem calls` lists those that are up; a trunk's name shows its last calls")
    }
}
