/// Two settings that don't go together.
public struct SettingsConflict: Hashable, Sendable {
    /// The name of the setting to change: the error stands at its place.
    public let setting: String
    /// What is wrong and what would be right, as a sentence.
    public let message: String

    /// Joins a setting and what is wrong with it.
    public init(_ setting: String, _ message: String) {
        self.setting = setting
        self.message = message
    }
}
