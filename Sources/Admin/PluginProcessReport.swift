/// A process in which the hooks of one plugin instance run.
public struct PluginProcessReport: Codable, Hashable, Sendable {
    /// The instance in the configuration.
    public var instance: String
    /// The generation of the plugin that runs there.
    public var generation: Int
    /// The process; nil while it is away.
    public var process: Int?
    /// Why it is away or left alone; nil while it serves.
    public var reason: String?
    /// Whether it has ended too often and is left alone until its file changes or an operator asks.
    public var isQuarantined: Bool
    /// Hooks that got their fallback since the beginning.
    public var fallbacks: Int

    /// Joins the facts.
    public init(instance: String, generation: Int, process: Int?, reason: String?, isQuarantined: Bool, fallbacks: Int)
    {
        self.instance = instance
        self.generation = generation
        self.process = process
        self.reason = reason
        self.isQuarantined = isQuarantined
        self.fallbacks = fallbacks
    }
}
