import Dispatch
import Synchronization
import TandemKit

/// What happens to a message, number or call whose plugin can't be asked.
public enum HookFallback: String, Sendable, CaseIterable {
    /// It goes on as it is; a router decides nothing, so the next is asked.
    case pass
    /// It is refused with 503.
    case refuse
}

/// The hooks of one instance that runs in another process.
final class RemoteHooks: HookCrossing {
    private let process: PluginProcess
    private let instance: Int
    private let fallback: HookFallback
    private let events: EventQueue

    init(process: PluginProcess, instance: Int, fallback: HookFallback, events limit: Int) {
        self.process = process
        self.instance = instance
        self.fallback = fallback
        events = EventQueue(limit: limit) { _ = process.ask(.observe($0), of: instance) }
    }

    private func away(_ question: HookQuestion, _ message: SIPMessage) -> Failure {
        Failure(
            status: 503, diagnostic: .pluginAway,
            detail: "\(process.name) did not answer \(question.name) of \(message.methodBytes.string)")
    }

    private var away: Failure { Failure(status: 503, diagnostic: .pluginAway, detail: process.name) }

    /// The message that came of a hook, if it is another, with what is kept from now on.
    private func cross(
        _ question: HookQuestion, _ message: inout SIPMessage, _ state: inout PluginState
    ) throws(AdapterError) {
        switch process.ask(question, of: instance) {
        case .message(let changed, let kept):
            if let changed {
                // No hook can make another request of one, or another request's response.
                guard changed.isRequest == message.isRequest, changed.methodBytes == message.methodBytes else {
                    throw AdapterError(away(question, message))
                }
                message = changed
            }
            state = kept
        case .thrown(let failure): throw AdapterError(failure)
        default:
            let failure = away(question, message)
            throw fallback == .refuse ? AdapterError(failure) : .passingBy(failure)
        }
    }

    func ingress(_ request: inout SIPRequest, on leg: IngressLeg, state: inout PluginState) throws(AdapterError) {
        try cross(.ingressRequest(request, leg, state), &request.message, &state)
    }

    func ingress(_ response: inout SIPResponse, on leg: EgressLeg, state: inout PluginState) throws(AdapterError) {
        try cross(.ingressResponse(response, leg, state), &response.message, &state)
    }

    func egress(_ request: inout SIPRequest, on leg: EgressLeg, state: inout PluginState) throws(AdapterError) {
        try cross(.egressRequest(request, leg, state), &request.message, &state)
    }

    func egress(_ response: inout SIPResponse, on leg: IngressLeg, state: inout PluginState) throws(AdapterError) {
        try cross(.egressResponse(response, leg, state), &response.message, &state)
    }

    func normalize(
        _ number: inout PhoneNumber, in context: NumberContext, log: inout DecisionLog
    ) throws(NormalizationError) {
        switch process.ask(.normalize(number, context, isExplaining: log.isExplaining), of: instance) {
        case .number(let changed, let entries):
            number = changed
            for entry in entries { log.append(entry) }
        case .thrown(let failure): throw NormalizationError(failure)
        case .lookUp(let lookUp): throw .lookUp(lookUp)
        default:
            log.failed(rule: "process", on: number.text, note: "\(process.name) did not answer")
            if fallback == .refuse { throw NormalizationError(away) }
        }
    }

    func route(_ query: RouteQuery, log: inout DecisionLog) -> RouteDecision {
        switch process.ask(.route(query, isExplaining: log.isExplaining), of: instance) {
        case .decision(let decision, let entries):
            for entry in entries { log.append(entry) }
            return decision
        default:
            log.failed(rule: "process", on: query.called.text, note: "\(process.name) did not answer")
            return fallback == .refuse ? .reject(away) : .noMatch
        }
    }

    /// Nobody waits for an observer.
    func observe(_ event: CallEvent) { events.append(event) }
}

/// Events on their way to an observer, in order. What comes while too many wait is dropped.
private final class EventQueue: Sendable {
    private struct Waiting {
        var events: [CallEvent] = []
        var isRunning = false
    }

    private let limit: Int
    private let deliver: @Sendable (CallEvent) -> Void
    private let waiting = Mutex(Waiting())
    private let queue = DispatchQueue(label: "tandem.plugin.events")

    init(limit: Int, deliver: @escaping @Sendable (CallEvent) -> Void) {
        self.limit = limit
        self.deliver = deliver
    }

    func append(_ event: CallEvent) {
        let begins = waiting.withLock { waiting in
            guard waiting.events.count < limit else { return false }
            waiting.events.append(event)
            defer { waiting.isRunning = true }
            return !waiting.isRunning
        }
        if begins { queue.async { self.run() } }
    }

    private func run() {
        while true {
            let batch = waiting.withLock { waiting in
                defer { waiting.events = [] }
                if waiting.events.isEmpty { waiting.isRunning = false }
                return waiting.events
            }
            if batch.isEmpty { return }
            batch.forEach(deliver)
        }
    }
}
