import TandemKit

/// Asks a server for the trunks of each call.
struct ServerRoutes: Router {
    struct Answer: Decodable {
        let trunks: [String]
    }

    init(settings: NoSettings) {}

    func route(_ query: RouteQuery, log: inout DecisionLog) -> RouteDecision {
        let lookUp = LookUp.http(
            "lcr", path: "/route", query: ["to": query.called.text], deadline: .milliseconds(300))
        guard let finding = query.findings[lookUp] else { return .lookUp(lookUp) }
        guard let answer = finding.http, answer.status == 200 else {
            if finding.http?.status == 404 { return .noMatch }
            return .reject(Failure(status: 503, diagnostic: .routeRefused, detail: "\(finding)"))
        }
        guard let names = try? answer.decode(Answer.self).trunks else {
            return .reject(Failure(status: 500, diagnostic: .routeRefused, detail: "no list of trunks: \(answer.text)"))
        }
        log.chose(names.joined(separator: ", "), rule: "server")
        return .trunks(names.map { TrunkChoice(trunk: $0) })
    }
}
