public import TandemKit

extension FieldDescription {
    /// Some fields, and after each map what is in it, with names from the top: `rules[].pattern`.
    public static func flattened(
        _ fields: [FieldDescription], under prefix: String = ""
    ) -> [(name: String, field: FieldDescription)] {
        fields.flatMap { field in
            let name = prefix + field.name
            return switch field.kind {
            case .record(let parts): [(name, field)] + flattened(parts, under: name + ".")
            case .records(let parts): [(name, field)] + flattened(parts, under: name + "[].")
            default: [(name, field)]
            }
        }
    }

    /// What can be written there, in an operator's words.
    public var words: String {
        switch kind {
        case .bool: "true or false"
        case .int(let range) where range == Int.min...Int.max: "a number"
        case .int(let range): "\(range.lowerBound) to \(range.upperBound)"
        case .string: "a text"
        case .duration: "a duration"
        case .choice(let names): names.joined(separator: ", ")
        case .strings: "a list of texts"
        case .record: "a map"
        case .records: "a list of maps"
        case .map: "a map of texts"
        @unknown default: "a value"
        }
    }

    /// The default as text; that of a map is told by its parts.
    public var standard: String? {
        if case .record = kind { return nil }
        return defaultJSON
    }
}
