import TandemKit

/// A file that passed every check and said what it is; its code has not run in this process yet.
struct PluginCandidate {
    /// Bytes of the longest name of a plugin.
    static let nameLimit = 64

    let file: String
    let copy: String
    let hash: ContentHash
    let plugins: [PluginInspection.Plugin]

    /// Judges what the file said of itself.
    init(
        file: String, copy: String, hash: ContentHash, plugins: [PluginInspection.Plugin]
    ) throws(PluginFileRefusal) {
        self.file = file
        self.copy = copy
        self.hash = hash
        self.plugins = plugins
        guard !plugins.isEmpty else {
            throw PluginFileRefusal(
                file: file, code: .registersNothing, cause: "registers no plugin",
                remedy: "call Plugin.register(_:in:) in its function \(PluginFileCheck.entryPoint)")
        }
        var names: Set<String> = []
        for plugin in plugins {
            guard PluginRole.known.contains(plugin.role) else {
                let known = PluginRole.known.map(\.rawValue).joined(separator: ", ")
                throw PluginFileRefusal(
                    file: file, code: .unknownRole,
                    cause: "has a plugin '\(plugin.name)' of the unknown role '\(plugin.role)'",
                    remedy: "update the daemon, or build the plugin for one of its roles (\(known))")
            }
            guard Self.isName(plugin.name) else {
                throw PluginFileRefusal(
                    file: file, code: .badAnswer,
                    cause: "has a plugin whose name is empty, longer than \(Self.nameLimit) bytes or not printable",
                    remedy: "ask its author for a build that works")
            }
            guard names.insert(plugin.name).inserted else {
                throw PluginFileRefusal(
                    file: file, code: .duplicateName, cause: "has two plugins of the name '\(plugin.name)'",
                    remedy: "ask its author for a build in which each has a name of its own")
            }
        }
    }

    /// Takes out every file that shares a plugin's name with another one: which of them the operator means is not
    /// for the host to guess.
    static func removeDuplicates(from candidates: inout [PluginCandidate]) -> [PluginFileRefusal] {
        var files: [String: [String]] = [:]
        for candidate in candidates {
            for plugin in candidate.plugins { files[plugin.name, default: []].append(candidate.file) }
        }
        var refused: [PluginFileRefusal] = []
        candidates.removeAll { candidate in
            for plugin in candidate.plugins {
                let others = files[plugin.name, default: []].filter { $0 != candidate.file }
                guard let other = others.first else { continue }
                refused.append(
                    PluginFileRefusal(
                        file: candidate.file, code: .duplicateName,
                        cause: "has a plugin '\(plugin.name)', and so has \(other)",
                        remedy: "remove one of the two files"))
                return true
            }
            return false
        }
        return refused
    }

    /// Why it can't be used beside the files that serve already; nil when it can.
    func refusal(beside owners: [String: String]) -> PluginFileRefusal? {
        for plugin in plugins {
            guard let owner = owners[plugin.name], owner != file else { continue }
            return PluginFileRefusal(
                file: file, code: .duplicateName, cause: "has a plugin '\(plugin.name)', and so has \(owner)",
                remedy: "remove one of the two files")
        }
        return nil
    }

    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= nameLimit && name.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }
}
