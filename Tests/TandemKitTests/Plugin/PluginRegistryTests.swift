import TandemKit
import Testing

@Suite struct PluginRegistryTests {
    struct Prefixer: Normalizer {
        struct Settings: PluginSettings {
            var prefix = "+1"
            static var fields: [Field<Self>] { [.string("prefix", \.prefix, "What is put in front")] }
        }
        struct Empty: Error, CustomStringConvertible { let description = "an empty prefix changes nothing" }
        static let version = "2.3"
        let settings: Settings
        init(settings: Settings) throws {
            if settings.prefix.isEmpty { throw Empty() }
            self.settings = settings
        }
        func normalize(
            _ number: inout PhoneNumber, in context: NumberContext, log: inout DecisionLog
        ) throws(NormalizationError) {
            if context.party == .diverting { throw NormalizationError("no diversions here") }
            let before = number.text
            number.rewrite(to: settings.prefix + before, rule: "prefix")
            log.matched(rule: "prefix", before: before, after: number.text)
        }
    }

    struct Forgetful: Normalizer {
        init(settings: NoSettings) {}
        func normalize(
            _ number: inout PhoneNumber, in context: NumberContext, log: inout DecisionLog
        ) throws(NormalizationError) {
            number = PhoneNumber("0")
        }
    }

    struct Undecided: Router {
        init(settings: NoSettings) {}
        func route(_ query: RouteQuery, log: inout DecisionLog) -> RouteDecision {
            log.chose("nothing", rule: "none")
            return .trunks([])
        }
    }

    struct Watcher: CallObserver {
        static let name = "watch"
        init(settings: NoSettings) {}
        func observe(_ event: CallEvent) {}
        static func selfTest() throws { throw Prefixer.Empty() }
    }

    private let context = NumberContext(call: CallNumber(raw: 1), party: .called, ingressTrunk: "uc")

    private func instance(_ descriptor: PluginDescriptor, _ settings: SettingsValue = .empty) throws
        -> NormalizerInstance
    {
        guard case .normalizer(let instance) = try descriptor.make(named: "dial-plan", settings: settings) else {
            throw Prefixer.Empty()
        }
        return instance
    }

    @Test("An entry point registers plugins of every role, with what they say about themselves")
    func register() {
        let registry = PluginRegistry()
        registry.collect { host in
            Plugin.register(Prefixer.self, in: host)
            Plugin.register(Undecided.self, in: host)
            Plugin.register(Watcher.self, in: host)
            Plugin.register(AdapterInstanceTests.Counter.self, in: host)
        }
        let found = registry.descriptors
        #expect(found.map(\.name) == ["Prefixer", "Undecided", "watch", "Counter"])
        #expect(found.map(\.role) == [.normalizer, .router, .observer, .adapter])
        #expect(found[0].version == "2.3")
        #expect(found[0].fields.map(\.name) == ["prefix"])
        #expect(found[0].settingsSchema.contains("\"prefix\""))
    }

    @Test("One file may not register without end")
    func bound() {
        let registry = PluginRegistry()
        registry.collect { host in
            for _ in 0..<100 { Plugin.register(Undecided.self, in: host) }
        }
        #expect(registry.descriptors.count == PluginRegistry.descriptorCountMax)
        #expect(registry.omittedCount == 100 - PluginRegistry.descriptorCountMax)
    }

    @Test("Settings that don't decode, and an initializer that throws, are told apart")
    func refusals() {
        let descriptor = PluginDescriptor(normalizer: Prefixer.self)
        let unknown = SettingsValue(.map([SettingsEntry("prefx", SettingsValue(.scalar("9")), line: 3, column: 5)]))
        let refusal = #expect(throws: PluginRefusal.self) { try descriptor.make(named: "a", settings: unknown) }
        #expect(
            refusal?.description
                == "line 3, column 5: `prefx` is no known setting; did you mean `prefix`?")
        let empty = SettingsValue(.map([SettingsEntry("prefix", SettingsValue(.scalar("")))]))
        #expect(throws: PluginRefusal.initializer("an empty prefix changes nothing")) {
            try descriptor.make(named: "a", settings: empty)
        }
    }

    @Test("Steps and log entries carry the name of the instance")
    func authors() throws {
        let prefixer = try instance(PluginDescriptor(normalizer: Prefixer.self))
        var number = PhoneNumber("4255550100")
        var log = DecisionLog()
        try prefixer.normalize(&number, in: context, log: &log)
        #expect(number.steps.map(\.plugin) == ["dial-plan"])
        #expect(log.entries.map(\.plugin) == ["dial-plan"])
        number.rewrite(to: "1", rule: "core")
        #expect(number.steps.last?.plugin == "tandem")
    }

    @Test("A normalizer's error reaches the core as it is")
    func error() throws {
        let prefixer = try instance(PluginDescriptor(normalizer: Prefixer.self))
        var number = PhoneNumber("1")
        var log = DecisionLog()
        let context = NumberContext(call: CallNumber(raw: 1), party: .diverting, ingressTrunk: "uc")
        let error = #expect(throws: NormalizationError.self) {
            try prefixer.normalize(&number, in: context, log: &log)
        }
        #expect(error?.failure.diagnostic == .normalizationFailed)
        number.rewrite(to: "2", rule: "core")
        #expect(number.steps.last?.plugin == "tandem")
    }

    @Test("A normalizer can't make a number forget where it came from")
    func history() throws {
        let forgetful = try instance(PluginDescriptor(normalizer: Forgetful.self))
        var number = PhoneNumber("0100")
        number.rewrite(to: "+14255550100", rule: "first")
        let before = number
        var log = DecisionLog()
        #expect(throws: NormalizationError.self) { try forgetful.normalize(&number, in: context, log: &log) }
        #expect(number == before)
    }

    @Test("A router's empty list means that nothing fits")
    func emptyRoute() {
        let router = RouterInstance.of(Undecided(settings: NoSettings()), named: "routes")
        var log = DecisionLog()
        let query = RouteQuery(
            call: CallNumber(raw: 1), ingressTrunk: "uc", called: PhoneNumber("1"), calling: nil, identity: Identity())
        #expect(router.route(query, log: &log) == .noMatch)
        #expect(log.entries.map(\.plugin) == ["routes"])
    }

    @Test("A self-test's error reaches the host")
    func selfTest() {
        #expect(throws: Prefixer.Empty.self) { try PluginDescriptor(observer: Watcher.self).selfTest() }
        #expect(throws: Never.self) { try PluginDescriptor(normalizer: Prefixer.self).selfTest() }
    }
}
