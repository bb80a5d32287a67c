import Foundation
import Glibc
import PluginHost
import TandemKit

/// The child process in which a plugin is checked: a crash, an endless loop or a scribbled page there costs nothing but
/// the answer.
public enum CheckChild {
    /// The name of the hidden subcommand that runs it.
    public static let subcommand = "check-plugin"
    /// Seconds after which a child that lost its parent ends itself.
    static let lifetime: UInt32 = 600

    /// The whole of the child process: reads the order, carries it out, writes the answer and ends the process.
    public static func run(order path: String) -> Never {
        ThrowAwayProcess.answer(within: lifetime) { answer(order: path) }
    }

    private static func answer(order path: String) -> CheckAnswer {
        guard let bytes = FileManager.default.contents(atPath: path),
            let order = try? JSONDecoder().decode(CheckOrder.self, from: bytes),
            let progress = CheckProgress(file: order.progress)
        else { _exit(66) }
        guard let image = try? PluginImage(path: order.copy),
            let descriptor = image.collect().descriptors.first(where: { $0.name == order.plugin })
        else { _exit(65) }
        let watch = CallWatch(progress: progress, patience: order.patience)
        // A clock that the trials move: a timer of hours costs no time.
        let center = ServiceCenter(clock: .manual())
        center.attach { _ in }
        if case .settings(let trials) = order.task {
            return CheckAnswer(findings: SettingsTrial.run(trials, on: descriptor, center, watch))
        }
        let instance: PluginInstance
        do throws(PluginRefusal) {
            instance = try watch.call(0) { () throws(PluginRefusal) in
                try descriptor.make(
                    named: order.plugin, settings: order.settings,
                    services: center.services(of: order.plugin, plugin: order.plugin))
            }
        } catch {
            return CheckAnswer(findings: [.settingsRefused(error, by: order.plugin)])
        }
        switch order.task {
        case .hook(let hook): return HookTrial(order: order, hook: hook, center: center, watch: watch).run(on: instance)
        case .dialogue(let name, let text, let records):
            return DialogueTrial(plugin: order.plugin, instance: instance, center: center, watch: watch)
                .run(text, named: name, records: records)
        case .settings: return CheckAnswer()
        }
    }
}

/// Runs code of the plugin: says where it is before, and has the kernel end the process when it takes too long.
struct CallWatch {
    let progress: CheckProgress
    let patience: UInt32

    /// Runs one step.
    @inline(__always)
    func call<Result, Failure: Error>(_ step: Int, _ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        progress.step = step
        alarm(patience)
        defer { alarm(0) }
        return try body()
    }
}

extension CheckFinding {
    static func settingsRefused(_ refusal: PluginRefusal, by plugin: String) -> CheckFinding {
        CheckFinding(
            .settingsRefused, plugin: plugin, at: "settings",
            "no instance can be made with these settings (\(refusal))", remedy: "give others with --settings FILE")
    }
}
