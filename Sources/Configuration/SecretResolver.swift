import Glibc
import TandemKit

/// Puts the texts of secrets in the place of `{ file: path }` and `{ environment: NAME }` in a plugin's settings.
struct SecretResolver {
    /// The largest secret file.
    static let byteLimit = 64 << 10

    let paths: PathResolution
    let environment: [String: String]
    let problems: ProblemList
    /// Each text that was put in.
    private(set) var secrets: [Secret] = []

    init(paths: PathResolution, environment: [String: String], problems: ProblemList) {
        self.paths = paths
        self.environment = environment
        self.problems = problems
    }

    /// The same tree with its secrets in place. What can't be had is a problem, and stands empty.
    mutating func resolve(_ node: SettingsValue, path: String) -> SettingsValue {
        switch node.content {
        case .list(let elements):
            var resolved: [SettingsValue] = []
            for (index, element) in elements.enumerated() {
                resolved.append(resolve(element, path: "\(path)[\(index)]"))
            }
            return SettingsValue(.list(resolved), at: node.position)
        case .map(let entries):
            if let text = secret(entries, at: node.position, path: path) {
                return SettingsValue(.scalar(text), at: node.position)
            }
            let resolved = entries.map { entry in
                SettingsEntry(
                    entry.key, resolve(entry.value, path: "\(path).\(entry.key)"), line: entry.line,
                    column: entry.column)
            }
            return SettingsValue(.map(resolved), at: node.position)
        default:
            return node
        }
    }

    /// The text of a secret when the map is one: its only key is `file` or `environment`.
    private mutating func secret(_ entries: [SettingsEntry], at place: SourcePosition, path: String)
        -> String?
    {
        guard entries.count == 1, let entry = entries.first, case .scalar(let name) = entry.value.content else {
            return nil
        }
        let text: String?
        switch entry.key {
        case "file": text = contents(of: name, at: entry.value.position, path: path)
        case "environment": text = variable(name, at: entry.value.position, path: path)
        default: return nil
        }
        if let text, !text.isEmpty { secrets.append(Secret(text)) }
        return text ?? ""
    }

    private func variable(_ name: String, at place: SourcePosition, path: String) -> String? {
        if let value = environment[name], !value.isEmpty { return value }
        problems.add(
            at: place, path: path, "the environment variable \(name) is not set",
            remedy: "set it for the user or unit that runs Tandem")
        return nil
    }

    private func contents(of name: String, at place: SourcePosition, path: String) -> String? {
        let file = paths.resolve(name)
        do throws(FileFault) {
            let contents = try BoundedFile.read(file, limit: Self.byteLimit)
            guard contents.mode & 0o077 == 0 else {
                problems.add(
                    at: place, path: path, "the secret file \(file) can be read by others",
                    remedy: "run chmod 600 \(file)")
                return nil
            }
            return text(contents.bytes, file, at: place, path: path)
        } catch {
            problems.add(
                at: place, path: path, "the secret file \(file) \(Self.sentence(error))",
                remedy: "put the secret there, in a file that only the user who runs Tandem can read")
            return nil
        }
    }

    private func text(_ bytes: [UInt8], _ file: String, at place: SourcePosition, path: String) -> String? {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            problems.add(at: place, path: path, "the secret file \(file) is not UTF-8", remedy: "save it as UTF-8 text")
            return nil
        }
        // A CR LF is one Character.
        let line = text.last?.isNewline == true ? String(text.dropLast()) : text
        guard !line.contains(where: \.isNewline) else {
            problems.add(
                at: place, path: path, "the secret file \(file) has more than one line",
                remedy: "write the secret alone into it, on one line")
            return nil
        }
        if !line.isEmpty { return line }
        problems.add(at: place, path: path, "the secret file \(file) is empty", remedy: "write the secret into it")
        return nil
    }

    private static func sentence(_ fault: FileFault) -> String {
        switch fault {
        case .missing: "is not there"
        case .unreadable(let why): "can't be read (\(why))"
        case .notAFile: "is not a plain file"
        case .tooLarge: "is larger than \(byteLimit) bytes"
        }
    }
}
