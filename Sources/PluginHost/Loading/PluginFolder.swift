import Glibc

/// The folder that the operator drops plugins into.
enum PluginFolder {
    /// Files of one folder that are looked at.
    static let maximumFiles = 1024

    /// The paths of its `.so` files in the order of their names.
    static func files(of folder: String) throws(PluginHostError) -> [String] {
        guard let names = names(in: folder) else {
            throw .folderUnreadable(folder: folder, cause: String(cString: strerror(errno)))
        }
        if let breach = FilePermissions.breach(ofFolder: folder) {
            throw .folderUntrusted(folder: folder, cause: breach.cause, remedy: breach.remedy)
        }
        let plugins = names.filter { $0.hasSuffix(".so") && !$0.hasPrefix(".") }.sorted()
        guard plugins.count <= maximumFiles else {
            throw .folderUnreadable(folder: folder, cause: "it holds more than \(maximumFiles) files")
        }
        return plugins.map { folder.hasSuffix("/") ? folder + $0 : "\(folder)/\($0)" }
    }

    /// The names in a folder without `.` and `..`; nil when it cannot be listed, with the cause in `errno`.
    static func names(in folder: String) -> [String]? {
        guard let handle = opendir(folder) else { return nil }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { buffer in
                String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
