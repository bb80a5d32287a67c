import Foundation
import Glibc
import PluginHost
import TandemKit
import Testing

/// The plugins as the build made them, loaded the way the daemon does it. (Linked into one bundle their entry points
/// would collide.)
enum BuiltPlugins {
    static let set: PluginSet = {
        let build = executableFolder()
        var template = Array("/tmp/tandem-plugins-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil)
        let root = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        // What is loaded stays mapped without its files.
        defer { try? FileManager.default.removeItem(atPath: root) }
        mkdir(root + "/plugins", 0o755)
        for name in ["DialPlan", "VoiceRoutes", "Generic", "Lync", "Asterisk", "AcmeGateway"] {
            symlink("\(build)/lib\(name).so", "\(root)/plugins/lib\(name).so")
        }
        do {
            let inspector = PluginInspector(executable: build + "/tandem", deadline: 60)
            let host = try PluginHost(privateFolder: root + "/private", inspector: inspector)
            return try host.load(folder: root + "/plugins")
        } catch {
            preconditionFailure("\(error)")
        }
    }()

    private static func executableFolder() -> String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let path = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
    }

    /// Makes an instance of a normalizer.
    static func normalizer(_ plugin: String, _ settings: SettingsValue) throws -> NormalizerInstance {
        guard case .normalizer(let instance) = try set.make("dial-plan", of: plugin, settings: settings) else {
            throw WrongRole()
        }
        return instance
    }

    /// Makes an instance of a router.
    static func router(_ plugin: String, _ settings: SettingsValue) throws -> RouterInstance {
        guard case .router(let instance) = try set.make("routes", of: plugin, settings: settings) else {
            throw WrongRole()
        }
        return instance
    }

    /// Makes an instance of an adapter.
    static func adapter(_ plugin: String, _ settings: KeyValuePairs<String, String> = [:]) throws -> AdapterInstance {
        let entries = settings.map { SettingsEntry($0.key, .text($0.value), line: 1, column: 1) }
        let value = SettingsValue(.map(entries), line: 1, column: 1)
        guard case .adapter(let instance) = try set.make(plugin.lowercased(), of: plugin, settings: value) else {
            throw WrongRole()
        }
        return instance
    }

    struct WrongRole: Error {}
}

extension SettingsValue {
    /// A list of maps of texts under one key, as a plugin's settings hold its rules; each map stands on a line of its
    /// own, counted from 1.
    static func rules(_ key: String, _ rules: [KeyValuePairs<String, String>]) -> SettingsValue {
        let maps = rules.enumerated().map { index, rule in
            SettingsValue(
                .map(rule.map { SettingsEntry($0.key, text($0.value, line: index + 1), line: index + 1, column: 3) }),
                line: index + 1, column: 1)
        }
        return SettingsValue(.map([SettingsEntry(key, SettingsValue(.list(maps)))]))
    }

    /// A text; a text in brackets is a list of texts between its commas.
    static func text(_ text: String, line: Int = 0) -> SettingsValue {
        guard text.hasPrefix("["), text.hasSuffix("]"), !text.contains("\\") else {
            return SettingsValue(.scalar(text), line: line, column: 9)
        }
        let parts = text.dropFirst().dropLast().split(separator: ",").map {
            SettingsValue(.scalar(String($0.drop { $0 == " " })), line: line, column: 9)
        }
        return SettingsValue(.list(parts), line: line, column: 9)
    }
}
