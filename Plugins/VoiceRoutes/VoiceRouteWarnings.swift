import Patterns

/// What is allowed in a list of routes but probably not meant.
enum VoiceRouteWarnings {
    /// One sentence for each doubtful route. A route's pattern usually names only how a number begins, so that its end
    /// may stay open.
    static func of(_ routes: [VoiceRoute]) -> [String] {
        var warnings: [String] = []
        var seen: [String: String] = [:]
        for route in routes {
            if let pattern = try? Pattern(route.pattern), !pattern.isAnchoredAtStart, !route.pattern.isEmpty {
                warnings.append(
                    "Route '\(route.name)': the pattern \(route.pattern) matches anywhere in a number; begin it with ^."
                )
            }
            if let earlier = seen[route.pattern] {
                warnings.append(
                    "Route '\(route.name)' is never used: route '\(earlier)' has the same pattern and comes first.")
            } else {
                seen[route.pattern] = route.name
            }
        }
        return warnings
    }
}
