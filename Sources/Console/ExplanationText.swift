public import Admin
import PlainText

/// An explanation for a terminal.
public enum ExplanationText {
    /// What would become of the call, at most 100 columns wide.
    public static func draw(_ explanation: Explanation) -> String {
        var lines: [String] = []
        let caller = explanation.calling.map { "from \($0.received)" } ?? "from an anonymous caller"
        lines += wrapped("\(explanation.called.received) dialled on trunk \(explanation.trunk), \(caller)", indent: "")
        lines += ["", "Rules"]
        lines += rules(explanation.decisions)
        if explanation.decisions.contains(where: { $0.rule == "look-up" }) {
            lines.append("  The look-ups were made, as a call would make them.")
        }
        lines += ["", "Numbers"]
        lines += number("called", explanation.called)
        if let calling = explanation.calling { lines += number("calling", calling) }
        lines += ["", "Trunks"]
        for (index, attempt) in explanation.attempts.enumerated() { lines += trunk(index + 1, attempt) }
        if let refusal = explanation.refusal {
            lines += wrapped("refused: \(refusal)", indent: "  ")
        } else if explanation.attempts.isEmpty {
            lines.append("  none")
        }
        return lines.joined(separator: "\n")
    }

    private static func rules(_ decisions: [TraceDecision]) -> [String] {
        if decisions.isEmpty { return ["  none tried"] }
        let plugin = min(20, decisions.map(\.plugin.count).max() ?? 0)
        let rule = min(30, decisions.map(\.rule.count).max() ?? 0)
        return decisions.flatMap { decision -> [String] in
            let isTaken = !decision.outcome.hasPrefix("notMatched") && !decision.outcome.hasPrefix("failed")
            let author = ConsoleText.pad(ConsoleText.cut(PlainText.clean(decision.plugin), to: plugin), to: plugin)
            let name = ConsoleText.pad(ConsoleText.cut(PlainText.clean(decision.rule), to: rule), to: rule)
            let head = "  \(isTaken ? "✓" : "·") \(author)  \(name)  "
            let indent = String(repeating: " ", count: head.count)
            let text = PlainText.clean(DecisionText.values(decision))
            return ConsoleText.wrap(text, to: ConsoleText.width - head.count, indent: "").enumerated()
                .map { ($0.offset == 0 ? head : indent) + $0.element }
        }
    }

    private static func number(_ party: String, _ number: ExplainedNumber) -> [String] {
        let steps = number.steps.map { "\($0.after ?? "") (\($0.plugin), \($0.rule))" }
        let story = ([number.received] + steps).joined(separator: " → ")
        let head = "  \(ConsoleText.pad(party, to: 7))  "
        let text = PlainText.clean("\(story), \(number.kind)")
        return ConsoleText.wrap(text, to: ConsoleText.width - head.count, indent: "").enumerated()
            .map { ($0.offset == 0 ? head : String(repeating: " ", count: head.count)) + $0.element }
    }

    private static func trunk(_ place: Int, _ attempt: ExplainedAttempt) -> [String] {
        let adapter = attempt.adapter.map { ", adapter \($0)" } ?? ""
        var lines = wrapped("\(place). \(attempt.trunk), \(attempt.peer)\(adapter)", indent: "  ")
        if let problem = attempt.problem { lines += wrapped("left out: \(problem)", indent: "     ") }
        lines += attempt.request.map { "       " + ConsoleText.cut(PlainText.clean($0), to: ConsoleText.width - 7) }
        if !attempt.failover.isEmpty { lines += wrapped("next trunk on \(attempt.failover)", indent: "     ") }
        return lines
    }

    private static func wrapped(_ text: String, indent: String) -> [String] {
        ConsoleText.wrap(PlainText.clean(text), to: ConsoleText.width - indent.count, indent: "  ").map {
            indent + $0
        }
    }
}
