import CallControl
import Configuration
import PluginHost
import SIPTransaction
import SIPTransport
import ServerLocation
import TandemKit
import Timing
import Trunks

/// Turns a checked configuration into what one shard's call engine works by. Each shard gets trunk contexts of its own:
/// they belong to its thread.
struct EngineBuilder {
    let checked: CheckedConfiguration
    /// Where each trunk's peer is, by trunk index; nowhere when its name can't be resolved.
    let locations: [ServerLocation]
    /// How many calls each trunk takes, by its name; none for a trial.
    var capacities: [String: TrunkCapacity] = [:]

    /// Says to an engine that has this configuration which trunks take no calls: those whose peer has no address, or
    /// was found dead.
    static func setAvailability(in engine: CallEngine, to statuses: [TrunkStatus]) {
        for (index, status) in statuses.enumerated() { engine.setAvailable(status.isUsable, trunk: index) }
    }

    /// Lets an engine ask the peers whether they are alive, as far as they have an address.
    func startProbing(with engine: CallEngine, at now: Timestamp) {
        for (index, trunk) in checked.settings.trunks.enumerated() {
            // Over WebSocket there is nobody to ask before somebody has connected.
            let transport = checked.settings.listeners[trunk.listener].transport
            guard transport != .ws, transport != .wss else { continue }
            guard let interval = trunk.optionsInterval, !locations[index].groups.isEmpty else { continue }
            let settings = TrunkHealth.Settings(interval: interval, misses: trunk.optionsFailures)
            engine.startProbing(index, settings, at: now)
        }
    }

    func configuration() -> EngineConfiguration {
        let settings = checked.settings
        var configuration = EngineConfiguration(
            trunks: trunks(), matcher: trunkTable,
            limits: CallLimits(calls: settings.signalling.maxCalls), userAgent: settings.signalling.userAgent)
        configuration.hashes = .openSSL
        configuration.relaysMedia = settings.media != nil
        if let media = settings.media { configuration.silence = media.silence }
        return configuration
    }

    private var trunkTable: TrunkTable { TrunkTable(checked.settings, addresses: locations.map(\.addresses)) }

    /// By what a shard makes its TLS connections, and knows their peers.
    func secure(_ shard: SignallingShard) {
        shard.identities = PeerIdentities(checked.settings, trunkTable)
        shard.transport.security = checked.tls.security
        shard.transport.options = checked.settings.listeners.map {
            ListenerOptions(codePoint: $0.dscp, keepAlive: $0.keepAlive)
        }
    }

    /// The trunks with their plugin instances, in the order of the configuration.
    func trunks() -> [TrunkContext] { checked.settings.trunks.indices.map(trunk) }

    /// The instances that hear of every call, and the serial numbers of their plugins' builds.
    var observers: (instances: [ObserverInstance], serials: [Int]) {
        var (found, serials) = ([ObserverInstance](), [Int]())
        for setting in checked.settings.plugins.instances {
            guard case .observer(let observer)? = checked.instances[setting.name] else { continue }
            found.append(observer)
            if let serial = serial(setting.name) { serials.append(serial) }
        }
        return (found, serials)
    }

    var timers: TimerValues {
        let timers = checked.settings.signalling.timers
        var values = TimerValues(t1: timers.t1, t2: timers.t2, t4: timers.t4)
        // Nobody knows that the callee's side answers within 200 ms, so 100 goes out at once (RFC 3261 §17.2.1).
        values.inviteTrying = TimeInterval(nanoseconds: 0)
        return values
    }

    private func trunk(_ index: Int) -> TrunkContext {
        let trunk = checked.settings.trunks[index]
        let listener = checked.settings.listeners[trunk.listener]
        let facts = TrunkFacts(trunk, on: listener, ListenerFacts(listener))
        let hops = hops(of: index)
        return TrunkContext(
            index: index, facts: facts,
            nextHop: hops?.groups[0].flows[0] ?? flow(of: index, to: Endpoint(address: listener.bind.address, port: 0)),
            hops: hops, peerHost: trunk.peer.authority, mode: trunk.mode == .proxy ? .proxy : .b2bua,
            adapter: trunk.adapter.flatMap(adapter), adapterBuild: trunk.adapter.flatMap(build) ?? "",
            normalizers: trunk.normalizers.compactMap(normalizer),
            routers: trunk.router.flatMap(router).map { [$0] } ?? [], timers: callTimers(of: trunk),
            session: SessionSettings(trunk.session),
            media: TrunkMedia(trunk.media),
            generations: TrunkGenerations(
                adapter: trunk.adapter.flatMap(serial),
                deciding: (trunk.normalizers + [trunk.router].compactMap(\.self)).compactMap(serial)),
            missingPlugin: checked.missingPlugin(of: trunk), capacity: capacities[trunk.name],
            requestsPerSource: trunk.limits.requestsPerSource, transfer: TransferPolicy(trunk.transfer),
            redirects: RedirectionPolicy(trunk.redirects),
            digest: trunk.credentials.map { DigestClient($0) },
            registration: trunk.registration.map { TrunkRegistration($0) },
            users: trunk.users.map { DigestUsers($0) })
    }

    /// The ways to a trunk's peer; nil while it isn't found.
    private func hops(of index: Int) -> HopSet? {
        HopSet(
            locations[index].groups.map { group in
                HopSet.Group(
                    rank: group.rank, weight: group.weight, flows: group.servers.map { flow(of: index, to: $0) })
            })
    }

    private func flow(of index: Int, to server: Endpoint) -> Flow {
        let trunk = checked.settings.trunks[index]
        return Flow(
            listener: UInt16(trunk.listener), transport: checked.settings.listeners[trunk.listener].transport,
            identity: trunk.tls == nil ? 0 : PeerIdentities.number(of: index), remote: server)
    }

    private func callTimers(of trunk: TrunkSettings) -> CallTimers {
        let off = TimeInterval(nanoseconds: 0)
        return CallTimers(
            maxRingTime: trunk.maxRingTime, maxCallDuration: trunk.maxCallDuration,
            progressTimeout: trunk.progressTimeout ?? off, firstResponseTimeout: trunk.firstResponseTimeout ?? off)
    }

    private func adapter(_ name: String) -> AdapterInstance? {
        guard case .adapter(let instance)? = checked.instances[name] else { return nil }
        return instance
    }

    /// What the build of an instance's plugin is known by.
    private func build(_ name: String) -> String? {
        checked.plugin(of: name).map { String("\($0.hash)".prefix(16)) }
    }

    private func serial(_ name: String) -> Int? { checked.plugin(of: name)?.serial }

    private func normalizer(_ name: String) -> NormalizerInstance? {
        guard case .normalizer(let instance)? = checked.instances[name] else { return nil }
        return instance
    }

    private func router(_ name: String) -> RouterInstance? {
        guard case .router(let instance)? = checked.instances[name] else { return nil }
        return instance
    }
}

extension DigestClient {
    /// A client by a trunk's settings.
    fileprivate convenience init(_ settings: TrunkCredentialSettings) {
        self.init(
            DigestCredentials(user: settings.user, password: settings.password.reveal(), realm: settings.realm),
            hashes: .openSSL)
    }
}

extension TrunkRegistration {
    /// A registration by a trunk's settings.
    fileprivate init(_ settings: TrunkRegistrationSettings) {
        self.init(
            settings: RegistrationSettings(
                address: settings.address, expires: UInt32(settings.expires.nanoseconds / 1_000_000_000),
                isRequired: settings.isRequired),
            contactUser: settings.contactUser)
    }
}

extension DigestUsers {
    /// The users of a trunk's settings.
    fileprivate init(_ settings: TrunkUserSettings) {
        self.init(
            realm: settings.realm, settings.passwords.map { ($0.user, $0.password.reveal()) }, hashes: .openSSL,
            isMD5: settings.algorithms == .md5)
    }
}
