/// Which Tandem this is.
public struct VersionReport: Codable, Hashable, Sendable {
    /// Tandem's version.
    public var tandem: String
    /// The version of the kit that plugins are built against.
    public var kit: String
    /// The Swift version that built it: plugins need the same.
    public var swift: String

    /// Joins the versions.
    public init(tandem: String, kit: String, swift: String) {
        self.tandem = tandem
        self.kit = kit
        self.swift = swift
    }
}

/// How the daemon is as a whole.
public struct StatusReport: Codable, Hashable, Sendable {
    /// The process number.
    public var process: Int
    /// Seconds since the start.
    public var uptime: Double
    /// The configuration file in force.
    public var configuration: String
    /// The number of shards.
    public var shards: Int
    /// Calls that are up.
    public var calls: Int
    /// Calls since the start.
    public var callsTotal: Int
    /// Whether new calls are refused.
    public var isDraining: Bool
    /// Named counters, like those of bounds that were hit.
    public var counters: [String: Int]
    /// The certificates that we show.
    public var certificates: [CertificateReport]

    /// Joins the facts.
    public init(
        process: Int, uptime: Double, configuration: String, shards: Int, calls: Int, callsTotal: Int, isDraining: Bool,
        counters: [String: Int], certificates: [CertificateReport] = []
    ) {
        self.certificates = certificates
        self.process = process
        self.uptime = uptime
        self.configuration = configuration
        self.shards = shards
        self.calls = calls
        self.callsTotal = callsTotal
        self.isDraining = isDraining
        self.counters = counters
    }
}

/// One file of the plugin folder.
public struct PluginReport: Codable, Hashable, Sendable {
    /// The file's name.
    public var file: String
    /// The plugin's name; nil when the file was refused before it could tell.
    public var name: String?
    /// The plugin's own version.
    public var version: String?
    /// What it is: normalizer, router, adapter or observer.
    public var role: String?
    /// The instances that the configuration makes of it.
    public var instances: [String]
    /// Why the file was refused, with the remedy; nil when it is loaded.
    public var refusal: String?
    /// Why its code is kept out of the daemon; nil when it isn't.
    public var quarantine: String?
    /// What the file holds instead of the build that serves, since it was rolled back; nil when it holds what serves.
    public var rollback: String?
    /// What can be set, those of maps after their map.
    public var settings: [SettingReport]
    /// Its builds in the running daemon, the oldest first; empty when none runs.
    public var generations: [GenerationReport]
    /// The processes in which its hooks run, in the running daemon; none when they run in the daemon's own.
    public var processes: [PluginProcessReport]

    /// Joins the facts.
    public init(
        file: String, name: String?, version: String?, role: String?, instances: [String], refusal: String?,
        quarantine: String? = nil, rollback: String? = nil, settings: [SettingReport] = [],
        generations: [GenerationReport] = [], processes: [PluginProcessReport] = []
    ) {
        self.quarantine = quarantine
        self.rollback = rollback
        self.processes = processes
        self.generations = generations
        self.settings = settings
        self.file = file
        self.name = name
        self.version = version
        self.role = role
        self.instances = instances
        self.refusal = refusal
    }
}

/// One trunk.
public struct TrunkReport: Codable, Hashable, Sendable {
    /// Whether calls are sent there.
    public enum State: String, Codable, Hashable, Sendable {
        /// Nothing is known yet: calls are sent.
        case unknown
        /// The peer answers.
        case up
        /// No calls are sent there.
        case down
    }

    /// The trunk's name.
    public var name: String
    /// Our listener, like `uc`.
    public var listener: String
    /// The peer as configured.
    public var peer: String
    /// The peer's servers in the order of trial: `udp 192.0.2.7:5060 (1, weight 60)`; none while its name can't be resolved.
    public var addresses: [String]
    /// Whether calls are sent there.
    public var state: State
    /// Why, in a few words: `answered OPTIONS with 200`.
    public var reason: String
    /// Seconds since the state changed; nil when it never did.
    public var since: Double?
    /// Calls up, in either direction.
    public var calls: Int
    /// INVITEs sent there since the start.
    public var attempts: Int
    /// Of those, how many ended in 5xx, 6xx, a time-out or a transport error.
    public var failures: Int
    /// The adapter's instance name.
    public var adapter: String?

    /// Joins the facts.
    public init(
        name: String, listener: String, peer: String, addresses: [String], state: State, reason: String, since: Double?,
        calls: Int, attempts: Int, failures: Int, adapter: String?
    ) {
        self.name = name
        self.listener = listener
        self.peer = peer
        self.addresses = addresses
        self.state = state
        self.reason = reason
        self.since = since
        self.calls = calls
        self.attempts = attempts
        self.failures = failures
        self.adapter = adapter
    }
}

/// One call that is up.
public struct CallReport: Codable, Hashable, Sendable {
    /// The call's number, like `0-17`.
    public var call: String
    /// trying, ringing, answered, confirmed or ending.
    public var phase: String
    /// b2bua or proxy.
    public var mode: String
    /// The trunk it came from.
    public var ingress: String
    /// The trunk it goes to; nil before the first attempt.
    public var egress: String?
    /// The caller's number as received.
    public var from: String
    /// The dialled number as received.
    public var to: String
    /// The number sent on.
    public var sentTo: String
    /// The caller's Call-ID.
    public var callID: String
    /// Seconds since the INVITE.
    public var age: Double
    /// Seconds since the answer; nil before it.
    public var talking: Double?
    /// What the relay has heard of its parties, 0 the caller and 1 the callee; empty when their media don't pass it.
    public var media: [RelaySessionReport]

    /// Joins the facts.
    public init(
        call: String, phase: String, mode: String, ingress: String, egress: String?, from: String, to: String,
        sentTo: String, callID: String, age: Double, talking: Double?, media: [RelaySessionReport] = []
    ) {
        self.call = call
        self.phase = phase
        self.mode = mode
        self.ingress = ingress
        self.egress = egress
        self.from = from
        self.to = to
        self.sentTo = sentTo
        self.callID = callID
        self.age = age
        self.talking = talking
        self.media = media
    }
}
