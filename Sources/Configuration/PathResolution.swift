/// Paths of a configuration file: relative ones start at the file's folder, wherever the daemon is started.
struct PathResolution {
    /// The configuration file, as the operator named it.
    let file: String

    /// The path as the system needs it.
    func resolve(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
        return folder + (path.hasPrefix("./") ? String(path.dropFirst(2)) : path)
    }
}
