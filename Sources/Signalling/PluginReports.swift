public import Admin
public import Configuration
public import PluginHost

/// What `tandem plugins` shows: every file of the folder, used or refused and why.
public enum PluginReports {
    /// The plugins of a configuration, then the refused files.
    public static func make(of checked: CheckedConfiguration) -> [PluginReport] {
        make(of: checked.plugins, instances: checked.settings.plugins.instances)
    }

    /// The plugins of a folder, then the refused files.
    public static func make(of plugins: PluginSet, instances: [PluginInstanceSettings]) -> [PluginReport] {
        let used = plugins.plugins.map { plugin in
            PluginReport(
                file: plugin.file, name: plugin.name, version: plugin.version, role: "\(plugin.role)",
                instances: instances.filter { $0.plugin == plugin.name }.map(\.name), refusal: nil,
                settings: SettingReport.all(of: plugin.fields))
        }
        let refused = plugins.refused.map { refusal in
            PluginReport(
                file: refusal.file, name: nil, version: nil, role: nil, instances: [], refusal: "\(refusal)")
        }
        return used + refused
    }
}
