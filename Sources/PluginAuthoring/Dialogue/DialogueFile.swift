import Configuration
import Foundation
import TandemKit

/// A dialogue as it lies in a folder.
struct DialogueFile {
    let path: String
    /// The name of the file without its folder.
    let name: String
    let text: String
    /// The plugin that it is for.
    let plugin: String
    let settings: SettingsValue

    /// The dialogues of a folder in the order of their names.
    static func all(in folder: String?, plugins: [String]) throws -> [DialogueFile] {
        guard let folder else { return [] }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw AuthoringFailure(
                "there is no folder \(folder)", remedy: "name the folder of the dialogues with --dialogues")
        }
        return try names.filter { $0.hasSuffix(".dialogue") && !$0.hasPrefix(".") }.sorted().map { name in
            try DialogueFile(folder: folder, name: name, plugins: plugins)
        }
    }

    private init(folder: String, name: String, plugins: [String]) throws {
        path = "\(folder)/\(name)"
        self.name = name
        guard let data = FileManager.default.contents(atPath: path), let text = String(data: data, encoding: .utf8)
        else {
            throw AuthoringFailure("\(path) cannot be read as UTF-8", remedy: "let it be read, or remove it")
        }
        self.text = text
        let dialogue: Dialogue
        do throws(DialogueError) { dialogue = try Dialogue(text) } catch {
            throw AuthoringFailure("\(path):\(error.line): \(error.message)", remedy: error.remedy)
        }
        guard let plugin = dialogue.plugin ?? (plugins.count == 1 ? plugins.first : nil) else {
            throw AuthoringFailure(
                "\(path) doesn't say which plugin it is for",
                remedy: "begin it with 'plugin: NAME', with one of \(plugins.joined(separator: ", "))")
        }
        guard plugins.contains(plugin) else {
            throw AuthoringFailure(
                "\(path) is for the plugin '\(plugin)', which the file doesn't hold",
                remedy: "write one of \(plugins.joined(separator: ", ")), or check another file")
        }
        self.plugin = plugin
        guard let given = dialogue.settings else {
            settings = .empty
            return
        }
        // Empty lines in front keep the line numbers of the file.
        let padding = String(repeating: "\n", count: given.line)
        settings = try SettingsFile.parse(Array((padding + given.text).utf8), file: path)
    }
}
