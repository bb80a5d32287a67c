import Foundation
import TandemKit

extension Dialogue {
    /// Reads the text of a file.
    init(_ text: String) throws(DialogueError) {
        var settings: [String] = []
        var settingsLine: Int?
        for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = index + 1
            let content = raw.trimmingCharacters(in: .whitespaces)
            let isIndented = raw.first == " " || raw.first == "\t"
            if steps.isEmpty, settingsLine != nil, isIndented || content.isEmpty {
                settings.append(String(raw))
                continue
            }
            if content.isEmpty || content.hasPrefix("#") { continue }
            if isIndented {
                guard !steps.isEmpty else {
                    throw DialogueError(
                        line: line, message: "an indented line belongs to no step",
                        remedy: "begin with a line like 'other sends INVITE'")
                }
                steps[steps.count - 1].details.append(Detail(line: line, kind: try Self.detail(content, line)))
            } else if steps.isEmpty, content.hasPrefix("plugin:") {
                plugin = content.dropFirst("plugin:".count).trimmingCharacters(in: .whitespaces)
            } else if steps.isEmpty, content == "settings:" {
                settingsLine = line
            } else {
                steps.append(Step(line: line, action: try Self.action(content, line)))
            }
        }
        if let settingsLine { self.settings = (settings.joined(separator: "\n"), settingsLine) }
        guard !steps.isEmpty else {
            throw DialogueError(
                line: 1, message: "the dialogue has no step", remedy: "write a line like 'other sends INVITE'")
        }
    }

    private static func action(_ text: String, _ line: Int) throws(DialogueError) -> Step.Action {
        let words = text.split(separator: " ", maxSplits: 2).map(String.init)
        if words.count == 2, words[0] == "wait", let time = milliseconds(words[1]) { return .waits(milliseconds: time) }
        if words.first == "look-up", let answer = try answer(text, line) { return answer }
        let rest = words.count > 2 ? words[2].split(separator: " ", maxSplits: 1).map(String.init) : []
        guard let what = rest.first, ["sends", "receives"].contains(words[1]), isMessage(what) else {
            throw DialogueError(
                line: line, message: "'\(text)' is no step",
                remedy: "write 'NAME sends INVITE', 'NAME receives 200', 'look-up SOURCE: * answers 200' or 'wait 5s'")
        }
        let tail = rest.count > 1 ? rest[1] : ""
        return words[1] == "sends"
            ? .sends(words[0], what: what, rest: tail) : .receives(words[0], what: what, rest: tail)
    }

    /// `look-up lcr: GET /route* answers 200`; nil when there is no answer in it.
    private static func answer(_ text: String, _ line: Int) throws(DialogueError) -> Step.Action? {
        guard let split = text.range(of: " answers ", options: .backwards) else { return nil }
        let pattern = text[..<split.lowerBound].dropFirst("look-up".count).trimmingCharacters(in: .whitespaces)
        let what = text[split.upperBound...].trimmingCharacters(in: .whitespaces)
        guard CannedFinding.isKnown(what) else {
            throw DialogueError(
                line: line, message: "'\(what)' is no answer to a look-up",
                remedy: "write a status like 200, rows, or failed and one of "
                    + LookUpFailure.Kind.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return .answers(pattern: pattern, what: what)
    }

    /// A method, `re-INVITE` or a status.
    private static func isMessage(_ text: String) -> Bool {
        if let status = Int(text) { return (100...699).contains(status) }
        return text == "re-INVITE" || text.utf8.allSatisfy { $0 >= 65 && $0 <= 90 }
    }

    private static func milliseconds(_ text: String) -> UInt64? {
        if text.hasSuffix("ms") { return UInt64(text.dropLast(2)) }
        guard text.hasSuffix("s"), let seconds = UInt64(text.dropLast()), seconds <= 86_400 else { return nil }
        return seconds * 1000
    }

    private static func detail(_ text: String, _ line: Int) throws(DialogueError) -> Detail.Kind {
        if text == "|" || text.hasPrefix("| ") { return .body(String(text.dropFirst(2))) }
        if text.hasPrefix("-| ") { return .absentBody(String(text.dropFirst(3))) }
        if text.hasPrefix("-"), !text.contains(":") { return .absent(String(text.dropFirst())) }
        let isFurther = text.hasPrefix("+")
        let parts = text.dropFirst(isFurther ? 1 : 0).split(
            separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[0].contains(" ") else {
            throw DialogueError(
                line: line, message: "'\(text)' is neither a header field nor a line of a body",
                remedy: "write 'Name: value', '-Name', '+Name: value', '| line' or '-| line'")
        }
        let value = parts[1].trimmingCharacters(in: .whitespaces)
        return isFurther ? .further(String(parts[0]), value) : .field(String(parts[0]), value)
    }
}
