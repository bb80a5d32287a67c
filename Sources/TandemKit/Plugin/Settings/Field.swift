/// One entry of a settings type's list of fields: key, type, help, and how to store the value.
public struct Field<Owner: PluginSettings> {
    /// The key.
    public let name: String
    /// What it does, as a sentence.
    public let help: String
    /// Whether it must be set.
    public let isRequired: Bool
    let kind: FieldDescription.Kind
    let decode: (SettingsValue, inout Owner, inout SettingsDecoder) -> Void
    let defaultJSON: (Owner) -> String?

    /// A field whose value one conversion makes.
    ///
    /// `parse` reports what is wrong itself and gives nil then.
    init<Value>(
        _ name: String, _ path: WritableKeyPath<Owner, Value>, _ help: String, required: Bool,
        kind: FieldDescription.Kind, json: @escaping (Value) -> String?,
        parse: @escaping (SettingsValue, inout SettingsDecoder) -> Value?
    ) {
        self.name = name
        self.help = help
        self.kind = kind
        isRequired = required
        decode = { value, owner, decoder in
            if let parsed = parse(value, &decoder) { owner[keyPath: path] = parsed }
        }
        defaultJSON = { required ? nil : json($0[keyPath: path]) }
    }

    func description(defaults: Owner) -> FieldDescription {
        FieldDescription(
            name: name, kind: kind, help: help, isRequired: isRequired, defaultJSON: defaultJSON(defaults))
    }
}
