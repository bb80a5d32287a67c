import Glibc

/// Who besides the daemon's user and root could put other code in a plugin's place. A plugin runs with all
/// of the daemon's rights, so whoever may change the file or a folder above it has them too.
enum FilePermissions {
    /// One way in, as the clauses of a sentence.
    struct Breach: Hashable {
        let code: PluginFileRefusal.Code
        let cause: String
        let remedy: String
    }

    /// Judges one file or folder by its owner and mode.
    static func breach(of status: stat, called path: String) -> Breach? {
        let noun = status.st_mode & S_IFMT == S_IFDIR ? "folder " : ""
        if status.st_uid != 0, status.st_uid != geteuid() {
            return Breach(
                code: .foreignOwner,
                cause: "cannot be trusted, since \(noun)\(path) belongs to user \(status.st_uid), "
                    + "who is neither root nor the daemon's user",
                remedy: "run 'chown root \(path)' once you know where it comes from")
        }
        return openToOthers(status) ? Self.writable(noun, path) : nil
    }

    /// Judges the folder that holds the file at `path` (after its links), and the folders above that one.
    static func breachOnTheWay(to path: String) -> Breach? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return breachOfFolders(above: String(cString: resolved))
    }

    /// Judges a plugin folder and the folders above it.
    static func breach(ofFolder path: String) -> Breach? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return breachOfFolders(above: String(cString: resolved) + "/")
    }

    private static func breachOfFolders(above path: String) -> Breach? {
        var folder = path[...]
        var isNearest = true
        while let slash = folder.lastIndex(of: "/") {
            folder = folder[..<slash]
            let name = folder.isEmpty ? "/" : String(folder)
            var status = stat()
            guard stat(name, &status) == 0 else { return nil }
            if isNearest, let breach = breach(of: status, called: name) { return breach }
            // In a sticky folder (/tmp) nobody can replace what is not theirs.
            if openToOthers(status), status.st_mode & S_ISVTX == 0 { return writable("folder ", name) }
            isNearest = false
        }
        return nil
    }

    /// Whether others may write. The daemon's own group counts as the daemon: many systems give each user a group.
    private static func openToOthers(_ status: stat) -> Bool {
        if status.st_mode & S_IWOTH != 0 { return true }
        return status.st_mode & S_IWGRP != 0 && status.st_gid != 0 && status.st_gid != getegid()
    }

    private static func writable(_ noun: String, _ path: String) -> Breach {
        Breach(
            code: .writableByOthers,
            cause: "cannot be trusted, since others may change \(noun)\(path)",
            remedy: "run 'chmod go-w \(path)'")
    }
}
