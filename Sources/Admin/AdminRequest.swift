/// What an operator's tool asks of the running daemon: one JSON object on one line.
///
/// `{"request": "hangup", "call": "0-17"}`
public enum AdminRequest: Hashable, Sendable {
    /// Which Tandem runs there.
    case version
    /// How the daemon is as a whole.
    case status
    /// The plugins, loaded and refused.
    case plugins
    /// Let the generation before serve again, of this plugin and of all in its file.
    case rollback(plugin: String)
    /// Start the process of a plugin instance again that was left alone.
    case revive(instance: String)
    /// The trunks and their state.
    case trunks
    /// The calls that are up.
    case calls
    /// End a call: both sides get a BYE, or a CANCEL while it rings.
    case hangup(call: String)
    /// The story of a call, or of the last calls of a trunk.
    case trace(target: String)
    /// Write this level and above to the log from now on.
    case logLevel(String)
    /// Take no new calls (true), or take them again (false).
    case drain(Bool)
    /// The figures of plugins.
    case metrics
    /// Read the configuration file anew.
    case reload
}

extension AdminRequest: Codable {
    private enum Name: String, Codable, CaseIterable {
        case version, status, plugins, rollback, revive, trunks, calls, hangup, trace, log, drain, metrics, reload
    }

    private enum Key: String, CodingKey {
        case request, call, plugin, instance, target, level, enabled
    }

    /// Reads a request; throws `DecodingError` for an unknown name or a missing argument.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        switch try fields.decode(Name.self, forKey: .request) {
        case .version: self = .version
        case .status: self = .status
        case .plugins: self = .plugins
        case .rollback: self = .rollback(plugin: try fields.decode(String.self, forKey: .plugin))
        case .revive: self = .revive(instance: try fields.decode(String.self, forKey: .instance))
        case .trunks: self = .trunks
        case .calls: self = .calls
        case .hangup: self = .hangup(call: try fields.decode(String.self, forKey: .call))
        case .trace: self = .trace(target: try fields.decode(String.self, forKey: .target))
        case .log: self = .logLevel(try fields.decode(String.self, forKey: .level))
        case .drain: self = .drain(try fields.decode(Bool.self, forKey: .enabled))
        case .metrics: self = .metrics
        case .reload: self = .reload
        }
    }

    /// Writes the request.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encode(name, forKey: .request)
        switch self {
        case .hangup(let call): try fields.encode(call, forKey: .call)
        case .rollback(let plugin): try fields.encode(plugin, forKey: .plugin)
        case .revive(let instance): try fields.encode(instance, forKey: .instance)
        case .trace(let target): try fields.encode(target, forKey: .target)
        case .logLevel(let level): try fields.encode(level, forKey: .level)
        case .drain(let enabled): try fields.encode(enabled, forKey: .enabled)
        case .version, .status, .plugins, .trunks, .calls, .metrics, .reload: break
        }
    }

    private var name: Name {
        switch self {
        case .version: .version
        case .status: .status
        case .plugins: .plugins
        case .rollback: .rollback
        case .revive: .revive
        case .trunks: .trunks
        case .calls: .calls
        case .hangup: .hangup
        case .trace: .trace
        case .logLevel: .log
        case .drain: .drain
        case .metrics: .metrics
        case .reload: .reload
        }
    }
}
