import TandemKit
import Wire

/// What a plugin's process is asked: an instance, one of its hooks, and the values that go into the hook.
enum HookQuestion {
    case ingressRequest(SIPRequest, IngressLeg, PluginState)
    case ingressResponse(SIPResponse, EgressLeg, PluginState)
    case egressRequest(SIPRequest, EgressLeg, PluginState)
    case egressResponse(SIPResponse, IngressLeg, PluginState)
    case normalize(PhoneNumber, NumberContext, isExplaining: Bool)
    case route(RouteQuery, isExplaining: Bool)
    case observe(CallEvent)

    /// The hook's name for people.
    var name: String {
        switch self {
        case .ingressRequest: "ingress(request)"
        case .ingressResponse: "ingress(response)"
        case .egressRequest: "egress(request)"
        case .egressResponse: "egress(response)"
        case .normalize: "normalize"
        case .route: "route"
        case .observe: "observe"
        }
    }

    /// Whether it only tells an observer something: no call waits for it.
    var isEvent: Bool { if case .observe = self { true } else { false } }

    /// The question about an instance as bytes.
    func bytes(instance: Int) -> [UInt8] {
        var writer = WireWriter()
        writer.put(UInt16(instance))
        switch self {
        case .ingressRequest(let request, let leg, let state):
            writer.put(1 as UInt8)
            writer.put(leg)
            writer.put(state.record)
            writer.put(request.message)
        case .ingressResponse(let response, let leg, let state):
            writer.put(2 as UInt8)
            writer.put(leg)
            writer.put(state.record)
            writer.put(response.message)
        case .egressRequest(let request, let leg, let state):
            writer.put(3 as UInt8)
            writer.put(leg)
            writer.put(state.record)
            writer.put(request.message)
        case .egressResponse(let response, let leg, let state):
            writer.put(4 as UInt8)
            writer.put(leg)
            writer.put(state.record)
            writer.put(response.message)
        case .normalize(let number, let context, let isExplaining):
            writer.put(5 as UInt8)
            writer.put(number)
            writer.put(context.call.raw)
            writer.put(context.party.rawValue)
            writer.put(context.ingressTrunk)
            writer.put(context.findings)
            writer.put(isExplaining)
        case .route(let query, let isExplaining):
            writer.put(6 as UInt8)
            writer.put(query)
            writer.put(isExplaining)
        case .observe(let event):
            writer.put(7 as UInt8)
            writer.put(event)
        }
        return writer.bytes
    }

    /// Reads a question and says which instance it is for.
    static func read(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> (instance: Int, question: HookQuestion) {
        var reader = WireReader(bytes)
        let instance = Int(try reader.number(UInt16.self))
        let question = try HookQuestion(&reader)
        try reader.finish()
        return (instance, question)
    }

    private init(_ reader: inout WireReader) throws(WireError) {
        switch try reader.number(UInt8.self) {
        case 1:
            let (leg, state) = (try reader.ingressLeg(), try reader.pluginState())
            self = .ingressRequest(try reader.request(), leg, state)
        case 2:
            let (leg, state) = (try reader.egressLeg(), try reader.pluginState())
            self = .ingressResponse(try reader.response(), leg, state)
        case 3:
            let (leg, state) = (try reader.egressLeg(), try reader.pluginState())
            self = .egressRequest(try reader.request(), leg, state)
        case 4:
            let (leg, state) = (try reader.ingressLeg(), try reader.pluginState())
            self = .egressResponse(try reader.response(), leg, state)
        case 5:
            let number = try reader.phoneNumber()
            let call = CallNumber(raw: try reader.number())
            guard let party = NumberContext.Party(rawValue: try reader.text()) else {
                throw WireError(offset: 0, "no party")
            }
            let context = NumberContext(
                call: call, party: party, ingressTrunk: try reader.text(), findings: try reader.findings())
            self = .normalize(number, context, isExplaining: try reader.flag())
        case 6: self = .route(try reader.routeQuery(), isExplaining: try reader.flag())
        case 7: self = .observe(try reader.callEvent())
        case let other: throw WireError(offset: 0, "\(other) is no hook")
        }
    }
}
