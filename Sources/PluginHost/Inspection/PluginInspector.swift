import Foundation
import Glibc
import TandemKit

/// Asks plugin files what they are, each in a child process of its own, and keeps the answers by content hash.
public struct PluginInspector: Sendable {
    /// Seconds a file has to answer.
    public static let deadline = 10
    /// Bytes of the longest answer.
    static let answerLimit = 1 << 20

    /// The program that has the subcommand `PluginInspection.subcommand`.
    let executable: String
    let deadline: Int

    /// An inspector that starts `executable`; by default the program that is running, even when its file has been
    /// replaced since.
    public init(executable: String = "/proc/self/exe", deadline seconds: Int = PluginInspector.deadline) {
        self.executable = executable
        deadline = seconds
    }

    /// The answer of the checked copy at `path`, called `file` towards the operator.
    func inspect(
        path: String, file: String, hash: ContentHash, store: PluginStore
    ) throws(PluginFileRefusal) -> [PluginInspection.Plugin] {
        if let record = store.record(of: hash, name: Self.recordName, limit: Self.answerLimit),
            let known = try? JSONDecoder().decode(PluginInspection.self, from: Data(record)), known.problem == nil
        {
            return known.plugins
        }
        let (inspection, answer) = try ask(path: path, file: file)
        if let problem = inspection.problem {
            throw PluginFileRefusal(
                file: file, code: PluginFileRefusal.Code(rawValue: problem.code), cause: problem.cause,
                remedy: problem.remedy)
        }
        // A folder that cannot be written only costs the next start another question.
        try? store.keep(answer, of: hash, name: Self.recordName)
        return inspection.plugins
    }

    private func ask(path: String, file: String) throws(PluginFileRefusal) -> (PluginInspection, [UInt8]) {
        let child = ChildProcess(
            executable: executable, arguments: [PluginInspection.subcommand, path], outputLimit: Self.answerLimit)
        let (ending, output, errors) = child.run(deadline: deadline)
        let code: PluginFileRefusal.Code
        let cause: String
        var remedy = "ask its author for a build that works"
        switch ending {
        case .exited(0):
            if let inspection = try? JSONDecoder().decode(PluginInspection.self, from: Data(output)) {
                return (inspection, output)
            }
            (code, cause) = (.badAnswer, "gives no readable answer when asked what it is")
        case .exited(let status):
            (code, cause) = (.crashed, "ends the process that asks it what it is (exit code \(status))")
        case .signalled(let signal):
            (code, cause) = (.crashed, "crashes when asked what it is (\(Self.name(of: signal))\(Self.said(errors)))")
        case .timedOut:
            (code, cause) = (.hung, "gives no answer within \(deadline) s when asked what it is")
        case .flooded:
            (code, cause) = (.badAnswer, "answers with more than \(Self.answerLimit >> 20) MiB when asked what it is")
        case .notStarted(let number):
            code = .notInspected
            cause = "cannot be asked what it is (\(executable): \(String(cString: strerror(number))))"
            remedy = "let the daemon's user start processes"
        }
        throw PluginFileRefusal(file: file, code: code, cause: cause, remedy: remedy)
    }

    package static func name(of signal: Int32) -> String {
        strsignal(signal).map { String(cString: $0) } ?? "signal \(signal)"
    }

    /// The first line that the child wrote before it died, as far as it is worth telling.
    package static func said(_ errors: [UInt8]) -> String {
        let text = String(decoding: errors, as: UTF8.self)
        guard
            let line = text.split(separator: "\n").first(where: { $0.contains("rror") })
                ?? text.split(separator: "\n").first
        else { return "" }
        return "; it said: " + line.prefix(300).filter { !$0.isNewline }
    }

    /// Answers depend on the kit that asks: its content is part of their name.
    private static let recordName: String = {
        let maps = try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8)
        let kit = maps?.split(separator: "\n").first { $0.hasSuffix("/" + PluginFileCheck.kitLibrary) }
        let path = kit?.firstIndex(of: "/").map { String(kit![$0...]) } ?? "/proc/self/exe"
        let bytes = PluginStore.read(path, limit: PluginFile.maximumSize) ?? []
        return "inspection-\(ContentHash(of: bytes).description.prefix(16)).json"
    }()
}
