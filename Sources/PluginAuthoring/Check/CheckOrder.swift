import TandemKit

/// What a child process is asked to do with one plugin of a file. The parent writes it into a file as JSON.
struct CheckOrder: Codable {
    enum Task: Codable {
        /// Try the settings.
        case settings([SettingsTrial])
        /// Call a hook with many values.
        case hook(CheckHook)
        /// Play a dialogue; `records` for what was seen instead of what differs.
        case dialogue(name: String, text: String, records: Bool)
    }

    /// The file to load.
    let copy: String
    /// The plugin in it.
    let plugin: String
    /// The settings of the instance.
    let settings: SettingsValue
    let task: Task
    /// How many values a hook gets.
    let messages: Int
    /// The first of them.
    let first: Int
    let seed: UInt64
    /// Seconds that one call may take.
    let patience: UInt32
    /// The file in which the child says where it is.
    let progress: String
}

/// What the child process answers.
struct CheckAnswer: Codable {
    var findings: [CheckFinding] = []
    var figures: HookFigures?
    /// A dialogue as it was seen.
    var recorded: String?
}
