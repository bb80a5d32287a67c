import FixtureMode
import Glibc

#if DEBUG
    @testable import TandemKit  // for a descriptor that takes any settings
#else
    import TandemKit
#endif

/// A normalizer for the tests of `tandem plugin check`: what can be wrong with settings. The word in its file's section
/// `fixture.mode` says which mistakes it makes.
struct FixtureNormalizer: Normalizer {
    struct Settings: PluginSettings {
        var attempts = fixture_mode_is("settings-default") ? 12 : 3
        var word = "3"
        var trunk = ""

        static var fields: [Field<Self>] {
            var fields: [Field<Self>] = [
                .int("attempts", \.attempts, in: 1...9, fixture_mode_is("settings-no-help") ? "" : "How many")
            ]
            if fixture_mode_is("settings-twice") { fields.append(.string("attempts", \.word, "How many, again")) }
            if fixture_mode_is("settings-required") {
                fields.append(.string("trunk", \.trunk, "Which", required: true))
            }
            return fields
        }
    }

    struct Complaint: Error {}

    init(settings: Settings) throws {
        if fixture_mode_is("settings-crash"), settings.attempts == 9 { fatalError("the fixture was told to crash") }
        if fixture_mode_is("settings-required"), settings.trunk != "lan" { throw Complaint() }
    }

    func normalize(
        _ number: inout PhoneNumber, in context: NumberContext, log: inout DecisionLog
    ) throws(NormalizationError) {
        if fixture_mode_is("normalizer-exit"), number.text.utf8.count > 1000 { exit(3) }
    }
}

#if DEBUG
    /// Registers as a plugin would that reads its settings as it likes.
    func registerLaxNormalizer(_ host: UnsafeMutableRawPointer) {
        PluginRegistry.at(host).add(
            PluginDescriptor(FixtureNormalizer.self, role: .normalizer) { name, _, services throws(PluginRefusal) in
                .normalizer(.of(try PluginDescriptor.build(FixtureNormalizer.self, .empty, services), named: name))
            })
    }
#endif
