/// What an adapter wants to keep for one call: at most 4096 bytes once written.
///
/// The core keeps it, not the plugin, so it survives a crash and a newer generation of the plugin. A newer generation
/// reads what an older one wrote as long as every added property is optional.
public protocol CallStateValue: Codable, Sendable {
    /// The state of a call that has just begun.
    init()
}

/// No state: the default, and it costs nothing.
public struct NoState: CallStateValue, Hashable {
    /// Nothing.
    public init() {}
}
