/// What is known about a loaded plugin when a configuration is checked.
public struct PluginFacts: Hashable, Sendable {
    /// What a plugin can be to a trunk.
    public enum Role: String, CaseIterable, Hashable, Sendable {
        /// Makes numbers canonical.
        case normalizer
        /// Chooses trunks.
        case router
        /// Speaks a vendor's dialect.
        case adapter
        /// Watches calls.
        case observer
    }

    /// The plugin's name as it registered itself.
    public let name: String
    /// What it is.
    public let role: Role

    /// Joins the facts.
    public init(name: String, role: Role) {
        self.name = name
        self.role = role
    }
}
