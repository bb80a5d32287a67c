public import TandemKit

/// All that can be known of one file without running its code in this process: what the host knows before it loads it.
public struct PluginExamination: Sendable {
    /// The file as it was named.
    public let file: String
    /// Where the checked copy of its bytes lies: what to load, in a process that can be thrown away.
    public let copy: String
    /// What the build is known by.
    public let hash: ContentHash
    /// Bytes of the file.
    public let size: Int
    /// The kit it was built with.
    public let kit: KitVersion
    /// The Swift version that compiled it, `6.3`.
    public let swift: String
    /// The machine it is built for, `x86-64`.
    public let architecture: String
    /// The plugins in it, as they said in a child process.
    public let plugins: [PluginInspection.Plugin]
    /// The types and protocols that the file itself defines.
    package let types: [DefinedType]

    /// This daemon's Swift version, `6.3`: what a plugin has to be compiled by.
    public static var ownSwift: String { PluginManifest.own.swift.description }

    init(_ candidate: PluginCandidate) throws(PluginFileRefusal) {
        file = candidate.file
        copy = candidate.copy
        hash = candidate.hash
        plugins = candidate.plugins
        let bytes = PluginStore.read(candidate.copy, limit: PluginFile.maximumSize) ?? []
        size = bytes.count
        guard let image = try? ELFImage(bytes), let section = image.section(named: PluginManifest.section),
            let manifest = PluginManifest(image.bytes(of: section)), let types = try? DefinedType.all(of: image)
        else {
            throw PluginFileRefusal(
                file: candidate.file, code: .malformed, cause: "is damaged (its types cannot be read)",
                remedy: "build it again")
        }
        kit = manifest.kit
        swift = manifest.swift.description
        architecture = ELFImage.Machine.name(of: image.machine)
        self.types = types
    }
}

extension PluginHost {
    /// Looks at one file as it is looked at before it is loaded; a refusal is the one that the daemon would give.
    public func examine(file: String) -> Result<PluginExamination, PluginFileRefusal> {
        switch examine(file) {
        case .failure(let refusal): return .failure(refusal)
        case .success(let candidate):
            store.prune(keeping: [candidate.hash.description])
            do throws(PluginFileRefusal) { return .success(try PluginExamination(candidate)) } catch {
                return .failure(error)
            }
        }
    }
}
