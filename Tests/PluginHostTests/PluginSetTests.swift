import BuiltPlugin
import PluginHost
import TandemKit
import Testing

@Suite struct PluginSetTests {
    private func set() throws -> PluginSet {
        let fixture = HostFixture()
        fixture.add(.fixture(), as: "libFixture.so")
        fixture.root.write([1], as: "plugins/libBroken.so")
        return try fixture.load()
    }

    private func settings(_ entries: [(String, String)]) -> SettingsValue {
        SettingsValue(
            .map(
                entries.map {
                    SettingsEntry($0.0, SettingsValue(.scalar($0.1), line: 7, column: 12), line: 7, column: 5)
                }))
    }

    private func query() -> RouteQuery {
        RouteQuery(
            call: CallNumber(raw: 1), ingressTrunk: "in", called: PhoneNumber("+1"), calling: nil, identity: Identity())
    }

    @Test("an instance is made with its settings and works")
    func makes() throws {
        let instance = try set().make("routes", of: "FixturePlugin", settings: settings([("trunk", "gateway-a")]))
        guard case .router(let router) = instance else {
            Issue.record("expected a router")
            return
        }
        #expect(router.name == "routes")
        var log = DecisionLog()
        #expect(router.route(query(), log: &log) == .trunks([TrunkChoice(trunk: "gateway-a")]))
    }

    @Test("an unknown setting is named with its place and the nearest known one")
    func unknownSetting() throws {
        let set = try set()
        let error = #expect(throws: PluginInstanceError.self) {
            try set.make("routes", of: "FixturePlugin", settings: settings([("trunc", "a")]))
        }
        #expect(error?.kind == .settings)
        #expect(error?.problems.first?.line == 7)
        #expect(error?.problems.first?.column == 5)
        #expect(error?.description.contains("`trunk`") == true)
    }

    @Test("an initializer that throws is told in its own words")
    func initializer() throws {
        let set = try set()
        let error = #expect(throws: PluginInstanceError.self) {
            try set.make("routes", of: "FixturePlugin", settings: settings([("refuses", "true")]))
        }
        #expect(error?.kind == .initializer)
        #expect(error?.description.contains("refuses is true") == true)
    }

    @Test(
        "a name that no plugin has comes with the nearest one, or with the refusal of its file",
        arguments: [
            ("FixturePlugn", "did you mean 'FixturePlugin'?"), ("Broken", "is not an ELF file"),
            ("Something", "use one of FixturePlugin"),
        ])
    func unknownPlugin(name: String, advice: String) throws {
        let set = try set()
        let error = #expect(throws: PluginInstanceError.self) { try set.make("x", of: name) }
        #expect(error?.kind == .unknownPlugin)
        #expect(error?.description.contains(advice) == true, "\(error?.description ?? "")")
    }
}
