import TandemKit

struct CallerLimit: Normalizer {
    struct Settings: PluginSettings {
        var callsPerMinute = 20
        static var fields: [Field<Self>] {
            [.int("calls-per-minute", \.callsPerMinute, in: 1...1_000, "How often a caller may call in a minute")]
        }
    }
    let settings: Settings
    let services: PluginServices
    let refused: Counter

    init(settings: Settings, services: PluginServices) throws {
        self.settings = settings
        self.services = services
        refused = try services.metrics.counter("refused_total", "Calls of callers who call too often")
        try services.timers.every(.seconds(60)) {
            let facts = services.facts
            let down = facts.trunks.map(\.name).filter { facts.condition(ofTrunk: $0) == .down }
            if !down.isEmpty { services.log.debug("down: \(down.joined(separator: ", "))") }
        }
    }

    func normalize(
        _ number: inout PhoneNumber, in context: NumberContext, log: inout DecisionLog
    ) throws(NormalizationError) {
        guard context.party == .calling else { return }
        let calls = try? services.store.add(1, to: "calls \(number.text)", expiresAfter: .seconds(60))
        guard let calls, calls > settings.callsPerMinute else { return }
        refused.add()
        services.log.notice("\(number.text) has called \(calls) times in a minute", call: context.call)
        throw NormalizationError("This caller calls too often.", status: 403)
    }
}
