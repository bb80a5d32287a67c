/// Why no plugin of a folder can be loaded at all. One file that is no good is a `PluginFileRefusal` instead.
public enum PluginHostError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The plugin folder is missing, is no folder, or cannot be listed.
    case folderUnreadable(folder: String, cause: String)
    /// It holds more files than are looked at.
    case folderCrowded(folder: String, limit: Int)
    /// Others may put files into the plugin folder.
    case folderUntrusted(folder: String, cause: String, remedy: String)
    /// The private folder for the copies cannot be made, written or trusted.
    case storeUnusable(folder: String, cause: String)

    /// One sentence: folder, cause, remedy.
    public var description: String {
        switch self {
        case .folderUnreadable(let folder, let cause):
            "The plugin folder \(folder) cannot be read (\(cause)): "
                + "create it, or name the right one in the configuration under plugins, folder."
        case .folderCrowded(let folder, let limit):
            "The plugin folder \(folder) holds more than \(limit) files: keep only plugins in it."
        case .folderUntrusted(let folder, let cause, let remedy):
            "The plugin folder \(folder) \(cause): \(remedy)."
        case .storeUnusable(let folder, let cause):
            "The private folder \(folder) for copies of plugins cannot be used (\(cause)): "
                + "set CACHE_DIRECTORY to a folder that only the daemon's user can enter and write."
        }
    }
}
