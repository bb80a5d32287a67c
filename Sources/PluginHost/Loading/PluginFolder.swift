import Glibc

/// The folder that the operator drops plugins into.
enum PluginFolder {
    /// Files of one folder that are looked at.
    static let maximumFiles = 1024

    /// A name in a folder.
    struct Name: Comparable {
        /// The name; what is not UTF-8 in it is replaced, so that no file can be opened by it.
        let text: String
        let isUTF8: Bool

        static func < (left: Name, right: Name) -> Bool { left.text < right.text }
    }

    /// The paths of its `.so` files in the order of their names, and those that can't be opened because of theirs.
    static func files(of folder: String) throws(PluginHostError) -> (paths: [String], unnamable: [PluginFileRefusal]) {
        guard let names = names(in: folder) else {
            throw .folderUnreadable(folder: folder, cause: String(cString: strerror(errno)))
        }
        if let breach = FilePermissions.breach(ofFolder: folder) {
            throw .folderUntrusted(folder: folder, cause: breach.cause, remedy: breach.remedy)
        }
        let plugins = names.filter { $0.text.hasSuffix(".so") && !$0.text.hasPrefix(".") }.sorted()
        guard plugins.count <= maximumFiles else {
            throw .folderCrowded(folder: folder, limit: maximumFiles)
        }
        func path(_ name: Name) -> String { folder.hasSuffix("/") ? folder + name.text : "\(folder)/\(name.text)" }
        let unnamable = plugins.filter { !$0.isUTF8 }.map { name in
            PluginFileRefusal(
                file: path(name), code: .badName, cause: "has a name that is not UTF-8",
                remedy: "rename it, with letters and digits like libName.so")
        }
        return (plugins.filter(\.isUTF8).map(path), unnamable)
    }

    /// The names in a folder without `.` and `..`; nil when it cannot be listed, with the cause in `errno`.
    static func names(in folder: String) -> [Name]? {
        guard let handle = opendir(folder) else { return nil }
        defer { closedir(handle) }
        var names: [Name] = []
        while let entry = readdir(handle) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { buffer in
                let bytes = buffer.prefix { $0 != 0 }
                let valid = String(validating: bytes, as: UTF8.self)
                return Name(text: valid ?? String(decoding: bytes, as: UTF8.self), isUTF8: valid != nil)
            }
            if name.text != ".", name.text != ".." { names.append(name) }
        }
        return names
    }
}
