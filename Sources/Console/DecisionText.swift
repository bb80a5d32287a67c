import Admin

/// A decision as one line: `dial-plan, 4-digit ext: 0100 → +14255550100`.
enum DecisionText {
    static func line(_ decision: TraceDecision) -> String {
        let author = decision.rule.isEmpty ? decision.plugin : "\(decision.plugin), \(decision.rule)"
        return "\(author): \(values(decision))"
    }

    /// What came of it, without the author.
    static func values(_ decision: TraceDecision) -> String {
        let parts = decision.outcome.split(separator: ":", maxSplits: 1).map { $0.drop { $0 == " " } }
        let outcome = parts.first.map(String.init) ?? ""
        let note = parts.count > 1 ? " (\(parts[1]))" : ""
        let (before, after) = (decision.before ?? "", decision.after ?? "")
        switch outcome {
        case "notMatched": return "\(before) does not match\(note)"
        case "failed": return "failed on \(before)\(note)"
        case "chosen": return "\(after)\(note)"
        case "matched" where before == after: return "\(before) stays\(note)"
        case "matched": return "\(before) → \(after)\(note)"
        default: return [before, after, decision.outcome].filter { !$0.isEmpty }.joined(separator: " → ")
        }
    }
}
