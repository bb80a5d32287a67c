import Glibc

/// The plugins that ship with Tandem, by what their files hold: whoever puts a file into the plugin folder, which may be the one
/// that was installed, doesn't make it one of them.
struct ShippedPlugins {
    /// The list that Scripts/install lays beside the command, as `sha256sum` writes it.
    static let list = "plugins.sha256"
    private static let listByteLimit = 1 << 20

    /// The folder of the command.
    private let folder: String
    /// What the list says; nil in a build, which has none.
    private let hashes: Set<String>?

    /// Those of the running program.
    init() {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let path = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        self.init(folder: path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "")
    }

    /// Those that belong to a command in a folder.
    init(folder: String) {
        self.folder = folder
        let text = PluginStore.read("\(folder)/\(Self.list)", limit: Self.listByteLimit)
        hashes = text.map { text in
            let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
            return Set(lines.compactMap { $0.split(separator: " ").first.map(String.init) })
        }
    }

    /// Whether a file of this name and content ships with Tandem: it is in the list or, in a build, it lies beside the command.
    func contain(_ file: String, _ hash: ContentHash) -> Bool {
        if let hashes { return hashes.contains(hash.description) }
        let name = file.split(separator: "/").last.map(String.init) ?? file
        guard let bytes = PluginStore.read("\(folder)/\(name)", limit: PluginFile.maximumSize) else { return false }
        return ContentHash(of: bytes) == hash
    }
}
