/// Why no instance could be made from some settings.
public enum PluginRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// The settings can't be read; every error is listed.
    case settings(SettingsErrors)
    /// The plugin's own initializer refused them, with its words.
    case initializer(String)

    /// The errors, one a line.
    public var description: String {
        switch self {
        case .settings(let errors): errors.description
        case .initializer(let text): text
        }
    }
}
