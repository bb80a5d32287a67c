/// One key of the configuration file. The table below is the only place that knows the keys, their defaults and what
/// they mean: the reader, the error messages and docs/CONFIGURATION.md follow it.
public struct ConfigurationKey: Sendable {
    /// The key in dotted form; `*` stands for a name that the operator chooses.
    public let path: String
    /// What may be written.
    public let form: ValueForm
    /// What holds when the key is left out; nil when it has to be there.
    public let standard: String?
    /// What it does.
    public let help: String

    /// What may be written, in words.
    var values: String { form.words }

    /// The last part of the path.
    var name: String { path.split(separator: ".").last.map(String.init) ?? path }
}

/// Every key that a configuration file may have.
public enum ConfigurationSchema {
    /// The keys in the order of the documentation.
    public static let keys: [ConfigurationKey] =
        signalling + listeners + TLSKeys.listener + MediaKeys.section + LookUpKeys.section + plugins + trunks
        + SessionTimerKeys.trunk + TrunkLimitSettings.keys + RedirectionChoice.keys + TransferChoice.keys
        + CredentialKeys.trunk + TLSKeys.trunk
        + MediaKeys.trunk
        + log

    /// Top-level keys that begin like this hold fragments for aliases, and are not read.
    public static let fragmentPrefix = "x-"

    /// The names that a map may hold; empty where the operator chooses the names.
    static func names(in section: String) -> [String] {
        let prefix = section.isEmpty ? "" : section + "."
        var names: [String] = []
        for key in keys where key.path.hasPrefix(prefix) {
            let name = String(key.path.dropFirst(prefix.count).prefix { $0 != "." })
            if name != "*", !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// The key with this path.
    static func key(_ path: String) -> ConfigurationKey {
        guard let key = keys.first(where: { $0.path == path }) else {
            preconditionFailure("no key \(path) in the table")
        }
        return key
    }

    private static let signalling = [
        ConfigurationKey(
            path: "signalling.shards", form: .either(["auto"], .number(1...64)), standard: "auto",
            help: "How many threads carry calls, each with its own sockets; auto is one for each core."),
        ConfigurationKey(
            path: "signalling.control-socket", form: .text("a path"), standard: "$XDG_RUNTIME_DIR/tandem.sock",
            help: "The Unix socket for `tandem calls` and the like. Without XDG_RUNTIME_DIR: /run/tandem/control.sock."),
        ConfigurationKey(
            path: "signalling.journal", form: .either(["auto", "off"], .text("a folder")), standard: "auto",
            help:
                "Where calls are written down, so that those that are up outlive a crash; auto is $STATE_DIRECTORY/journal, "
                + "or a folder beside the control socket."),
        ConfigurationKey(
            path: "signalling.unknown-source", form: .either(["drop", "tarpit"], .number(400...699)),
            standard: "drop",
            help:
                "The answer to a request that belongs to no trunk: none, a 403 that comes after 30 s, or a response with this "
                + "status. No address gets more than 10 in a second."),
        ConfigurationKey(
            path: "signalling.dns-servers",
            form: .list(of: "address[:port]", .text("an address, with a port or without")),
            standard: "those of /etc/resolv.conf",
            help: "Who is asked for peers that are given by name; the port is 53 unless written."),
        ConfigurationKey(
            path: "signalling.user-agent", form: .text("a text"), standard: "Tandem",
            help: "The User-Agent and Server header fields that Tandem writes."),
        ConfigurationKey(
            path: "signalling.max-calls", form: .number(1...1_000_000), standard: "50000",
            help: "The most calls of one shard; a further one is answered with 503."),
        ConfigurationKey(
            path: "signalling.trace-memory", form: .either(["off"], .size(0...4 << 30)), standard: "16MiB",
            help: "The memory of each shard for `tandem trace`; the oldest messages give way."),
        ConfigurationKey(
            path: "signalling.timers.t1", form: .duration("10ms", "10s"), standard: "500ms",
            help:
                "RFC 3261's T1, the estimate of a round trip: retransmissions start after it, transactions end after 64 of it."
        ),
        ConfigurationKey(
            path: "signalling.timers.t2", form: .duration("10ms", "60s"), standard: "4s",
            help: "RFC 3261's T2, the longest pause between two retransmissions."),
        ConfigurationKey(
            path: "signalling.timers.t4", form: .duration("10ms", "60s"), standard: "5s",
            help: "RFC 3261's T4, how long a message stays in the network."),
    ]

    private static let listeners = [
        ConfigurationKey(
            path: "listeners.*.transport", form: .choice(["udp", "tcp", "tls", "ws", "wss"]), standard: nil,
            help:
                "How messages travel on this listener; tls and wss need a `tls` section with a certificate. ws and wss are for WebSocket "
                + "clients (RFC 7118), which connect to Tandem: browsers, say."),
        ConfigurationKey(
            path: "listeners.*.address", form: .text("an IPv4 or IPv6 address"), standard: nil,
            help: "The address to bind. 0.0.0.0 and :: bind every address and need `advertise`."),
        ConfigurationKey(
            path: "listeners.*.port", form: .number(1...65_535), standard: "5060",
            help: "The port to bind. With tls: 5061 unless written."),
        ConfigurationKey(
            path: "listeners.*.advertise", form: .text("a host or host:port"), standard: "address and port",
            help: "What peers see in Via and Contact: the public address of a host behind NAT, or a name."),
        ConfigurationKey(
            path: "listeners.*.dscp", form: .number(0...63), standard: "24",
            help:
                "The differentiated services code point of what is sent from here; 24 is CS3. That of media is `media.dscp`."
        ),
        ConfigurationKey(
            path: "listeners.*.keep-alive", form: .either(["off"], .duration("1s", "1h")), standard: "90s",
            help:
                "After how long a silence on a tcp or tls connection that Tandem has opened it sends a double CRLF (RFC 5626). A peer "
                + "that has answered such a ping before and is silent for 10 s after one is gone: the connection ends."),
    ]

    private static let plugins = [
        ConfigurationKey(
            path: "plugins.folder", form: .text("a path"), standard: "plugins",
            help: "The folder that holds the plugins' .so files."),
        ConfigurationKey(
            path: "plugins.generations", form: .number(0...100_000), standard: "20",
            help:
                "How many builds of plugins that no longer serve may be retained: each keeps its memory. Past that a fresh "
                + "process takes the calls over."),
        ConfigurationKey(
            path: "plugins.stuck-after", form: .either(["off"], .duration("100ms", "60s")), standard: "500ms",
            help:
                "How long a hook in the daemon may keep its shard before the process is ended and the next one takes the calls up."
        ),
        ConfigurationKey(
            path: "plugins.instances.*.plugin", form: .text("a name"), standard: nil,
            help: "The plugin's name, as `tandem plugins` lists it."),
        ConfigurationKey(
            path: "plugins.instances.*.isolation", form: .choice(HookIsolation.allCases.map(\.rawValue)),
            standard: "auto",
            help:
                "Where its hooks run: process is one of their own, which can crash or hang without harm; auto is that for every "
                + "plugin that doesn't ship with Tandem."),
        ConfigurationKey(
            path: "plugins.instances.*.fallback", form: .choice(HookFallbackChoice.allCases.map(\.rawValue)),
            standard: "pass",
            help:
                "What happens when its process gives no answer: pass lets message and number go on as they are, and a router "
                + "decides nothing; refuse answers with 503."),
        ConfigurationKey(
            path: "plugins.instances.*.deadline", form: .duration("1ms", "1s"), standard: "20ms",
            help:
                "How long a hook may take in a process of its own; its shard waits meanwhile, and all calls of that with it. A process "
                + "that only waits for a core gets up to 80 ms more."
        ),
        ConfigurationKey(
            path: "plugins.instances.*.memory", form: .size(64 << 20...64 << 30), standard: "512MiB",
            help: "The memory for data that a process of its own may have; beyond that it ends."),
        ConfigurationKey(
            path: "plugins.instances.*.settings", form: .settings, standard: "the plugin's defaults",
            help: "The plugin's own settings; its page says which."),
    ]

    private static let trunks = [
        ConfigurationKey(
            path: "trunks.*.listener", form: .text("a name"), standard: nil, help: "The listener that this trunk uses."),
        ConfigurationKey(
            path: "trunks.*.peer", form: .text("host[:port][;transport=udp|tcp|tls]"), standard: nil,
            help:
                "Where requests to this trunk go. A name without a port is looked for by NAPTR and SRV records first (RFC 3263); "
                + "else the port is 5060, with tls 5061. The transport is the listener's. "
                + "With tls the host has to be a name: it is what the peer's certificate proves."),
        ConfigurationKey(
            path: "trunks.*.sources", form: .list(of: "addresses or prefixes", .text("an address or prefix")),
            standard: "the peer's address",
            help:
                "Whose requests belong to this trunk; the longest prefix wins. An empty list: the trunk only takes calls from us."
        ),
        ConfigurationKey(
            path: "trunks.*.domain", form: .text("a host name or address"), standard: "the advertised host",
            help: "The domain that stands for us in identities towards the peer."),
        ConfigurationKey(
            path: "trunks.*.adapter", form: .text("an instance name"), standard: "none",
            help: "The gateway adapter that speaks the peer's dialect."),
        ConfigurationKey(
            path: "trunks.*.normalizers", form: .list(of: "instance names", .text("an instance name")), standard: "[]",
            help: "What makes numbers from this trunk canonical, in this order."),
        ConfigurationKey(
            path: "trunks.*.router", form: .text("an instance name"), standard: "none",
            help: "What chooses the trunks for a call from this trunk. Without one, calls from it are refused."),
        ConfigurationKey(
            path: "trunks.*.mode", form: .choice(TrunkMode.allCases.map(\.rawValue)), standard: "b2bua",
            help: "How calls from this trunk are carried: as two legs, or through a stateful proxy."),
        ConfigurationKey(
            path: "trunks.*.max-ring-time", form: .duration("1s", "1h"), standard: "180s",
            help: "How long a caller from this trunk may wait for an answer, over all trunks tried."),
        ConfigurationKey(
            path: "trunks.*.max-call-duration", form: .duration("1s", "720h"), standard: "4h",
            help: "How long an answered call from this trunk may last; then both sides get a BYE."),
        ConfigurationKey(
            path: "trunks.*.first-response-timeout", form: .either(["off"], .duration("100ms", "10m")),
            standard: "1500ms",
            help: "How long the peer may stay without any response before the next trunk is tried."),
        ConfigurationKey(
            path: "trunks.*.progress-timeout", form: .either(["off"], .duration("100ms", "10m")), standard: "10s",
            help: "How long the peer may stay without a 18x before the next trunk is tried."),
        ConfigurationKey(
            path: "trunks.*.options-interval", form: .either(["off"], .duration("1s", "24h")), standard: "60s",
            help: "How often the peer is asked whether it is alive."),
        ConfigurationKey(
            path: "trunks.*.options-failures", form: .number(1...100), standard: "5",
            help:
                "After how many unanswered questions in a row the trunk counts as down; from the first on they are 5 s apart. Any answer brings it up."
        ),
    ]

    private static let log = [
        ConfigurationKey(
            path: "log.level", form: .choice(LogLevel.allCases.map(\.rawValue)), standard: "info",
            help: "The least level that is written to the log; `tandem log LEVEL` changes it while the daemon runs.")
    ]
}
