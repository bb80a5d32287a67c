/// Where the hooks of an instance run, and what a process of its own may take.
public struct PluginPlacement: Hashable, Sendable {
    /// Where they run. In this process only if the host has loaded the file here.
    public var isolation: PluginIsolation
    /// What happens when their process gives no answer.
    public var fallback: HookFallback
    /// How long a hook may take there, in nanoseconds.
    public var deadline: Int64
    /// Most bytes of memory for data that the process may have.
    public var memory: Int

    /// Joins the parts; the defaults are those of the configuration, but for the isolation.
    public init(
        isolation: PluginIsolation = .none, fallback: HookFallback = .pass, deadline: Int64 = 20_000_000,
        memory: Int = 512 << 20
    ) {
        self.isolation = isolation
        self.fallback = fallback
        self.deadline = deadline
        self.memory = memory
    }
}
