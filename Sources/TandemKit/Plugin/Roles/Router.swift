/// A plugin that says on which trunks a call goes on.
public protocol Router: TandemPlugin {
    /// Chooses trunks in the order in which they shall be tried, refuses the call, or leaves it to the next router.
    ///
    /// - Parameters:
    ///   - query: The call in canonical form.
    ///   - log: Takes the rules that were tried, and the one that matched.
    func route(_ query: RouteQuery, log: inout DecisionLog) -> RouteDecision

    /// Every trunk that `route` may name, when that is known beforehand: `tandem check` finds the ones that don't
    /// exist. Read once per instance.
    var trunks: [String] { get }
}

extension Router {
    /// Nothing is known beforehand.
    public var trunks: [String] { [] }
}
