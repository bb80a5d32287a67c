import TandemKit

/// The constants that the kit's build-tool plugin compiles into every plugin, as the host reads them from the
/// section `tandem.manifest` before any code of the file runs. The layout is told in the kit's
/// `Manifest/TandemManifest.swift`.
struct PluginManifest: Hashable {
    /// A version of the Swift compiler.
    struct SwiftVersion: Hashable, CustomStringConvertible {
        let major: UInt8
        let minor: UInt8

        var description: String { "\(major).\(minor)" }
    }

    static let section: StaticString = "tandem.manifest"
    static let size = 16
    private static let magic = Array("TANDEMPL".utf8)
    private static let layout: UInt8 = 1

    let kit: KitVersion
    let swift: SwiftVersion

    /// Nil when the bytes are not such a record.
    init?(_ bytes: ArraySlice<UInt8>) {
        let record = Array(bytes.prefix(Self.size))
        guard record.count == Self.size, record.starts(with: Self.magic), record[8] == Self.layout else { return nil }
        kit = KitVersion(major: record[9], minor: record[10])
        swift = SwiftVersion(major: record[11], minor: record[12])
    }

    /// This daemon's own: the same record, compiled into this module by the same build-tool plugin.
    static let own: PluginManifest = {
        let record = withUnsafeBytes(of: tandemManifest) { Array($0) }
        guard let manifest = PluginManifest(record[...]) else {
            preconditionFailure("the kit's manifest template does not follow its own layout")
        }
        return manifest
    }()
}
