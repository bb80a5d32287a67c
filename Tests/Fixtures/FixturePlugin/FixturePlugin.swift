import FixtureMode
import Glibc

#if DEBUG
    @testable import TandemKit  // for a role that the kit does not have
#else
    import TandemKit
#endif

/// A router for the tests of the plugin host. The word in its file's section `fixture.mode` says how it misbehaves.
struct FixturePlugin: Router {
    struct Settings: PluginSettings {
        var trunk = "default"
        var refuses = false

        static var fields: [Field<Self>] {
            [
                .string("trunk", \.trunk, "The trunk that every call takes."),
                .bool("refuses", \.refuses, "Refuse these settings."),
            ]
        }
    }

    struct Complaint: Error, CustomStringConvertible {
        let description: String
    }

    static var name: String { fixture_mode_is("other-name") ? "OtherFixture" : "FixturePlugin" }
    static var version: String { fixture_mode_is("version-two") ? "2.0" : "1.0" }

    private let trunk: String

    init(settings: Settings) throws {
        if settings.refuses { throw Complaint(description: "refuses is true") }
        trunk = settings.trunk
    }

    static func selfTest() throws {
        if fixture_mode_is("fail-self-test") { throw Complaint(description: "two and two are five") }
    }

    /// The router knows the trunk, unless it was told to say another one.
    var trunks: [String] { fixture_mode_is("router-stray") ? ["elsewhere"] : [] }

    func route(_ query: RouteQuery, log: inout DecisionLog) -> RouteDecision {
        .trunks([TrunkChoice(trunk: trunk)])
    }
}

#if DEBUG
    /// Registers as a plugin would whose kit has one role more than the daemon's.
    private func registerWithNewRole(_ host: UnsafeMutableRawPointer) {
        PluginRegistry.at(host).add(
            PluginDescriptor(FixturePlugin.self, role: PluginRole(rawValue: "billing")) {
                name, value, services throws(PluginRefusal) in
                .router(.of(try PluginDescriptor.build(FixturePlugin.self, value, services), named: name))
            })
    }
#endif

/// The entry point.
@c(tandem_plugin) public func tandemPlugin(_ host: UnsafeMutableRawPointer) {
    if fixture_mode_is("crash-in-entry") { fatalError("the fixture was told to crash") }
    while fixture_mode_is("hang-in-entry") { pause() }
    if fixture_mode_is("exit-in-entry") { exit(3) }
    if fixture_mode_is("print-in-entry") { print("{\"plugins\": \"nonsense\"}") }
    if fixture_mode_is("register-nothing") { return }
    // Only the process that asks a plugin what it is has an alarm set.
    if fixture_mode_is("change-its-mind"), alarm(0) == 0 { return }
    #if DEBUG
        if fixture_mode_is("new-role") { return registerWithNewRole(host) }
        if fixture_mode_is("settings-lax") { return registerLaxNormalizer(host) }
    #endif
    if fixture_mode_begins("services") {
        Plugin.register(ServiceAdapter.self, in: host)
        Plugin.register(CallerLimit.self, in: host)
        return Plugin.register(ServiceObserver.self, in: host)
    }
    if fixture_mode_begins("adapter-") { return Plugin.register(FixtureAdapter.self, in: host) }
    if fixture_mode_begins("observer-") { return Plugin.register(FixtureObserver.self, in: host) }
    if fixture_mode_begins("settings-") || fixture_mode_begins("normalizer-") {
        return Plugin.register(FixtureNormalizer.self, in: host)
    }
    Plugin.register(FixturePlugin.self, in: host)
    if fixture_mode_is("register-twice") { Plugin.register(FixturePlugin.self, in: host) }
}
