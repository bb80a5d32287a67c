import PluginHost

/// What `tandem plugin check` has found out about a file.
public struct CheckReport: Codable, Sendable {
    /// A dialogue that was played.
    public struct Played: Codable, Hashable, Sendable {
        /// The file.
        public let file: String
        /// Whether everything arrived as the file says.
        public let isAsExpected: Bool
    }

    /// The file as it was named.
    public let file: String
    /// Why the host refuses it; nothing else is checked then.
    public var refusal: RefusalReport?
    /// The plugins in it, `Acme 1.0, adapter`.
    public var plugins: [String] = []
    /// The seed that gives the same messages again.
    public let seed: UInt64
    /// What was measured of each hook.
    public var hooks: [HookFigures] = []
    /// The dialogues.
    public var dialogues: [Played] = []
    /// The dialogues that were written anew.
    public var recorded: [String] = []
    /// What is held against it; none when all is well.
    public var findings: [CheckFinding] = []

    init(file: String, seed: UInt64) {
        self.file = file
        self.seed = seed
    }

    /// Whether nothing is held against it.
    public var isFine: Bool { refusal == nil && findings.isEmpty }
}

/// The host's refusal of a file.
public struct RefusalReport: Codable, Hashable, Sendable {
    /// The stable name of the cause.
    public let code: String
    /// The one sentence: file, cause, remedy.
    public let sentence: String

    /// Puts a refusal into words.
    public init(_ refusal: PluginFileRefusal) {
        code = refusal.code.rawValue
        sentence = "\(refusal)"
    }
}
