import TandemKit
import Wire

/// Answers questions with the hooks of the instances in this process: the child's side of the process tier.
struct HookServer: Sendable {
    /// The instances, at the places that questions name.
    let instances: [PluginInstance]

    /// The answer to a question; nil when it makes no sense, which no daemon of this version asks.
    func respond(to bytes: UnsafeRawBufferPointer) -> [UInt8] {
        guard let (instance, question) = try? HookQuestion.read(bytes), instances.indices.contains(instance) else {
            return []
        }
        return answer(question, instances[instance]).bytes
    }

    private func answer(_ question: HookQuestion, _ instance: PluginInstance) -> HookAnswer {
        do {
            switch (question, instance) {
            case (.ingressRequest(var request, let leg, var state), .adapter(let adapter)):
                let before = Serialized(request.message)
                try adapter.ingress(&request, on: leg, state: &state)
                return .message(before.changed(request.message), state)
            case (.ingressResponse(var response, let leg, var state), .adapter(let adapter)):
                let before = Serialized(response.message)
                try adapter.ingress(&response, on: leg, state: &state)
                return .message(before.changed(response.message), state)
            case (.egressRequest(var request, let leg, var state), .adapter(let adapter)):
                let before = Serialized(request.message)
                try adapter.egress(&request, on: leg, state: &state)
                return .message(before.changed(request.message), state)
            case (.egressResponse(var response, let leg, var state), .adapter(let adapter)):
                let before = Serialized(response.message)
                try adapter.egress(&response, on: leg, state: &state)
                return .message(before.changed(response.message), state)
            case (.normalize(var number, let context, let isExplaining), .normalizer(let normalizer)):
                var log = DecisionLog(isExplaining: isExplaining)
                try normalizer.normalize(&number, in: context, log: &log)
                return .number(number, log.entries)
            case (.route(let query, let isExplaining), .router(let router)):
                var log = DecisionLog(isExplaining: isExplaining)
                return .decision(router.route(query, log: &log), log.entries)
            case (.observe(let event), .observer(let observer)):
                observer.observe(event)
                return .done
            default: return .done
            }
        } catch let error as AdapterError {
            return .thrown(error.failure)
        } catch let error as NormalizationError {
            return error.lookUp.map(HookAnswer.lookUp) ?? .thrown(error.failure)
        } catch {
            return .thrown(Failure(status: 500, diagnostic: .adapterFailed, detail: "\(error)"))
        }
    }
}

/// A message as it was before a hook: most hooks change nothing, and then nothing has to go back.
private struct Serialized {
    private let bytes: [UInt8]

    init(_ message: SIPMessage) { bytes = Self.bytes(of: message) }

    func changed(_ message: SIPMessage) -> SIPMessage? { Self.bytes(of: message) == bytes ? nil : message }

    private static func bytes(of message: SIPMessage) -> [UInt8] {
        let count = max(message.serializedCount, 1)
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = max(message.write(to: UnsafeMutableRawBufferPointer(buffer)), 0)
        }
    }
}
