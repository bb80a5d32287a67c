import TandemKit

/// Brings four digits into the form that routes are written for, and refuses one number.
struct PromiseNumbers: Normalizer {
    struct Rule: PluginSettings {
        var prefix = ""
        var digits = 4
        static var fields: [Field<Self>] {
            [
                .string("prefix", \.prefix, "What stands before the digits then"),
                .int("digits", \.digits, in: 1...15, "How many digits were dialled"),
            ]
        }
    }

    struct Settings: PluginSettings {
        var rules: [Rule] = []
        static var fields: [Field<Self>] { [.records("rules", \.rules, "The rules, in order")] }
    }

    let settings: Settings
    init(settings: Settings) { self.settings = settings }

    func normalize(
        _ number: inout PhoneNumber, in context: NumberContext, log: inout DecisionLog
    ) throws(NormalizationError) {
        let before = number.text
        if context.party == .called, before == "9999" {
            throw NormalizationError("nobody may dial it", status: 484)
        }
        for rule in settings.rules {
            let name = "\(rule.digits) digits"
            guard before.utf8.count == rule.digits, before.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
                log.tried(rule: name, on: before)
                continue
            }
            number.rewrite(to: rule.prefix + before, kind: .e164, rule: name)
            return log.matched(rule: name, before: before, after: number.text)
        }
    }
}

/// Tells the host what this file holds.
@c(tandem_plugin) public func tandemPlugin(_ host: UnsafeMutableRawPointer) {
    Plugin.register(PromiseNumbers.self, in: host)
}
