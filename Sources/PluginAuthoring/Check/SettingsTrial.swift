import PluginHost
import TandemKit

/// Some settings that a plugin is made with, and what has to come of it.
struct SettingsTrial: Codable {
    enum Expectation: String, Codable {
        /// An instance comes of it.
        case made
        /// The settings can be read; the plugin may still refuse them.
        case readable
        /// They are refused before the plugin sees them.
        case refused
        /// Whatever comes of it, the plugin survives.
        case anything
    }

    /// The setting it is about.
    let setting: String
    /// The settings, in words.
    let title: String
    let settings: SettingsValue
    let expectation: Expectation
    /// What it means when the expectation fails.
    let code: CheckFinding.Code

    /// Tries all, in the child process.
    static func run(
        _ trials: [SettingsTrial], on descriptor: PluginDescriptor, _ center: ServiceCenter, _ watch: CallWatch
    ) -> [CheckFinding] {
        var findings: [CheckFinding] = []
        for (index, trial) in trials.enumerated() {
            var refusal: PluginRefusal?
            do throws(PluginRefusal) {
                _ = try watch.call(index + 1) { () throws(PluginRefusal) in
                    try descriptor.make(
                        named: descriptor.name, settings: trial.settings,
                        services: center.services(of: descriptor.name, plugin: descriptor.name))
                }
            } catch { refusal = error }
            if let finding = trial.judge(refusal, plugin: descriptor.name) { findings.append(finding) }
        }
        return findings
    }

    private func judge(_ refusal: PluginRefusal?, plugin: String) -> CheckFinding? {
        var errors: SettingsErrors?
        if case .settings(let found)? = refusal { errors = found }
        switch expectation {
        case .anything: return nil
        case .made: return refusal.map { .settingsRefused($0, by: plugin) }
        case .readable:
            guard let errors else { return nil }
            return CheckFinding(code, plugin: plugin, at: setting, "\(title) is refused (\(errors))", remedy: advice)
        case .refused:
            guard errors == nil else { return nil }
            return CheckFinding(code, plugin: plugin, at: setting, "\(title) is taken", remedy: advice)
        }
    }

    private var advice: String {
        switch code {
        case .badDefault: "give the property in init() a value that its field takes"
        default: "make instances by Plugin.register alone, which reads settings strictly"
        }
    }
}
