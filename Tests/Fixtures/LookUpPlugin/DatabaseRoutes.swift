import TandemKit

/// Routes each number to the trunk of its row.
struct DatabaseRoutes: Router {
    init(settings: NoSettings) {}

    func route(_ query: RouteQuery, log: inout DecisionLog) -> RouteDecision {
        let lookUp = LookUp.sql(
            "customers", "SELECT trunk FROM customers WHERE number = ?", [.text(query.called.text)])
        switch query.findings[lookUp] {
        case nil: return .lookUp(lookUp)
        case .rows(let rows)?:
            let names = rows.compactMap { $0.text("trunk") }
            if names.isEmpty { return .noMatch }
            log.chose(names.joined(separator: ", "), rule: "customer")
            return .trunks(names.map { TrunkChoice(trunk: $0) })
        case let other?:
            return .reject(Failure(status: 503, diagnostic: .routeRefused, detail: "\(other)"))
        }
    }
}
