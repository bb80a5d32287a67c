/// Makes a JSON Schema (2020-12) from a list of fields.
enum SettingsSchema {
    /// The schema of a map with these fields and no others.
    static func object(_ fields: [FieldDescription]) -> String {
        var members: [(String, String)] = [
            ("type", "\"object\""),
            ("additionalProperties", "false"),
            ("properties", JSONText.object(fields.map { ($0.name, property($0)) })),
        ]
        let required = fields.filter(\.isRequired).map { JSONText.quoted($0.name) }
        if !required.isEmpty { members.append(("required", JSONText.array(required))) }
        return JSONText.object(members)
    }

    private static func property(_ field: FieldDescription) -> String {
        var members = type(of: field.kind)
        members.append(("description", JSONText.quoted(field.help)))
        if let value = field.defaultJSON { members.append(("default", value)) }
        return JSONText.object(members)
    }

    private static func type(of kind: FieldDescription.Kind) -> [(String, String)] {
        switch kind {
        case .bool: return [("type", "\"boolean\"")]
        case .int(let range):
            var members = [("type", "\"integer\"")]
            if range.lowerBound > Int.min { members.append(("minimum", String(range.lowerBound))) }
            if range.upperBound < Int.max { members.append(("maximum", String(range.upperBound))) }
            return members
        case .string: return [("type", "\"string\"")]
        case .duration: return [("type", "\"string\""), ("pattern", "\"^[0-9]+(ns|us|ms|s|m|h|d)$\"")]
        case .choice(let words): return [("enum", JSONText.array(words.map(JSONText.quoted)))]
        case .strings: return [("type", "\"array\""), ("items", "{\"type\":\"string\"}")]
        case .record(let fields): return [("allOf", JSONText.array([object(fields)]))]
        case .records(let fields): return [("type", "\"array\""), ("items", object(fields))]
        case .map: return [("type", "\"object\""), ("additionalProperties", "{\"type\":\"string\"}")]
        }
    }
}
