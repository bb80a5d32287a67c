import Configuration
import Foundation
import PluginHost
import TandemKit

/// Checks a plugin file: its build, its settings, its hooks under hostile messages, and its dialogues.
///
/// Code of the plugin runs in child processes alone, one for its settings, for each hook and each dialogue, so that what
/// ends one of them costs nothing else. Blocks its thread.
public struct PluginChecker {
    private let options: CheckOptions
    private let host: PluginHost
    private let executable: String

    /// A checker.
    ///
    /// - Parameter executable: The program that has the subcommand `CheckChild.subcommand`; by default the running one.
    public init(_ options: CheckOptions, host: PluginHost, executable: String = "/proc/self/exe") {
        self.options = options
        self.host = host
        self.executable = executable
    }

    /// Checks a file.
    public func check(_ file: String) throws -> CheckReport {
        var report = CheckReport(file: file, seed: options.seed)
        let found: PluginExamination
        switch host.examine(file: file) {
        case .failure(let refusal):
            report.refusal = RefusalReport(refusal)
            return report
        case .success(let examination): found = examination
        }
        let given = try settings()
        let dialogues = try DialogueFile.all(in: options.dialogues, plugins: found.plugins.map(\.name))
        report.plugins = found.plugins.map { "\($0.name) \($0.version), \($0.role)" }
        report.findings = ModuleAudit.findings(of: found.types)
        let errand = try CheckErrand(executable: executable, copy: found.copy, options: options)
        for plugin in found.plugins {
            let lint = SettingsLint(plugin: plugin.name, fields: plugin.fields, given: given)
            if tryOut(lint, errand, &report), options.messages > 0 {
                for hook in CheckHook.all(of: plugin.role) { run(hook, plugin.name, lint.base, errand, &report) }
            }
            for dialogue in dialogues where dialogue.plugin == plugin.name { try play(dialogue, errand, &report) }
        }
        return report
    }

    /// Tries the settings; whether an instance can be made.
    private func tryOut(_ lint: SettingsLint, _ errand: CheckErrand, _ report: inout CheckReport) -> Bool {
        let trials = lint.trials()
        let tried = errand.run(.settings(trials), of: lint.plugin, settings: lint.base) { step in
            let trial = trials[max(0, min(step - 1, trials.count - 1))]
            return (trial.setting, "with \(trial.title)", "")
        }
        report.findings += lint.findings() + tried.findings
        return !tried.findings.contains { $0.code == .settingsRefused }
    }

    private func run(
        _ hook: CheckHook, _ plugin: String, _ settings: SettingsValue, _ errand: CheckErrand,
        _ report: inout CheckReport
    ) {
        let answer = errand.run(.hook(hook), of: plugin, settings: settings) { step in
            if step == 0 { return (hook.rawValue, "when an instance is made", "") }
            let again = "see it again with --seed \(options.seed) --first \(step - 1) --messages 1"
            return (hook.rawValue, "at message \(step - 1)", again)
        }
        report.findings += answer.findings
        if let figures = answer.figures { report.hooks.append(figures) }
    }

    private func play(_ dialogue: DialogueFile, _ errand: CheckErrand, _ report: inout CheckReport) throws {
        let answer = errand.run(
            .dialogue(name: dialogue.name, text: dialogue.text, records: options.records), of: dialogue.plugin,
            settings: dialogue.settings
        ) { step in (step == 0 ? dialogue.name : "\(dialogue.name):\(step)", "in this dialogue", "") }
        report.findings += answer.findings
        guard options.records else {
            report.dialogues.append(.init(file: dialogue.name, isAsExpected: answer.findings.isEmpty))
            return
        }
        guard let text = answer.recorded else { return }
        do { try Data(text.utf8).write(to: URL(fileURLWithPath: dialogue.path)) } catch {
            throw AuthoringFailure(
                "\(dialogue.path) cannot be written (\(error.localizedDescription))", remedy: "make it writable")
        }
        report.recorded.append(dialogue.name)
    }

    private func settings() throws -> SettingsValue {
        guard let file = options.settings else { return .empty }
        return try SettingsFile.load(file)
    }
}
