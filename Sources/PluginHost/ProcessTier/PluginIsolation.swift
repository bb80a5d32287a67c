/// Where the hooks of an instance run.
public enum PluginIsolation: String, Sendable, CaseIterable {
    /// In this process when the plugin ships with Tandem, else in one of its own.
    case auto
    /// In a process of its own.
    case process
    /// In this process.
    case none
}
