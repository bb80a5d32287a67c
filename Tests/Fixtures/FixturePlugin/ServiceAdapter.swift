import Glibc
import TandemKit

/// An adapter that does with its services what the header field X-Do of a request asks for, and says in X-Done what came of
/// it. For the tests of both tiers.
struct ServiceAdapter: GatewayAdapter {
    private let services: PluginServices
    private let calls: Counter
    private let level: Gauge
    private let times: Histogram

    init(settings: NoSettings, services: PluginServices) throws {
        self.services = services
        calls = try services.metrics.counter("calls_total", "Calls that were seen.")
        level = try services.metrics.gauge("level", "As high as it was set.")
        self.times = try services.metrics.histogram("wait_seconds", "How long it took.")
        let times = try services.store.add(1, to: "made")
        services.log.info("made \(times) for \(services.facts.trunks.map(\.name).joined(separator: ","))")
    }

    func egress(_ request: inout SIPRequest, on leg: EgressLeg) throws(AdapterError) {
        calls.add()
        guard let order = request.headers["X-Do"] else { return }
        let words = order.split(separator: " ").map(String.init)
        do throws(ServiceError) {
            request.headers["X-Done"] = try perform(words[0], Array(words.dropFirst()), leg)
        } catch { request.headers["X-Done"] = "refused \(error.code.rawValue)" }
    }

    private func perform(_ what: String, _ words: [String], _ leg: EgressLeg) throws(ServiceError) -> String {
        switch what {
        case "set":
            let life = words.count > 2 ? Int(words[2]).map { Duration.milliseconds($0) } : nil
            try services.store.set(words[1], for: words[0], expiresAfter: life)
            return "set"
        case "get": return try services.store.value(for: words[0], as: String.self) ?? "nothing"
        case "number": return try services.store.value(for: words[0], as: Int.self).map { "\($0)" } ?? "nothing"
        case "add": return "\(try services.store.add(Int(words[1]) ?? 1, to: words[0]))"
        case "remove": return "\(try services.store.remove(words[0]))"
        case "fill": return try fill(Int(words[0]) ?? 0, Int(words[1]) ?? 0)
        case "count":
            for _ in 1..<(Int(words[0]) ?? 1) { calls.add() }
            level.set(2.5)
            times.record(.milliseconds(20))
            return "counted"
        case "metrics":
            let first = Int(words[0]) ?? 0
            for index in first..<first + (Int(words[1]) ?? 0) {
                _ = try services.metrics.counter("more\(index)_total", "More.")
            }
            return "made"
        case "log":
            for index in 0..<(Int(words[0]) ?? 1) { services.log.warning("line \(index)", call: leg.call) }
            return "logged"
        case "say":
            services.log.info(words.joined(separator: " "), call: leg.call)
            return "said"
        case "timers": return try timers(Int(words[0]) ?? 0)
        case "later":
            try services.timers.after(.milliseconds(Int(words[0]) ?? 0)) { [services] in
                _ = try? services.store.add(1, to: "later")
            }
            return "started"
        case "trap":
            try services.timers.after(.milliseconds(1)) { fatalError("the fixture was told to trap") }
            return "started"
        case "call":
            let call = leg.callFacts
            return "\(call.number) \(call.callID) \(call.began) \(call.ingressTrunk) \(leg.listener?.name ?? "nowhere")"
        case "facts":
            let facts = services.facts
            let trunks = facts.trunks.map { "\($0.name)=\(facts.condition(ofTrunk: $0.name))" }
            return (trunks + facts.listeners.map(\.name)).joined(separator: ",")
        case "kill":
            kill(getpid(), SIGKILL)
            return ""
        default: return "what?"
        }
    }

    private func fill(_ first: Int, _ count: Int) throws(ServiceError) -> String {
        for index in first..<first + count { try services.store.set(index, for: "fill \(index)") }
        return "filled"
    }

    private func timers(_ count: Int) throws(ServiceError) -> String {
        for _ in 0..<count { try services.timers.after(.seconds(3600)) {} }
        return "started"
    }
}

/// An observer that writes what it hears of a call's end into the log, and counts it.
struct ServiceObserver: CallObserver {
    private let services: PluginServices
    private let ends: Counter
    private let talk: Histogram

    init(settings: NoSettings, services: PluginServices) throws {
        self.services = services
        ends = try services.metrics.counter("ends_total", "Calls that are over.")
        talk = try services.metrics.histogram("talk_seconds", "How long calls that were answered have lasted.")
    }

    func observe(_ event: CallEvent) {
        guard case .ended = event.kind, let call = event.summary else { return }
        ends.add()
        if let time = call.talkTime { talk.record(time) }
        let isOrdered = call.began <= call.answered ?? call.ended && call.answered ?? 0 <= call.ended
        services.log.notice(
            "\(call.ingressTrunk) \(call.egressTrunk ?? "none") \(call.calling?.text ?? "nobody") \(call.called.text) "
                + "\(call.attempts) \(call.endedBy) \(isOrdered && event.time == call.ended && call.began > 1 << 60)",
            call: event.call)
    }
}
