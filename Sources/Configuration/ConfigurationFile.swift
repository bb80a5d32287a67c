import Glibc
import TandemKit

/// Reads configuration files: the only place of this module that touches the file system, besides secrets.
public enum ConfigurationFile {
    /// Reads and checks a file.
    ///
    /// Relative paths inside the file start at the file's folder.
    /// - Parameter facts: what is known about the plugins; nil when they haven't been loaded, then their names and
    ///   roles go unchecked.
    /// - Throws: every problem of the file at once.
    public static func load(
        _ file: String, plugins facts: [PluginFacts]? = nil, environment: [String: String] = processEnvironment()
    ) throws(ConfigurationErrors) -> TandemConfiguration {
        let bytes = try contents(of: file)
        return try parse(bytes, file: file, plugins: facts, environment: environment)
    }

    /// Checks the text of a file; `file` names it in messages and gives relative paths their folder.
    public static func parse(
        _ bytes: [UInt8], file: String, plugins facts: [PluginFacts]? = nil,
        environment: [String: String] = processEnvironment()
    ) throws(ConfigurationErrors) -> TandemConfiguration {
        let problems = ProblemList()
        guard let fault = UTF8Fault.first(in: bytes) else {
            guard let root = YAMLComposer.compose(bytes, problems: problems) else {
                if problems.isEmpty {
                    problems.add(at: nil, path: "", "the file is empty", remedy: "docs/CONFIGURATION.md has an example")
                }
                throw ConfigurationErrors(file: file, problems: problems.problems)
            }
            var reader = ConfigurationReader(file: file, facts: facts, environment: environment, problems: problems)
            let configuration = reader.read(root)
            guard let configuration, problems.isEmpty else {
                throw ConfigurationErrors(file: file, problems: problems.problems)
            }
            return configuration
        }
        throw failure(file, at: fault, "the file is not UTF-8 here", "save it as UTF-8")
    }

    /// Where the control socket of a daemon with this file is, for tools that only need that: whatever else is wrong
    /// with the file, or whether there is one, doesn't matter.
    public static func controlSocket(
        of file: String?, environment: [String: String] = processEnvironment()
    ) -> String {
        path(in: file) { $0["signalling"]?["control-socket"]?.text } ?? ControlSocketPath.ofDaemon(environment)
    }

    /// Where the socket of the media relay with this file is, for tools, as `controlSocket`.
    public static func relaySocket(of file: String?, environment: [String: String] = processEnvironment()) -> String {
        path(in: file) { $0["media"]?["socket"]?.text }
            ?? ControlSocketPath.relay(beside: controlSocket(of: file, environment: environment))
    }

    private static func path(in file: String?, _ value: (SettingsValue) -> String?) -> String? {
        let problems = ProblemList()
        guard let file, let contents = try? BoundedFile.read(file, limit: YAMLComposer.byteLimit),
            UTF8Fault.first(in: contents.bytes) == nil,
            let root = YAMLComposer.compose(contents.bytes, problems: problems)
        else { return nil }
        return value(root).map { PathResolution(file: file).resolve($0) }
    }

    /// The plugin section of a file as far as it can be read, whatever else is wrong: so that the plugins can be loaded
    /// and all errors, theirs and the file's, told at once. Nil when there is nothing to read.
    public static func plugins(
        of file: String, environment: [String: String] = processEnvironment()
    ) -> PluginSettingsSection? {
        let problems = ProblemList()
        guard let contents = try? BoundedFile.read(file, limit: YAMLComposer.byteLimit),
            UTF8Fault.first(in: contents.bytes) == nil,
            let root = YAMLComposer.compose(contents.bytes, problems: problems)
        else { return nil }
        var reader = ConfigurationReader(file: file, facts: nil, environment: environment, problems: problems)
        return reader.readPlugins(of: root)
    }

    /// The environment of this process.
    public static func processEnvironment() -> [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
            entry += 1
        }
        return variables
    }

    static func contents(of file: String) throws(ConfigurationErrors) -> [UInt8] {
        do throws(FileFault) {
            return try BoundedFile.read(file, limit: YAMLComposer.byteLimit).bytes
        } catch {
            switch error {
            case .missing:
                throw failure(file, at: nil, "there is no such file", "name another with --config FILE")
            case .unreadable(let why):
                throw failure(file, at: nil, "the file can't be read (\(why))", "let the user that runs Tandem read it")
            case .notAFile:
                throw failure(file, at: nil, "this is not a file", "name a YAML file with --config FILE")
            case .tooLarge:
                throw failure(file, at: nil, "the file is larger than \(YAMLComposer.byteLimit) bytes", "shorten it")
            }
        }
    }

    private static func failure(
        _ file: String, at position: SourcePosition?, _ message: String, _ remedy: String
    ) -> ConfigurationErrors {
        ConfigurationErrors(
            file: file, problems: [ConfigurationProblem(at: position, path: "", message: message, remedy: remedy)])
    }
}

/// Finds the first place where bytes are not UTF-8.
enum UTF8Fault {
    /// The line and column of the first such byte; nil when all is well.
    static func first(in bytes: [UInt8]) -> SourcePosition? {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var (line, column) = (1, 1)
        while true {
            switch decoder.decode(&iterator) {
            case .emptyInput: return nil
            case .error: return SourcePosition(line: line, column: column)
            case .scalarValue("\n"): (line, column) = (line + 1, 1)
            case .scalarValue: column += 1
            }
        }
    }
}
