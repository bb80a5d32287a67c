/// What a plugin is for.
public struct PluginRole: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
    /// The word that stands for the role.
    public let rawValue: String

    /// Wraps a word.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Brings numbers into form.
    public static var normalizer: PluginRole { PluginRole(rawValue: "normalizer") }
    /// Chooses trunks.
    public static var router: PluginRole { PluginRole(rawValue: "router") }
    /// Translates a vendor's dialect.
    public static var adapter: PluginRole { PluginRole(rawValue: "adapter") }
    /// Is told what happens.
    public static var observer: PluginRole { PluginRole(rawValue: "observer") }

    /// The roles that this kit knows.
    public static var known: [PluginRole] { [.normalizer, .router, .adapter, .observer] }

    /// The word.
    public var description: String { rawValue }
}
