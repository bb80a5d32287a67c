import Admin
import PluginHost
import TandemKit

extension SettingReport {
    /// A plugin's settings in the order in which it lists them; those of a map follow it.
    static func all(of fields: [FieldDescription]) -> [SettingReport] {
        FieldDescription.flattened(fields).map { name, field in
            SettingReport(
                name: name, value: field.words, standard: field.standard, isRequired: field.isRequired,
                help: field.help)
        }
    }
}
