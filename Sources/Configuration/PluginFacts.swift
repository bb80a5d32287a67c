public import TandemKit

/// What is known about a loaded plugin when a configuration is checked.
public struct PluginFacts: Hashable, Sendable {
    /// The plugin's name as it registered itself.
    public let name: String
    /// What it is for.
    public let role: PluginRole

    /// Joins the facts.
    public init(name: String, role: PluginRole) {
        self.name = name
        self.role = role
    }
}
