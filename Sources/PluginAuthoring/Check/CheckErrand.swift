import Foundation
import Glibc
import PluginHost
import TandemKit

/// Sends child processes to run code of a plugin, and turns the ways in which one can end into findings.
final class CheckErrand {
    /// Where a child was: the place and the moment of the finding, and how to see it again.
    typealias Where = (_ step: Int) -> (place: String, moment: String, again: String)

    /// Bytes of the longest answer.
    private static let answerLimit = 4 << 20
    /// Without it freed memory that a thread keeps for itself counts as in use, and leaks can't be told.
    private static let exactMemory = "GLIBC_TUNABLES=glibc.malloc.tcache_count=0"

    private let executable: String
    private let copy: String
    private let options: CheckOptions
    private let folder: String

    init(executable: String, copy: String, options: CheckOptions) throws(AuthoringFailure) {
        self.executable = executable
        self.copy = copy
        self.options = options
        var template = Array((NSTemporaryDirectory() + "/tandem-check-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw AuthoringFailure(
                "no folder can be made in \(NSTemporaryDirectory()) (\(String(cString: strerror(errno))))",
                remedy: "set TMPDIR to a folder that can be written")
        }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Runs one task in a process of its own.
    func run(_ task: CheckOrder.Task, of plugin: String, settings: SettingsValue, _ place: Where) -> CheckAnswer {
        let order = CheckOrder(
            copy: copy, plugin: plugin, settings: settings, task: task, messages: options.messages,
            first: options.first,
            seed: options.seed, patience: options.patience, progress: folder + "/progress")
        guard let text = try? JSONEncoder().encode(order), write(text, "order"), write(Data(count: 8), "progress")
        else {
            return broken(plugin, "the folder \(folder) cannot be written")
        }
        let child = ChildProcess(
            executable: executable, arguments: [CheckChild.subcommand, folder + "/order"], outputLimit: Self.answerLimit
        )
        let (ending, output, errors) = child.run(deadline: Int(CheckChild.lifetime))
        let step = CheckProgress(file: folder + "/progress")?.step ?? 0
        let (location, moment, again) = place(step)
        func finding(_ code: CheckFinding.Code, _ text: String) -> CheckAnswer {
            CheckAnswer(findings: [CheckFinding(code, plugin: plugin, at: location, text, remedy: again)])
        }
        switch ending {
        case .exited(0):
            if let answer = try? JSONDecoder().decode(CheckAnswer.self, from: Data(output)) { return answer }
            return finding(.crash, "it spoils the answer of its process \(moment)")
        case .exited(let status): return finding(.crash, "it ends its process \(moment) (exit code \(status))")
        case .signalled(SIGALRM):
            return finding(.hang, "it gives no answer within \(options.patience) s \(moment)")
        case .signalled(let signal):
            return finding(
                .crash, "it crashes \(moment) (\(PluginInspector.name(of: signal))\(PluginInspector.said(errors)))")
        case .timedOut: return finding(.hang, "it isn't through after \(CheckChild.lifetime) s")
        case .flooded: return finding(.crash, "it spoils the answer of its process \(moment)")
        case .notStarted(let number):
            return broken(plugin, "no process can be started (\(String(cString: strerror(number))))")
        }
    }

    private func write(_ data: Data, _ name: String) -> Bool {
        FileManager.default.createFile(atPath: "\(folder)/\(name)", contents: data)
    }

    private func broken(_ plugin: String, _ text: String) -> CheckAnswer {
        CheckAnswer(findings: [CheckFinding(.crash, plugin: plugin, text)])
    }
}
