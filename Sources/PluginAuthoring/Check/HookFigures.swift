/// What was measured of one hook.
public struct HookFigures: Hashable, Sendable, Codable {
    /// The plugin.
    public let plugin: String
    /// The hook.
    public let hook: String
    /// How many values it was given; 0 when the plugin says that the hook does nothing.
    public let calls: Int
    /// How many of them it refused with an error of its own: nothing bad.
    public let refused: Int
    /// Microseconds of the middle call.
    public let median: Double
    /// Microseconds that 99 of 100 calls stay below.
    public let p99: Double
    /// Bytes allocated and not freed over the last half of the calls.
    public let grown: Int
}
