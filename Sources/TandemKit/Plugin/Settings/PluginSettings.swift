/// What an operator may set for a plugin: a struct whose `init()` gives the defaults, and a list of its fields.
///
/// Types, defaults, help, strict decoding and the JSON Schema all come from that list. (A synthesized `Decodable`
/// ignores defaults and can't tell its own schema.)
public protocol PluginSettings: Sendable {
    /// The defaults.
    init()
    /// Every setting, in the order in which documentation shall show them.
    static var fields: [Field<Self>] { get }
    /// What is wrong between settings that are right one by one: asked once every field was read without error.
    func conflicts() -> [SettingsConflict]
}

extension PluginSettings {
    /// Nothing can be wrong between settings.
    public func conflicts() -> [SettingsConflict] { [] }

    /// Reads settings strictly: an unknown key, a wrong type, a value out of range or a missing one are errors, and all
    /// of them are reported together.
    public init(decoding value: SettingsValue) throws(SettingsErrors) {
        var decoder = SettingsDecoder()
        let result = decoder.decode(Self.self, from: value)
        guard decoder.errors.isEmpty else { throw SettingsErrors(decoder.errors) }
        self = result
    }

    /// What can be set, with types, defaults and help.
    public static var fieldDescriptions: [FieldDescription] {
        let defaults = Self()
        return fields.map { $0.description(defaults: defaults) }
    }

    /// A JSON Schema (2020-12) of these settings.
    public static var jsonSchema: String { SettingsSchema.object(fieldDescriptions) }
}

/// No settings: the default.
public struct NoSettings: PluginSettings, Hashable {
    /// Nothing.
    public init() {}
    /// None.
    public static var fields: [Field<NoSettings>] { [] }
}
