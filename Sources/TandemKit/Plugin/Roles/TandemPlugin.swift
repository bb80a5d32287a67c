/// What every plugin has: settings, a name and a version. Conform to one of the roles instead: `Normalizer`, `Router`,
/// `GatewayAdapter`, `CallObserver`.
///
/// One instance serves every shard, so its hooks may run on several threads at once; that is what `Sendable` checks.
/// A hook gets values and returns values. It must not block: the calls of its shard wait for it.
public protocol TandemPlugin: Sendable {
    /// What an operator may set.
    associatedtype Settings: PluginSettings = NoSettings

    /// Makes an instance from checked settings. Throw to refuse them: the error's text reaches the operator. Implement this
    /// initializer, or the one with services.
    init(settings: Settings) throws

    /// Makes an instance from checked settings that uses services: a log, metrics, a store, timers, facts. Calls
    /// `init(settings:)` unless it is implemented.
    init(settings: Settings, services: PluginServices) throws

    /// What is allowed in the settings but probably not meant, one sentence each: for `tandem check`.
    var warnings: [String] { get }

    /// The name in the configuration's `plugin:`; the type's name unless said otherwise.
    static var name: String { get }
    /// The version that `tandem plugins` shows.
    static var version: String { get }
    /// Called once before a file is taken into use. Throw, and a reload keeps the generation before.
    static func selfTest() throws
}

extension TandemPlugin {
    /// Refuses: the plugin has no initializer.
    public init(settings: Settings) throws { throw MissingInitializer(plugin: Self.name) }
    /// Makes an instance that uses no services.
    public init(settings: Settings, services: PluginServices) throws { try self.init(settings: settings) }
    /// Nothing to warn about.
    public var warnings: [String] { [] }
    /// The type's name.
    public static var name: String { String(describing: Self.self) }
    /// `1.0`.
    public static var version: String { "1.0" }
    /// No test.
    public static func selfTest() throws {}
}

/// A plugin's type has no initializer that the host could call.
struct MissingInitializer: Error, CustomStringConvertible {
    let plugin: String

    var description: String {
        "\(plugin) can't be made; implement init(settings:), or init(settings:services:) when it uses services"
    }
}
