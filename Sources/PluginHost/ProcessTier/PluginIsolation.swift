import Glibc

/// Where the hooks of an instance run.
public enum PluginIsolation: String, Sendable, CaseIterable {
    /// In this process when the plugin ships with Tandem, else in one of its own.
    case auto
    /// In a process of its own.
    case process
    /// In this process.
    case none
}

/// The plugins that ship with Tandem: those whose file is the same as the one that was installed with the command.
struct ShippedPlugins {
    private let folders: [String]

    /// Those of the running program: beside it in a build, in `lib/tandem/plugins` when it is installed.
    init() {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let path = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
        folders = [folder, folder + "/plugins", folder + "/../lib/tandem/plugins"]
    }

    /// Whether a file of this name and content ships with Tandem.
    func contain(_ file: String, _ hash: ContentHash) -> Bool {
        let name = file.split(separator: "/").last.map(String.init) ?? file
        return folders.contains { folder in
            guard let bytes = PluginStore.read("\(folder)/\(name)", limit: PluginFile.maximumSize) else { return false }
            return ContentHash(of: bytes) == hash
        }
    }
}
