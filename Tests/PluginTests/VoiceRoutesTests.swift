import PluginHost
import TandemKit
import Testing

@Suite struct VoiceRoutesTests {
    private func routes(
        _ routes: [KeyValuePairs<String, String>], failover: KeyValuePairs<String, String> = [:]
    ) throws -> RouterInstance {
        guard case .map(let entries) = SettingsValue.rules("routes", routes).content else {
            throw BuiltPlugins.WrongRole()
        }
        let rule = SettingsValue(.map(failover.map { SettingsEntry($0.key, .text($0.value, line: 9)) }))
        return try BuiltPlugins.router("VoiceRoutes", SettingsValue(.map(entries + [SettingsEntry("failover", rule)])))
    }

    private func route(
        _ called: String, by router: RouterInstance, explaining: Bool = false
    ) -> (decision: RouteDecision, log: DecisionLog) {
        var log = DecisionLog(isExplaining: explaining)
        let query = RouteQuery(
            call: CallNumber(raw: 1), ingressTrunk: "uc", called: PhoneNumber(called), calling: nil,
            identity: Identity())
        return (router.route(query, log: &log), log)
    }

    private func trunks(_ decision: RouteDecision) -> [String] {
        guard case .trunks(let choices) = decision else { return [] }
        return choices.map(\.trunk)
    }

    @Test("the first route whose pattern matches decides, with its trunks in order")
    func firstMatch() throws {
        let router = try routes([
            ["name": "uk", "pattern": #"^\+44"#, "trunks": "[london]"],
            ["name": "us", "pattern": #"^\+1"#, "trunks": "[gateway-a, gateway-b]"],
            ["name": "all", "pattern": "", "trunks": "[rest]"],
        ])
        #expect(trunks(route("+14255550100", by: router).decision) == ["gateway-a", "gateway-b"])
        #expect(trunks(route("+442079460000", by: router).decision) == ["london"])
        #expect(trunks(route("+33", by: router).decision) == ["rest"])
    }

    @Test("the trunks of all routes are known before a call")
    func knownTrunks() throws {
        let router = try routes([
            ["name": "uk", "pattern": #"^\+44"#, "trunks": "[london]"],
            ["name": "us", "pattern": #"^\+1"#, "trunks": "[gateway-a, london]"],
        ])
        #expect(Set(router.trunks) == ["london", "gateway-a"])
    }

    @Test("a route that leaves a range out is written with a lookahead")
    func exception() throws {
        let router = try routes([["name": "us but 900", "pattern": #"^\+1(?!900)\d{10}$"#, "trunks": "[a]"]])
        #expect(trunks(route("+14255550100", by: router).decision) == ["a"])
        #expect(route("+19005550100", by: router).decision == .noMatch)
    }

    @Test("a number that no route matches is left to the next router")
    func noMatch() throws {
        let router = try routes([["name": "us", "pattern": #"^\+1"#, "trunks": "[a]"]])
        #expect(route("0100", by: router).decision == .noMatch)
    }

    @Test("an explanation names each route that was tried and the trunks of the one that matched")
    func explanation() throws {
        let router = try routes([
            ["name": "uk", "pattern": #"^\+44"#, "trunks": "[london]"],
            ["name": "us", "pattern": #"^\+1"#, "trunks": "[gateway-a, gateway-b]"],
        ])
        let log = route("+1425", by: router, explaining: true).log
        #expect(log.entries.map(\.rule) == ["uk", "us"])
        #expect(log.entries.map(\.outcome) == [.notMatched, .matched])
        #expect(log.entries.last?.after == "gateway-a, gateway-b")
        #expect(log.entries.last?.plugin == "routes")
        #expect(route("+1425", by: router).log.entries.count == 1)
    }

    @Test("F18 in part: round robin begins each call with the next trunk, and an explanation takes no call's turn")
    func roundRobin() throws {
        let router = try routes([["name": "us", "pattern": "^", "trunks": "[a, b, c]", "balance": "round-robin"]])
        #expect(trunks(route("1", by: router).decision) == ["a", "b", "c"])
        #expect(trunks(route("1", by: router, explaining: true).decision) == ["b", "c", "a"])
        #expect(trunks(route("1", by: router).decision) == ["b", "c", "a"])
        #expect(trunks(route("1", by: router).decision) == ["c", "a", "b"])
        #expect(trunks(route("1", by: router).decision) == ["a", "b", "c"])
    }

    @Test("the next trunk is tried on 5xx, time-out and transport error unless said otherwise")
    func failover() throws {
        let standard = try routes([["name": "us", "pattern": "^", "trunks": "[a]"]])
        #expect(route("1", by: standard).decision == .trunks([TrunkChoice(trunk: "a", failover: .standard)]))
        let own = try routes(
            [["name": "us", "pattern": "^", "trunks": "[a]"]],
            failover: ["statuses": "[408, 500-503, 6xx]", "on-timeout": "false", "on-transport-error": "false"])
        let rule = FailoverRule(statuses: [408...408, 500...503, 600...699], onTimeout: false, onTransportError: false)
        #expect(route("1", by: own).decision == .trunks([TrunkChoice(trunk: "a", failover: rule)]))
    }

    @Test(
        "a status that is no failure is refused",
        arguments: ["200", "2xx", "700", "503-500", "5x", "500-503-504", "", "-"])
    func badStatus(text: String) throws {
        let error = #expect(throws: PluginInstanceError.self) {
            try routes([["name": "us", "pattern": "^", "trunks": "[a]"]], failover: ["statuses": "[408,\(text) ]"])
        }
        #expect(error?.problems.first?.path == "failover.statuses[1]")
    }

    @Test(
        "a bad route is an error at its place",
        arguments: [
            ("(", "[a]", "routes[0].pattern"), ("^1", "[]", "routes[0].trunks"), ("^1", "[a, a]", "routes[0].trunks"),
            ("^1", "a", "routes[0].trunks"),
        ])
    func badRoute(pattern: String, trunks: String, path: String) throws {
        let error = #expect(throws: PluginInstanceError.self) {
            try routes([["name": "us", "pattern": pattern, "trunks": trunks]])
        }
        #expect(error?.problems.map(\.path) == [path])
        #expect(error?.problems.first?.line == 1)
    }

    @Test("a route without pattern or trunks is told what is missing")
    func missing() throws {
        let error = #expect(throws: PluginInstanceError.self) { try routes([["name": "us"]]) }
        #expect(error?.problems.count == 2)
    }

    @Test("routes that match anywhere in a number, or never, are warned about")
    func warnings() throws {
        let router = try routes([
            ["name": "a", "pattern": #"\+1"#, "trunks": "[a]"], ["name": "b", "pattern": #"^\+44"#, "trunks": "[a]"],
            ["name": "c", "pattern": #"^\+44"#, "trunks": "[b]"],
        ])
        #expect(router.warnings.count == 2)
        #expect(router.warnings.first?.contains("begin it with ^") == true)
        #expect(router.warnings.last?.contains("'c' is never used") == true)
    }
}
