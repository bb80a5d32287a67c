/// A router behind one class, so that the core calls it without a generic parameter or an existential.
public class RouterInstance: @unchecked Sendable {  // immutable once made; the plugin inside is Sendable
    /// The name of the instance in the configuration.
    public let name: String
    /// What is allowed in its settings but probably not meant, one sentence each.
    public let warnings: [String]
    /// Every trunk that it may name, as far as it knows beforehand.
    public let trunks: [String]
    /// Ends its services with it; set once, before it is called.
    final var life: ServiceLife?

    init(name: String, warnings: [String], trunks: [String]) {
        self.name = name
        self.warnings = warnings
        self.trunks = trunks
    }

    /// Wraps a router.
    public static func of<Type: Router>(_ router: Type, named name: String) -> RouterInstance {
        RouterBox(router, name: name)
    }

    /// Asks the router. Log entries carry the instance's name; an empty list of trunks becomes `.noMatch`. When it
    /// has to look something up, nothing of what it has logged stays.
    public func route(_ query: RouteQuery, log: inout DecisionLog) -> RouteDecision {
        log.author = name
        defer { log.author = PhoneNumber.coreAuthor }
        let mark = log.mark
        let decision = call(query, &log)
        switch decision {
        case .trunks(let choices) where choices.isEmpty: return .noMatch
        case .lookUp: log.revert(to: mark)
        case .trunks, .reject, .noMatch: break
        }
        return decision
    }

    func call(_ query: RouteQuery, _ log: inout DecisionLog) -> RouteDecision { .noMatch }
}

private final class RouterBox<Type: Router>: RouterInstance, @unchecked Sendable {
    private let router: Type

    init(_ router: Type, name: String) {
        self.router = router
        super.init(name: name, warnings: router.warnings, trunks: router.trunks)
    }

    override func call(_ query: RouteQuery, _ log: inout DecisionLog) -> RouteDecision {
        router.route(query, log: &log)
    }
}
