import Foundation

/// Writes the package of a new plugin: what `tandem plugin new` does.
///
/// The templates lie in the kit's folder and are plugins that build: the name in them is replaced.
public struct PluginTemplate: Sendable {
    /// A role that a plugin can be written for.
    public enum Role: String, CaseIterable, Sendable {
        /// Translates a vendor's dialect.
        case adapter
        /// Brings numbers into form.
        case normalizer
        /// Chooses trunks.
        case router
        /// Is told what happens.
        case observer

        /// What the plugin of the template is called.
        var original: String {
            switch self {
            case .adapter: "AcmeGateway"
            case .normalizer: "AcmeNumbers"
            case .router: "AcmeRoutes"
            case .observer: "AcmeRecords"
            }
        }
    }

    /// What stands for the kit's folder in the template of the manifest.
    private static let kitMark = "../TandemKit"

    private let name: PluginName
    private let role: Role
    private let kit: KitFolder

    /// A package that is yet to be written.
    public init(name: PluginName, role: Role, kit: KitFolder) {
        self.name = name
        self.role = role
        self.kit = kit
    }

    /// Where the package of a name comes to lie.
    public static func folder(of name: PluginName, in place: String) -> String {
        place == "." ? name.text : "\(place.hasSuffix("/") ? String(place.dropLast()) : place)/\(name.text)"
    }

    /// Writes the package into the folder `name` of `place`, which must not be there yet; the paths of its files.
    public func write(into place: String) throws(AuthoringFailure) -> [String] {
        let folder = Self.folder(of: name, in: place)
        guard !FileManager.default.fileExists(atPath: folder) else {
            throw AuthoringFailure(
                "\(folder) exists already", remedy: "take another name, or another place with --into FOLDER")
        }
        let templates = "\(kit.path)/Templates"
        let package = Role.adapter.original
        var files = [
            ("\(templates)/package/Package.swift", "Package.swift", package),
            ("\(templates)/package/PluginTests.swift", "Tests/\(name.text)Tests/\(name.text)Tests.swift", package),
            (
                "\(templates)/\(role.rawValue)/\(role.original).swift", "Sources/\(name.text)/\(name.text).swift",
                role.original
            ),
        ]
        let dialogues = "\(templates)/\(role.rawValue)/Dialogues"
        files += names(in: dialogues).map { ("\(dialogues)/\($0)", "Dialogues/\($0)", role.original) }
        do {
            for (source, target, original) in files {
                let text = try String(contentsOfFile: source, encoding: .utf8)
                    .replacingOccurrences(of: original, with: name.text)
                    .replacingOccurrences(of: "\"\(Self.kitMark)\"", with: "\"\(kit.path)\"")
                try save(text, at: "\(folder)/\(target)")
            }
            try save(".build\n", at: "\(folder)/.gitignore")
        } catch {
            throw AuthoringFailure(
                "the package cannot be written (\(error.localizedDescription))",
                remedy: "remove \(folder), and look whether both it and \(templates) can be used")
        }
        return files.map { "\(folder)/\($0.1)" }
    }

    private func names(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { !$0.hasPrefix(".") }.sorted()
    }

    private func save(_ text: String, at path: String) throws {
        let file = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }
}
