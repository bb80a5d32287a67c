public import TandemKit

/// Reads the settings of one plugin instance from YAML of their own, outside a configuration.
public enum SettingsFile {
    /// Reads a file that holds nothing but settings.
    public static func load(_ file: String) throws(ConfigurationErrors) -> SettingsValue {
        try parse(try ConfigurationFile.contents(of: file), file: file)
    }

    /// Reads a text; `file` names it in messages.
    public static func parse(_ bytes: [UInt8], file: String) throws(ConfigurationErrors) -> SettingsValue {
        let problems = ProblemList()
        if let fault = UTF8Fault.first(in: bytes) {
            problems.add(at: fault, path: "", "the file is not UTF-8 here", remedy: "save it as UTF-8")
            throw ConfigurationErrors(file: file, problems: problems.problems)
        }
        let root = YAMLComposer.compose(bytes, problems: problems)
        guard problems.isEmpty else { throw ConfigurationErrors(file: file, problems: problems.problems) }
        return root ?? .empty
    }
}
