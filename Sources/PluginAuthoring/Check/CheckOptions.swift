/// What `tandem plugin check` is to do.
public struct CheckOptions: Sendable {
    /// The folder with dialogues; nil for none.
    public var dialogues: String?
    /// A YAML file with the settings of the instance; nil for none.
    public var settings: String?
    /// How many messages each hook gets.
    public var messages = 10_000
    /// The first of them: to see again what one message did.
    public var first = 0
    /// Gives the same messages each time.
    public var seed: UInt64 = 1
    /// Whether the dialogues are written anew from what was seen.
    public var records = false
    /// Seconds that one call of a hook may take.
    public var patience: UInt32 = 5

    /// The defaults.
    public init() {}
}
