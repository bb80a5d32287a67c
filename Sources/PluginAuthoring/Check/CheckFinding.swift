/// Something that `tandem plugin check` holds against a plugin.
public struct CheckFinding: Hashable, Sendable, Codable {
    /// The stable name of a kind of finding, as `--json` prints it.
    public enum Code: String, Hashable, Sendable, Codable, CaseIterable {
        /// It holds a copy of the kit, of a module of the core or of the Swift runtime.
        case moduleCopy = "module-copy"
        /// A setting doesn't say what it does.
        case noHelp = "no-help"
        /// Two settings have one name.
        case duplicateSetting = "duplicate-setting"
        /// The default of a setting is not a value that the setting takes.
        case badDefault = "bad-default"
        /// A value beyond the limits that the schema gives is taken.
        case limitIgnored = "limit-ignored"
        /// A key that no setting has is taken.
        case unknownKeyTaken = "unknown-key-taken"
        /// No instance can be made of it with these settings.
        case settingsRefused = "settings-refused"
        /// It ends the process.
        case crash
        /// It gives no answer.
        case hang
        /// It leaves behind a message that no parser takes, or a decision that can't be carried out.
        case badResult = "bad-result"
        /// It keeps more memory with every call.
        case leak
        /// A hook takes longer than a call can wait.
        case slow
        /// A dialogue goes another way than its file says.
        case dialogue
    }

    /// What kind it is.
    public let code: Code
    /// The plugin; empty for the file as a whole.
    public let plugin: String
    /// The hook, the setting, or the dialogue's file and line.
    public let place: String
    /// What was found, one sentence without a full stop; more lines for a dialogue.
    public let text: String
    /// What to do about it or how to see it again, without a full stop; empty when the text says it.
    public let remedy: String

    init(_ code: Code, plugin: String = "", at place: String = "", _ text: String, remedy: String = "") {
        self.code = code
        self.plugin = plugin
        self.place = place
        self.text = text
        self.remedy = remedy
    }
}
