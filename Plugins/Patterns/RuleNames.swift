/// Names by which rules are told apart.
public enum RuleNames {
    /// The names that occur more than once, in the order of their second occurrence.
    public static func repeated(in names: [String]) -> [String] {
        var seen: Set<String> = []
        var repeated: [String] = []
        for name in names where !seen.insert(name).inserted && !repeated.contains(name) { repeated.append(name) }
        return repeated
    }
}
