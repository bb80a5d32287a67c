import SIPDialog
import SIPTransaction
import TandemKit
import Timing

/// A subscription to somebody's state that was begun outside of any call (RFC 6665): who subscribes has a dialog with us, and
/// we have one with who notifies. SUBSCRIBE passes the one way and NOTIFY the other, each with our own identifiers.
///
/// It lives as long as its last 2xx or NOTIFY says, and 32 s more. It is not written down: after a crash the subscriber gets 481
/// for its next SUBSCRIBE and subscribes anew (§4.1.2.2).
final class EventSubscription {
    /// One of its two dialogs.
    struct Side {
        let trunk: TrunkContext
        var flow: Flow
        var dialog: Dialog
    }

    /// A request on its way from one side to the other.
    struct Passing {
        let serial: Int
        let request: SIPRequest
        let server: ServerTransactionID
        let isFromSubscriber: Bool
        var client: ClientTransactionID?
    }

    /// Most requests on their way at once; one more gets 503.
    static let passingMost = 4
    /// The longest that a subscription is kept without being refreshed, whatever is agreed on.
    static let longest: UInt64 = 86_400

    unowned(unsafe) let engine: CallEngine  // owns this object, and outlives it
    let handle: UInt64
    let number: CallNumber
    var subscriber: Side
    /// The other side, once it has answered or notified.
    var notifier: Side?
    /// The SUBSCRIBE that was sent last while there is no such side, and by which trunk and flow.
    var sent: (request: SIPRequest, trunk: TrunkContext, flow: Flow)?
    private var passing: [Passing] = []
    private var nextSerial = 0
    private var states: [AdapterState] = []
    private var timer = TimerID.none

    init(_ engine: CallEngine, handle: UInt64, number: CallNumber, subscriber: Side) {
        self.engine = engine
        self.handle = handle
        self.number = number
        self.subscriber = subscriber
    }

    /// Whether a request belongs to one of the dialogs, and to which: whose it is. Nil when to none.
    func isFromSubscriber(_ request: SIPRequest) -> Bool? {
        if subscriber.dialog.matches(request) { return true }
        if let notifier { return notifier.dialog.matches(request) ? false : nil }
        // A NOTIFY may be quicker than the 2xx (§4.1.2.4).
        guard let sent, request.method == .notify, request.callID == sent.request.callID,
            request.toTag == sent.request.fromTag
        else { return nil }
        return false
    }

    /// The trunk of who sent a request.
    func trunk(isSubscriber: Bool) -> TrunkContext {
        isSubscriber ? subscriber.trunk : notifier?.trunk ?? sent?.trunk ?? subscriber.trunk
    }

    /// Whether the SUBSCRIBE that begins it was answered with a 2xx.
    var isConfirmed: Bool { notifier != nil && sent == nil }

    // MARK: The first SUBSCRIBE

    /// The SUBSCRIBE that begins it was answered with a 2xx.
    func confirm(_ response: SIPResponse) {
        if notifier == nil, let sent {
            notifier = Side(
                trunk: sent.trunk, flow: sent.flow, dialog: Dialog(sent: sent.request, received: response))
        }
        sent = nil
        subscriber.dialog.confirm()
        keep(Self.expiry(response.headers) ?? 3_600)
    }

    /// Keeps it for so many seconds, and a little longer for what is late.
    private func keep(_ seconds: UInt64) {
        let time = min(seconds, Self.longest) + 32
        engine.setTimer(&timer, .subscriptionTimer, handle, after: .seconds(time))
    }

    private static func expiry(_ headers: HeaderFields) -> UInt64? { headers.firstValue(of: .expires).decimal }

    /// Nothing is known of it any more. What waits gets 481.
    func end() {
        engine.stopTimer(&timer)
        for one in passing { answer(one, 481) }
        passing = []
    }

    // MARK: Requests inside of it

    /// A request inside one of the dialogs.
    func received(_ request: inout SIPRequest, isFromSubscriber: Bool, _ server: ServerTransactionID, _ flow: Flow) {
        let expected: SIPMethod = isFromSubscriber ? .subscribe : .notify
        if !isFromSubscriber { meetNotifier(request) }
        guard var side = isFromSubscriber ? subscriber : notifier else { return }
        let one = Passing(
            serial: nextSerial, request: request, server: server, isFromSubscriber: isFromSubscriber)
        nextSerial += 1
        let verdict = side.dialog.receive(request)
        set(side, isSubscriber: isFromSubscriber)
        if verdict != .accepted { return answer(one, verdict.status) }
        if request.method != expected { return answer(one, 405) }
        if request.maxForwards == 0 { return answer(one, 483) }
        guard passing.count < Self.passingMost, notifier != nil else { return answer(one, 503) }
        do throws(AdapterError) {
            try pass(request, one)
        } catch {
            engine.counters.pluginRefusals &+= 1
            answer(one, error.failure.status)
        }
    }

    /// The first NOTIFY makes the dialog when it is quicker than the 2xx.
    private func meetNotifier(_ request: SIPRequest) {
        guard notifier == nil, let sent else { return }
        var dialog = Dialog(receiving: request, localTag: request.toTag)
        dialog.confirm()
        dialog.skip(localSequence: sent.request.cseq.number)
        notifier = Side(trunk: sent.trunk, flow: sent.flow, dialog: dialog)
    }

    private func set(_ side: Side, isSubscriber: Bool) {
        if isSubscriber { subscriber = side } else { notifier = side }
    }

    private func pass(_ request: SIPRequest, _ one: Passing) throws(AdapterError) {
        var canonical = request
        var one = one
        let source = one.isFromSubscriber ? subscriber : notifier!
        var target = one.isFromSubscriber ? notifier! : subscriber
        try adapt(source) { (adapter, state) throws(AdapterError) in
            try adapter.ingress(&canonical, on: legFacts(source).reversed, state: &state)
        }
        var relayed = target.dialog.makeRequest(request.method)
        set(target, isSubscriber: !one.isFromSubscriber)
        relayed.headers.carryOver(from: canonical.headers)
        if !canonical.body.isEmpty {
            relayed.setBody(canonical.body, contentType: canonical.headers.firstValue(of: .contentType))
        }
        if canonical.maxForwards > 0 { relayed.setMaxForwards(canonical.maxForwards - 1) }
        engine.describe(&relayed, to: target.trunk, from: canonical)
        target.trunk.stripper.strip(&relayed.headers)
        try adapt(target) { (adapter, state) throws(AdapterError) in
            try adapter.egress(&relayed, on: legFacts(target), state: &state)
        }
        engine.traceContext = trace(isSubscriber: !one.isFromSubscriber)
        one.client = engine.send(
            &relayed, on: target.trunk, over: flow(of: target), owner: OwnerKind.subscription.token(handle, one.serial))
        guard one.client != nil else { return answer(one, 503) }
        passing.append(one)
    }

    private func flow(of side: Side) -> Flow {
        guard let target = URIView(side.dialog.nextHop) else { return side.flow }
        return engine.flow(to: target, like: side.flow) ?? side.flow
    }

    // MARK: Responses

    /// A response to a request that was passed on.
    func received(_ response: SIPResponse, _ serial: Int) {
        guard response.status >= 200, let place = passing.firstIndex(where: { $0.serial == serial }) else { return }
        let one = passing.remove(at: place)
        var relayed = SIPResponse(
            to: one.request, status: response.isChallenge ? 403 : response.status, reason: Bytes(),
            toTag: (one.isFromSubscriber ? subscriber : notifier!).dialog.localTag)
        relayed.headers.carryOver(from: response.headers)
        let source = one.isFromSubscriber ? subscriber : notifier!
        if one.isFromSubscriber {
            notifier?.dialog.refreshTarget(from: response)
        } else {
            subscriber.dialog.refreshTarget(from: response)
        }
        engine.describe(&relayed, answering: one.request.method, to: source.trunk, from: response)
        send(relayed, to: source, one)
        follow(one, response)
    }

    /// A request that was passed on has no final response.
    func lost(_ serial: Int) {
        guard let place = passing.firstIndex(where: { $0.serial == serial }) else { return }
        let one = passing.remove(at: place)
        answer(one, 408)
        engine.end(self)
    }

    /// What an answered request means for how long it lives.
    private func follow(_ one: Passing, _ response: SIPResponse) {
        if response.status == 481 || response.status == 489 { return engine.end(self) }
        guard response.isSuccess else { return }
        if one.isFromSubscriber {
            return keep(Self.expiry(response.headers) ?? Self.expiry(one.request.headers) ?? 3_600)
        }
        guard let state = try? SubscriptionState(parsing: one.request.headers.firstValue(of: .subscriptionState)) else {
            return
        }
        if state.isTerminated { return engine.end(self) }
        if let seconds = state.parameters["expires"].flatMap({ UInt64($0) }) { keep(seconds) }
    }

    private func answer(_ one: Passing, _ status: UInt16) {
        let side = one.isFromSubscriber ? subscriber : notifier ?? subscriber
        var response = SIPResponse(to: one.request, status: status, reason: Bytes(), toTag: side.dialog.localTag)
        engine.addHint(for: status, to: &response)
        engine.describe(&response, answering: one.request.method, to: side.trunk, from: nil)
        send(response, to: side, one)
    }

    private func send(_ response: SIPResponse, to side: Side, _ one: Passing) {
        var dressed = response
        side.trunk.stripper.strip(&dressed.headers)
        do throws(AdapterError) {
            try adapt(side) { (adapter, state) throws(AdapterError) in
                try adapter.egress(&dressed, on: legFacts(side).reversed, state: &state)
            }
        } catch {
            engine.counters.pluginRefusals &+= 1
            dressed = response
        }
        engine.traceContext = trace(isSubscriber: one.isFromSubscriber)
        engine.layer.respond(one.server, with: dressed, at: engine.now)
        engine.traceOutput()
    }

    // MARK: Adapters

    func trace(isSubscriber: Bool) -> TraceContext {
        TraceContext(call: number, leg: isSubscriber ? 0 : 1, trunk: trunk(isSubscriber: isSubscriber))
    }

    private func legFacts(_ side: Side) -> EgressLeg {
        let facts = CallFacts(
            number: number, callID: side.dialog.callID.array, began: engine.wallClock(engine.now),
            ingressTrunk: subscriber.trunk.name)
        return EgressLeg(of: facts, trunk: side.trunk.facts, remote: side.flow.remote)
    }

    private func adapt(
        _ side: Side, _ hook: (AdapterInstance, inout PluginState) throws(AdapterError) -> Void
    ) throws(AdapterError) {
        guard let adapter = side.trunk.adapter, !side.trunk.hooks.isEmpty else { return }
        do throws(AdapterError) {
            guard adapter.keepsState else { return try hook(adapter, &engine.noState) }
            if !states.contains(where: { $0.adapter === adapter }) {
                states.append(AdapterState(adapter: adapter, state: PluginState()))
            }
            for place in states.indices where states[place].adapter === adapter {
                try hook(adapter, &states[place].state)
            }
        } catch {
            if !error.passesBy { throw error }
        }
    }
}
