import Admin
import CallControl
import Configuration
import Foundation
import Glibc
import Logging
import LookUps
import PluginHost
import SIPTransport
import ShardLoop
import Supervisor
import TandemKit
import Timing
import Trunks

/// The signalling process: composes configuration, plugins, shards and the control socket, and runs until it is told to
/// stop. Used from the main thread.
public final class Daemon {
    /// Descriptors wanted where peers connect by TCP, and where none does: sockets, the control socket, plugin files.
    static let wantedDescriptors: (streams: UInt64, datagrams: UInt64) = (65_536, 1_024)
    /// How long calls have to end when the daemon is stopped, in milliseconds.
    static let farewell = 2_000

    private let settings: TandemConfiguration
    private let plugins: PluginSet
    private let warnings: [ConfigurationProblem]
    private let hasFolder: Bool
    /// What it starts with; given away then, since a plugin's process lives as long as somebody has its instance.
    private var initial: CheckedConfiguration?
    private let host: PluginHost
    private let journal: DaemonJournal?
    private let sessionNames: RelaySessionName
    private let level: LiveLogLevel
    private let log: Logger

    /// Prepares the daemon of a checked configuration; nothing is opened yet.
    ///
    /// - Parameter host: What has loaded its plugins, and loads what the folder gets while the daemon runs.
    public init(_ checked: CheckedConfiguration, host: PluginHost) {
        settings = checked.settings
        plugins = checked.plugins
        warnings = checked.warnings
        hasFolder = checked.hasFolder
        initial = checked
        self.host = host
        level = ProcessLog.level(of: checked.settings)
        log = ProcessLog.make(of: checked.settings, level: level)
        host.services.attach(to: log)
        journal = checked.settings.signalling.journal.flatMap { [log] in DaemonJournal.open($0, log: log) }
        sessionNames = RelaySessionName(epoch: journal?.epoch ?? .random(in: 1 ... .max))
    }

    /// Opens everything, serves until SIGTERM or SIGINT, hangs up what calls there are, and closes everything.
    ///
    /// - Throws: One sentence when something can't be opened; then nothing stays open.
    public func run() throws(DaemonError) {
        let signals = StopSignals()
        let notifier = ServiceNotifier()
        raiseDescriptorLimit()
        tellWarnings()
        let statuses = zip(settings.trunks, TrunkPeers(settings).locations).map {
            TrunkStatus(name: $0.name, location: $1, isPolled: $0.optionsInterval != nil)
        }
        let services = host.services
        let tellHealth: @Sendable () -> Void = { services.updateFacts { $0.with(statuses) } }
        tellHealth()
        let peers = try watchPeers(statuses)
        let live = LiveConfiguration(takeInitial(), locations: peers.locations, statuses: statuses)
        let sockets = try openSockets()
        let shards = try start(live, statuses, tellHealth, sockets)
        live.probe(shards)
        live.register(shards)
        let watchdog = settings.plugins.stuckAfter.map { ShardWatchdog(shards.pulses, limit: $0, log: log) }
        let succession = Succession(file: settings.file, log: log)
        let keeper = PluginKeeper(
            plugins, host: host, live: live, shards: shards,
            limit: settings.plugins.generations, succession: succession, log: log)
        let watcher = hasFolder ? PluginFolderWatcher(folder: settings.plugins.folder, log: log) : nil
        let reload = ConfigurationReload(
            live: live, keeper: keeper, shards: shards, statuses: statuses, level: level, services: services, log: log)
        let admin: AdminServer
        do {
            let service = DaemonService(
                live: live, keeper: keeper, statuses: statuses, shards: shards, sessionNames: sessionNames,
                level: level, clock: WallClock(), services: services, reload: reload)
            admin = try AdminServer(path: settings.signalling.controlSocket, service: service)
            try watchdog?.start()
            peers.start { locations in
                live.resolved(to: locations, shards)
                tellHealth()
            }
            try watcher?.start(loaded: plugins.plugins.map(\.file)) { keeper.take($0) }
        } catch {
            shards.stop()
            if let failure = error as? AdminFailure { throw DaemonError("\(failure.message): \(failure.remedy)") }
            throw DaemonError("\(error)")
        }
        let certificates = CertificateWatch(log: log) { live.checked.tls.shown }
        defer { certificates.stop() }
        announce(shards)
        notifier.ready(status: "\(settings.trunks.count) trunks, \(shards.count) shards")
        let signal = signals.wait(
            hungUp: { DispatchQueue.global().async { _ = try? reload.run() } }, isDone: { succession.isWanted })
        let movesOn = signal.isEmpty
        if !movesOn {
            notifier.stopping()
            log.info("signalling ends", metadata: ["signal": "\(signal)"])
            hangUp(shards, signals)
        } else {
            _ = shards.ask { $0.journal?.flush() }
        }
        watchdog?.stop()
        watcher?.stop()
        peers.stop()
        admin.stop()
        shards.stop()
        host.processes.stop()
        services.close()
        if movesOn {
            let failure = succession.replaceProcess(sockets.flatMap { $0 })
            throw DaemonError("no fresh process could be started: \(failure)")
        }
        log.info("stopped")
    }

    private func watchPeers(_ statuses: [TrunkStatus]) throws(DaemonError) -> PeerWatch {
        do { return try PeerWatch(settings, statuses: statuses, log: log) } catch { throw DaemonError("\(error)") }
    }

    private func takeInitial() -> CheckedConfiguration {
        guard let checked = initial.take() else { preconditionFailure("a daemon runs once") }
        return checked
    }

    private func raiseDescriptorLimit() {
        let hasStreams = settings.listeners.contains { $0.transport != .udp }
        let limit = DescriptorLimit.raise(
            to: hasStreams ? Self.wantedDescriptors.streams : Self.wantedDescriptors.datagrams)
        let refused = hasStreams ? "TCP connections" : "control connections"
        if let shortage = limit.shortage(refused: refused) { log.warning("\(shortage)") }
    }

    /// What the configuration and the plugins have to say before anything is opened.
    private func tellWarnings() {
        for warning in warnings { log.warning("\(warning)") }
        for refusal in plugins.refused { log.error("\(refusal)") }
        for entry in plugins.rolledBack { tell(entry) }
        tellCrashes()
    }

    /// That a file's build was rolled back before the start.
    private func tell(_ entry: RolledBackFile) {
        let facts: Logger.Metadata = ["file": "\(entry.file)", "holds": "\("\(entry.left)".prefix(16))"]
        if let kept = entry.kept {
            log.notice(
                "the file holds a build that was rolled back: the one before serves",
                metadata: facts.merging(["serves": "\("\(kept)".prefix(16))"]) { $1 })
        } else {
            log.error(
                "the file holds a build that was rolled back, and the copy of the one before is gone: what the file holds serves",
                metadata: facts)
        }
    }

    /// Which plugins have brought earlier processes down, and what became of them.
    private func tellCrashes() {
        for plugin in plugins.plugins {
            let crashes = host.crashes.crashes(of: plugin.hash)
            guard let last = crashes.last else { continue }
            let facts: Logger.Metadata = [
                "plugin": "\(plugin.name)", "build": "\("\(plugin.hash)".prefix(16))", "crashes": "\(crashes.count)",
                "last": "\(last)",
            ]
            if plugin.quarantine != nil {
                log.critical(
                    "this build of a plugin has brought the daemon down too often: it runs in a process of its own; put another build into the folder",
                    metadata: facts)
            } else {
                log.error("this build of a plugin has brought the daemon down", metadata: facts)
            }
        }
    }

    /// One shard a core unless the configuration says otherwise, or calls of the process before need more.
    private var shardCount: Int {
        let wanted = settings.signalling.shards ?? max(1, ProcessInfo.processInfo.activeProcessorCount)
        return max(wanted, journal?.shardsNeeded ?? 0)
    }

    private func start(
        _ live: LiveConfiguration, _ statuses: [TrunkStatus], _ tellHealth: @escaping @Sendable () -> Void,
        _ sockets: [[ListeningSocket]]
    ) throws(DaemonError) -> ShardGroup {
        let routeKey = try routeKey()
        let reporter = CallReporter(trunks: statuses, log: log)
        var random = SystemRandomNumberGenerator()
        let sources = SourceRates(key: (random.next(), random.next()))
        let memory = settings.signalling.traceMemory
        do {
            return try ShardGroup(
                sockets: sockets, limits: TransportLimits(),
                makeEngine: { shard, mailboxes, now in
                    var random = SystemRandomNumberGenerator()
                    let builder = live.builder
                    let engine = CallEngine(
                        shard: UInt16(shard), key: (random.next(), random.next()), routeKey: routeKey,
                        configuration: builder.configuration(), sources: sources,
                        timers: builder.timers, trace: TraceRing(capacity: memory), now: now)
                    EngineBuilder.setAvailability(in: engine, to: statuses)
                    engine.observeRefusal = reporter.report
                    engine.observeTrunk = { trunk, state in
                        if reporter.report(trunk, state) { tellHealth() }
                        for mailbox in mailboxes {
                            // What is true when it arrives: another shard may have found something else meanwhile.
                            _ = mailbox.post(.run { $0.engine.setAvailable(statuses[trunk].isUsable, trunk: trunk) })
                        }
                    }
                    engine.observeRegistration = { trunk, report in
                        reporter.report(trunk, report)
                        for mailbox in mailboxes {
                            _ = mailbox.post(.run { $0.engine.setRegistration(report, trunk: trunk) })
                        }
                    }
                    return engine
                }, prepare: prepare(live, reporter, TLSReporter(settings, statuses: statuses, log: log)))
        } catch {
            throw DaemonError("\(error)")
        }
    }

    /// The key of our Record-Routes: kept for the next start as far as there is a proxy whose dialogs may live on.
    private func routeKey() throws(DaemonError) -> (UInt64, UInt64) {
        guard settings.trunks.contains(where: { $0.mode == .proxy }) else {
            var random = SystemRandomNumberGenerator()
            return (random.next(), random.next())
        }
        let file = RouteKeyFile(
            controlSocket: settings.signalling.controlSocket,
            environment: ProcessInfo.processInfo.environment)
        return try file.key()
    }

    /// What each shard gets beside its engine: the calls of the process before, and the way to the relay, which takes up
    /// their media.
    private func prepare(
        _ live: LiveConfiguration, _ reporter: CallReporter, _ tlsReporter: TLSReporter
    ) -> @Sendable (SignallingShard, ShardLoop) -> Void {
        let (journal, log, links) = (journal, log, mediaLinks())
        let lookUps = LookUpDesk(settings.lookUps.map(LookUpSource.init))
        let offset = WallClock.offset
        return { shard, loop in
            let initial = live.builder.observers
            let observers = CallObservers(initial.instances, serials: initial.serials)
            live.builder.secure(shard)
            shard.tlsReporter = tlsReporter
            shard.observers = observers
            shard.engine.companion = observers.current
            shard.engine.observe = { event in
                observers.observe(event)
                reporter.report(event)
            }
            shard.engine.wallClockOffset = offset
            if let journal {
                shard.journal = CallJournal(
                    journal, shard: Int(shard.number), engine: shard.engine, loop: loop, log: log)
                journal.restore(shard: Int(shard.number), to: shard.engine, now: loop.now, log: log)
                shard.journal?.takeOver()
            }
            shard.media = links(shard, loop)
            shard.lookUps = lookUps
            shard.drain()
        }
    }

    /// What makes each shard's way to the media relay. Sessions carry a number that tells them from those of an earlier
    /// process.
    private func mediaLinks() -> @Sendable (SignallingShard, ShardLoop) -> (any MediaLink)? {
        guard let media = settings.media else { return { _, _ in nil } }
        let names = sessionNames
        let rtpengines = media.rtpengines
        let log = log
        let isSuccessor = journal?.hasCalls ?? false
        return { shard, loop in
            if rtpengines.isEmpty {
                return RelayLink(
                    path: media.socket, names: names, isSuccessor: isSuccessor, loop: loop, shard: shard, log: log)
            }
            let link = NGLink(relays: rtpengines, names: names, loop: loop, shard: shard)
            if isSuccessor { link.seekSessions(now: loop.now) }
            return link
        }
    }

    /// The sockets of each shard, by listener.
    private func openSockets() throws(DaemonError) -> [[ListeningSocket]] {
        var shards = Array(repeating: [ListeningSocket](), count: shardCount)
        var inherited = InheritedSockets()
        for listener in settings.listeners {
            do throws(ListenError) {
                var sockets = inherited.take(listener.transport, at: listener.bind, shards: shardCount)
                if sockets.isEmpty {
                    sockets = try ListeningSocket.open(listener.transport, at: listener.bind, shards: shardCount)
                }
                for (index, socket) in sockets.enumerated() { shards[index].append(socket) }
            } catch {
                throw DaemonError("listener \(listener.name): \(error)")
            }
        }
        return shards
    }

    private func announce(_ shards: ShardGroup) {
        for listener in settings.listeners {
            log.info(
                "listening",
                metadata: [
                    "listener": "\(listener.name)", "address": "\(listener.transport) \(listener.bind)",
                    "advertised": "\(listener.advertise)",
                ])
        }
        if let media = settings.media, !media.rtpengines.isEmpty {
            let relays = media.rtpengines.map(\.description).joined(separator: ", ")
            log.info("media pass rtpengines in place of our own relay", metadata: ["rtpengines": "\(relays)"])
        } else if settings.media == nil {
            log.info("media pass between the parties, since the configuration has no `media` section")
        }
        let plugins = plugins.plugins.map { "\($0.name) \($0.version)" }.joined(separator: ", ")
        log.info(
            "ready",
            metadata: [
                "configuration": "\(settings.file)", "shards": "\(shards.count)",
                "trunks": "\(settings.trunks.count)", "plugins": "\(plugins.isEmpty ? "none" : plugins)",
            ])
    }

    /// Says good-bye to both parties of every call; a second signal makes an end at once.
    private func hangUp(_ shards: ShardGroup, _ signals: StopSignals) {
        func remaining() -> Int {
            shards.ask { $0.engine.callCount + $0.engine.registrationCount }.compactMap { $0 }.reduce(0, +)
        }
        _ = shards.ask { shard in
            for call in shard.engine.snapshot() { shard.engine.hangUp(call.number, at: MonotonicClock.now()) }
            shard.engine.unregister(at: MonotonicClock.now())
            shard.drain()
        }
        var waited = 0
        while waited < Self.farewell, remaining() > 0, !signals.wait(milliseconds: 50) { waited += 50 }
        _ = shards.ask { $0.journal?.close() }
        let lost = shards.ask { $0.engine.callCount }.compactMap { $0 }.reduce(0, +)
        if lost > 0 { log.warning("calls were not ended in time", metadata: ["calls": "\(lost)"]) }
    }
}
