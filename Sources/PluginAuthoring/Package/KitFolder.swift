import Foundation

/// The folder with the kit's sources that plugins are built against: `TandemKit`, and nothing of the core.
public struct KitFolder: Sendable {
    /// Its path, absolute.
    public let path: String

    /// The folder `named`, or the one that belongs to this command: beside an installed one, or in the clone that it was
    /// built from.
    ///
    /// - Parameter executable: Where this command lies, its links resolved.
    public static func find(named: String?, executable: String) throws(AuthoringFailure) -> KitFolder {
        if let named {
            let place = URL(fileURLWithPath: named).standardizedFileURL.path
            for path in [place, place + "/TandemKit"] where isKit(path) { return KitFolder(path: path) }
            throw AuthoringFailure(
                "\(named) is not the folder of the plugin kit",
                remedy: "name the folder TandemKit that holds its Package.swift")
        }
        var folder = URL(fileURLWithPath: executable).deletingLastPathComponent()
        for _ in 0..<8 {
            for place in ["share/tandem/sdk/TandemKit", "Sources/TandemKit"] {
                let path = folder.appending(path: place).standardizedFileURL.path
                if isKit(path) { return KitFolder(path: path) }
            }
            folder = folder.deletingLastPathComponent()
        }
        throw AuthoringFailure(
            "the plugin kit is not beside this command (\(executable))",
            remedy: "install it with Scripts/install, or name its folder with --sdk")
    }

    /// Plugins name the kit as the package TandemKit, which SwiftPM takes from the name of its folder.
    private static func isKit(_ path: String) -> Bool {
        let needed = ["Package.swift", "Manifest/TandemManifest.swift", "Templates"]
        return path.hasSuffix("/TandemKit")
            && needed.allSatisfy { FileManager.default.fileExists(atPath: "\(path)/\($0)") }
    }
}
