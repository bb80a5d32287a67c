import TandemKit

struct AcmeNumbers: Normalizer {
    struct Settings: PluginSettings {
        var countryCode = "1"
        static var fields: [Field<Self>] {
            [
                .string("country-code", \.countryCode, "The country whose numbers are dialled without a +") { text in
                    !text.isEmpty && text.allSatisfy { $0.isASCII && $0.isNumber } ? nil : "write digits alone, like 49"
                }
            ]
        }
    }
    let settings: Settings
    init(settings: Settings) { self.settings = settings }

    func normalize(
        _ number: inout PhoneNumber, in context: NumberContext, log: inout DecisionLog
    ) throws(NormalizationError) {
        let before = number.text
        guard before.utf8.count == 10, before.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
            return log.tried(rule: "ten digits", on: before)
        }
        number.rewrite(to: "+\(settings.countryCode)\(before)", kind: .e164, rule: "ten digits")
        log.matched(rule: "ten digits", before: before, after: number.text)
    }
}

/// Tells the host what this file holds.
@c(tandem_plugin) public func tandemPlugin(_ host: UnsafeMutableRawPointer) {
    Plugin.register(AcmeNumbers.self, in: host)
}
