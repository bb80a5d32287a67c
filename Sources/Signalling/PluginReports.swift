public import Admin
import Configuration
import PluginHost

/// What `tandem plugins` shows: every file of the folder, used or refused and why.
public enum PluginReports {
    /// The plugins of a configuration, then the refused files.
    public static func make(of checked: CheckedConfiguration) -> [PluginReport] {
        let used = checked.plugins.plugins.map { plugin in
            PluginReport(
                file: plugin.file, name: plugin.name, version: plugin.version, role: "\(plugin.role)",
                instances: checked.settings.plugins.instances.filter { $0.plugin == plugin.name }.map(\.name),
                refusal: nil)
        }
        let refused = checked.plugins.refused.map { refusal in
            PluginReport(
                file: refusal.file, name: nil, version: nil, role: nil, instances: [], refusal: "\(refusal)")
        }
        return used + refused
    }
}
