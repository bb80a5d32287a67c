import Patterns

/// What is allowed in a dial plan but probably not meant.
enum DialPlanWarnings {
    /// One sentence for each doubtful rule.
    static func of(_ rules: [DialRule]) -> [String] {
        var warnings: [String] = []
        var seen: [String: DialRule] = [:]
        for rule in rules {
            if let pattern = try? Pattern(rule.pattern) { warnings += anchoring(of: pattern, rule) }
            if let earlier = seen[rule.pattern], earlier.party == .both || earlier.party == rule.party {
                warnings.append(
                    "Rule '\(rule.name)' never applies: rule '\(earlier.name)' has the same pattern and comes first.")
            } else {
                seen[rule.pattern] = rule
            }
        }
        return warnings
    }

    private static func anchoring(of pattern: Pattern, _ rule: DialRule) -> [String] {
        let cause: String
        switch (pattern.isAnchoredAtStart, pattern.isAnchoredAtEnd) {
        case (true, true): return []
        case (true, false): cause = "at the beginning of a longer number too; end it with $"
        case (false, true): cause = "at the end of a longer number too; begin it with ^"
        case (false, false): cause = "in the middle of a longer number too; begin it with ^ and end it with $"
        }
        return ["Rule '\(rule.name)': the pattern \(rule.pattern) matches \(cause)."]
    }
}
