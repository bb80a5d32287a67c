import Admin
import TandemKit

extension SettingReport {
    /// A plugin's settings in the order in which it lists them; those of a map follow it.
    static func all(of fields: [FieldDescription], under prefix: String = "") -> [SettingReport] {
        fields.flatMap { field in
            let name = prefix + field.name
            let report = SettingReport(
                name: name, value: words(for: field.kind), standard: standard(of: field), isRequired: field.isRequired,
                help: field.help)
            return switch field.kind {
            case .record(let parts): [report] + all(of: parts, under: name + ".")
            case .records(let parts): [report] + all(of: parts, under: name + "[].")
            default: [report]
            }
        }
    }

    private static func words(for kind: FieldDescription.Kind) -> String {
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

    /// The default; that of a map is told by its parts.
    private static func standard(of field: FieldDescription) -> String? {
        if case .record = field.kind { return nil }
        return field.defaultJSON
    }
}
