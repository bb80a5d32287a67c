/// What a router says about a call.
public enum RouteDecision: Hashable, Sendable, Codable {
    /// Try these trunks in this order. An empty list counts as `.noMatch`.
    case trunks([TrunkChoice])
    /// Refuse the call; no further router is asked.
    case reject(Failure)
    /// Nothing here fits: the next router is asked, or the call fails with diagnostic 12004.
    case noMatch
    /// Ask again once this was looked up: `RouteQuery.findings` then has what was found. Nothing of the log is kept of the
    /// question that ended so. A look-up that the query has findings of already refuses the call.
    indirect case lookUp(LookUp)
}
