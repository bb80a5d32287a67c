public import TandemKit
public import Timing

/// Everything that the operator's YAML file says, checked and typed. Lists keep the order of the file.
public struct TandemConfiguration: Sendable {
    /// The file it was read from, as the operator named it.
    public let file: String
    /// What the signalling process does as a whole.
    public let signalling: SignallingSettings
    /// Our listening sockets; their order is `Flow.listener`.
    public let listeners: [ListenerSettings]
    /// Through what the media of calls pass; nil when the file has no such section: then they pass Tandem by.
    public let media: MediaSettings?
    /// What plugins may look things up in.
    public let lookUps: [LookUpSettings]
    /// Where plugins lie and which instances of them there are.
    public let plugins: PluginSettingsSection
    /// The trunks; their order is the trunk index.
    public let trunks: [TrunkSettings]
    /// What goes to the log.
    public let log: LogSettings

    /// Every text that must not be seen.
    public var secrets: [Secret] {
        plugins.secrets + trunks.compactMap(\.credentials?.password)
            + trunks.flatMap { $0.users?.passwords.map(\.password) ?? [] }
    }
}

/// The settings of the signalling process as a whole.
public struct SignallingSettings: Sendable {
    /// How many shards (threads with their own sockets and calls) to run; nil for one a core.
    public let shards: Int?
    /// The path of the Unix socket for `tandem calls` and the like.
    public let controlSocket: String
    /// The folder in which calls are written down; nil for none.
    public let journal: String?
    /// The answer to a request that belongs to no trunk.
    public let unknownSource: UnknownSource
    /// The DNS servers that are asked for peers; empty for those of this host.
    public let dnsServers: [Endpoint]
    /// The text of our User-Agent and Server header fields.
    public let userAgent: String
    /// The most calls of one shard.
    public let maxCalls: Int
    /// The bytes of each shard's trace; 0 for none.
    public let traceMemory: Int
    /// RFC 3261's T1, T2 and T4.
    public let timers: TransactionTimerSettings
}

/// The three times that all transaction timers derive from (RFC 3261 §17, table 4).
public struct TransactionTimerSettings: Hashable, Sendable {
    /// The estimate of a round trip.
    public let t1: TimeInterval
    /// The longest pause between retransmissions.
    public let t2: TimeInterval
    /// How long a message stays in the network.
    public let t4: TimeInterval
}

/// What a request from nobody's trunk gets.
public enum UnknownSource: Hashable, Sendable {
    /// Nothing: a scanner learns nothing.
    case drop
    /// A refusal after half a minute: a scanner waits.
    case tarpit
    /// A final response with this status.
    case reject(UInt16)
}

/// One of our listening sockets.
public struct ListenerSettings: Sendable {
    /// Its name in the file.
    public let name: String
    /// How messages travel.
    public let transport: TransportProtocol
    /// The address and port to bind.
    public let bind: Endpoint
    /// What peers see in Via and Contact; the bound address unless the file says otherwise.
    public let advertise: AdvertisedAddress
    /// The differentiated services code point of what it sends.
    public let dscp: UInt8
    /// After how long a silence a peer that we have connected to is asked whether it is there; nil for never.
    public let keepAlive: TimeInterval?
    /// What it shows and asks for over TLS; nil for other transports.
    public let tls: ListenerTLSSettings?
    /// Where it stands in the file.
    public let position: SourcePosition
}

/// The `plugins` section.
public struct PluginSettingsSection: Sendable {
    /// The folder that holds the `.so` files, absolute or relative to the working directory.
    public let folder: String
    /// Where the folder stands in the file; nil when it is the default.
    public let folderPosition: SourcePosition?
    /// How many generations may be retained beside those that serve before the daemon speaks up.
    public let generations: Int
    /// How long a hook in the daemon may keep its shard; nil for as long as it likes.
    public let stuckAfter: TimeInterval?
    /// The instances in the order of the file.
    public let instances: [PluginInstanceSettings]
    /// Every secret text in their settings, to be blotted out wherever text is shown.
    public let secrets: [Secret]
}

/// Where the hooks of an instance run.
public enum HookIsolation: String, CaseIterable, Hashable, Sendable {
    /// In the daemon when the plugin ships with it, else in a process of their own.
    case auto
    /// In a process of their own.
    case process
    /// In the daemon.
    case none
}

/// What happens to a message, number or call when the process of a hook gives no answer.
public enum HookFallbackChoice: String, CaseIterable, Hashable, Sendable {
    /// It goes on as it is.
    case pass
    /// It is refused.
    case refuse
}

/// One plugin with its settings, under a name that trunks refer to.
public struct PluginInstanceSettings: Sendable {
    /// The instance's name.
    public let name: String
    /// The plugin's name as it registered itself.
    public let plugin: String
    /// Where the plugin's name stands in the file.
    public let position: SourcePosition
    /// The plugin's own settings, scalars untouched, secrets put in.
    public let settings: SettingsValue
    /// Where its hooks run.
    public let isolation: HookIsolation
    /// What happens when its process gives no answer.
    public let fallback: HookFallbackChoice
    /// How long a hook in a process of its own may take.
    public let deadline: TimeInterval
    /// Most bytes of memory for data of such a process.
    public let memory: Int
}

/// Prints without its settings: they may hold secrets.
extension PluginInstanceSettings: CustomStringConvertible, CustomReflectable {
    /// `dial-plan (DialPlan)`.
    public var description: String { "\(name) (\(plugin))" }
    /// Name and plugin only.
    public var customMirror: Mirror { Mirror(self, children: ["name": name, "plugin": plugin]) }
}

/// How calls that come in on a trunk are carried.
public enum TrunkMode: String, CaseIterable, Hashable, Sendable {
    /// Two legs, each with its own dialog.
    case b2bua
    /// A stateful proxy with Record-Route: one dialog end to end.
    case proxy
}

/// One trunk: a listener of ours and a peer.
public struct TrunkSettings: Sendable {
    /// The trunk's name.
    public let name: String
    /// The listener's index in `TandemConfiguration.listeners`.
    public let listener: Int
    /// Where requests to the peer go.
    public let peer: PeerAddress
    /// What the peer is shown, and asked for, over TLS; nil for other transports.
    public let tls: TrunkTLSSettings?
    /// Whose requests belong to this trunk; nil for the peer's own address, which may have to be resolved.
    public let sources: [AddressPrefix]?
    /// The domain that stands for us in identities towards the peer; nil for the advertised host.
    public let domain: String?
    /// The instance name of the adapter; nil for none.
    public let adapter: String?
    /// The instance names of the normalizers, in order.
    public let normalizers: [String]
    /// The instance name of the router; nil when the trunk places no calls.
    public let router: String?
    /// How calls from this trunk are carried.
    public let mode: TrunkMode
    /// How the media of its calls are carried.
    public let media: TrunkMediaSettings
    /// How long a caller from this trunk may wait for an answer.
    public let maxRingTime: TimeInterval
    /// How long an answered call from this trunk may last.
    public let maxCallDuration: TimeInterval
    /// How long the peer may stay without any response; nil for as long as RFC 3261 lets it.
    public let firstResponseTimeout: TimeInterval?
    /// How long the peer may stay without a provisional response above 100; nil for as long as it likes.
    public let progressTimeout: TimeInterval?
    /// How often the peer is asked whether it is alive (OPTIONS); nil for never.
    public let optionsInterval: TimeInterval?
    /// After how many unanswered OPTIONS in a row the trunk counts as down.
    public let optionsFailures: Int
    /// Its session timers.
    public let session: SessionTimerSettings
    /// How many calls it takes.
    public let limits: TrunkLimitSettings
    /// What becomes of calls that its peer wants to transfer.
    public let transfer: TransferChoice
    /// What becomes of redirections of its peer.
    public let redirects: RedirectionChoice
    /// Who we are to the peer; nil when it asks nobody.
    public let credentials: TrunkCredentialSettings?
    /// How the trunk registers at its peer; nil when it doesn't.
    public let registration: TrunkRegistrationSettings?
    /// Who may send requests on the trunk; nil where the source is enough.
    public let users: TrunkUserSettings?
    /// Where the trunk stands in the file.
    public let position: SourcePosition
}

/// The `log` section.
public struct LogSettings: Hashable, Sendable {
    /// The least level that is written.
    public let level: LogLevel
}

/// How much goes to the log, the most first.
public enum LogLevel: String, CaseIterable, Hashable, Sendable {
    /// Every step, for developers.
    case trace
    /// Steps that explain a fault.
    case debug
    /// One line for each call and each change of state.
    case info
    /// Unusual, but not wrong.
    case notice
    /// Wrong, but served.
    case warning
    /// Failed.
    case error
    /// The daemon cannot go on.
    case critical
}
