import SIPTransaction
import TandemKit
import Timing

/// A proxied request between its server transaction and its branches (RFC 3261 §16.7); or, with a `passage`, one outside of
/// any dialog that a B2BUA passes on.
///
/// Branches are tried one after another, in the order of the router's choices. A request inside a dialog has one branch,
/// to where its route leads.
final class ResponseContext {
    /// One way the request was sent.
    struct Branch {
        let trunk: TrunkContext
        /// The place of its choice in the plan; nil inside a dialog, where there is none. (The choice itself would make
        /// every copy ask the kit how.)
        let choice: Int?
        /// The peer's server that it went to, and those for when that fails.
        let hops: HopSet.Order
        var transaction: ClientTransactionID?
        var isOver = false
        var hasProvisional = false
        var isCancelled = false
        var timer = TimerID.none
    }

    unowned(unsafe) let engine: CallEngine  // owns this object, and outlives it
    let handle: UInt64
    let number: CallNumber
    let ingress: TrunkContext
    /// The trunks as they were when the request came.
    let trunks: [TrunkContext]
    private let companion: AnyObject?
    /// The request as received; responses of our own are made from it.
    let request: SIPRequest
    /// What identifies its way (RFC 3261 §16.6 step 8).
    let loopHash: UInt64
    let server: ServerTransactionID
    /// The place of a proxied call on the ingress trunk, and on the last that it was sent to, where places are limited.
    var place: TrunkCapacity.Place?
    private var egressPlace: TrunkCapacity.Place?
    let startedAt: Timestamp
    var plan: CallPlan
    /// What the plan waits for; nil when it is complete.
    var wait: PlanWait?
    var nextChoice = 0
    var triedGateways = GatewaySet()
    var branches: [Branch] = []
    private(set) var failedAttempts: [FailedAttempt] = []
    /// The best failure response so far, without our Via, and its branch.
    private var best: (response: SIPResponse, branch: Int)?
    /// The responses that ask the sender for credentials.
    private var challenges: [SIPResponse] = []
    private var hasProgressed = false
    private(set) var hasFinal = false
    private var isCancelled = false
    var outcome: Failure?
    /// How the request and its responses are rebuilt by a B2BUA; nil for what is proxied.
    var passage: StandalonePassage?

    init(
        engine: CallEngine, handle: UInt64, number: CallNumber, ingress: TrunkContext, request: SIPRequest,
        loopHash: UInt64, server: ServerTransactionID, plan: CallPlan, now: Timestamp
    ) {
        self.engine = engine
        self.handle = handle
        self.number = number
        self.ingress = ingress
        trunks = engine.trunks
        companion = engine.companion
        self.request = request
        self.loopHash = loopHash
        self.server = server
        self.plan = plan
        startedAt = now
    }

    var isInvite: Bool { request.method == .invite }

    // MARK: Branches

    /// Starts the next branch that can be started; answers with the best response when there is none left.
    func tryNextTrunk() {
        while nextChoice < plan.choices.count, branches.count < engine.limits.attempts {
            let choice = plan.choices[nextChoice]
            nextChoice += 1
            guard let trunk = engine.trunk(named: choice.trunk, of: trunks), engine.isAvailable(trunk),
                trunk.missingPlugin == nil, engine.missingRegistration(trunk) == nil,
                !triedGateways.contains(trunk.gateway)
            else {
                plan.log.chose(
                    "skipped", rule: choice.trunk, note: "unknown, down, without its plugin, or its gateway was tried")
                continue
            }
            do throws(TrunkCapacity.Refusal) {
                egressPlace = isInvite ? try engine.place(on: trunk) : nil
            } catch {
                plan.log.chose("skipped", rule: choice.trunk, note: "\(trunk.name) \(error.sentence)")
                continue
            }
            triedGateways.insert(trunk.gateway)
            guard var forwarded = make(choice, on: trunk) else { continue }
            if isInvite { engine.emit(number, .attempted(trunk: trunk.name, attempt: branches.count + 1)) }
            if start(&forwarded, on: trunk, over: engine.hops(of: trunk), choice: nextChoice - 1) { return }
        }
        finish()
    }

    /// The request as it goes to a trunk; nil when the trunk's adapter refuses it.
    private func make(_ choice: TrunkChoice, on trunk: TrunkContext) -> SIPRequest? {
        if let passage {
            do throws(AdapterError) { return try passage.make(choice, on: trunk, attempt: branches.count + 1) } catch {
                engine.counters.pluginRefusals &+= 1
                outcome = error.failure
                failedAttempts.append(
                    FailedAttempt(
                        number: branches.count + 1, trunk: trunk.name, failure: error.failure, time: engine.now))
                return nil
            }
        }
        var forwarded = ForwardedRequest.make(
            request, choice: choice, plan: plan, from: ingress, to: trunk, engine: engine)
        if isInvite || request.method == .subscribe {
            RouteProcessing.record(&forwarded, from: ingress, to: trunk, engine: engine)
        }
        return forwarded
    }

    /// Sends the request over one more branch. Returns false when it can't be sent.
    func start(
        _ request: inout SIPRequest, on trunk: TrunkContext, over hops: HopSet.Order, choice: Int? = nil
    ) -> Bool {
        let index = branches.count
        var branch = Branch(trunk: trunk, choice: choice, hops: hops)
        engine.traceContext = TraceContext(call: number, leg: UInt8(truncatingIfNeeded: index + 1), trunk: trunk)
        if passage != nil { trunk.digest?.authorize(&request, engine.writer) }
        branch.transaction = engine.forward(
            &request, on: trunk, over: hops.first, owner: owner(index), loopHash: loopHash)
        if passage != nil, let id = branch.transaction {
            engine.keep(request, on: trunk, over: hops.first, as: id)
            if let subscription = passage?.subscription {
                engine.sent(request, of: subscription, to: trunk, hops.first)
            }
        }
        branch.isOver = branch.transaction == nil
        branches.append(branch)
        guard !branch.isOver else { return false }
        if isInvite { engine.setTimer(&branches[index].timer, .branchTimer, handle, index, after: trunk.timers.timerC) }
        return true
    }

    /// The server transaction comes back with each response, so that a 2xx finds its way when this context is gone.
    private func owner(_ index: Int) -> OwnerToken {
        OwnerKind.branch.token(server.raw, index << 48 | Int(CompactHandle.make(handle)))
    }

    // MARK: Responses

    /// A response of a branch.
    func received(_ response: inout SIPResponse, _ index: Int) {
        guard index < branches.count else { return }
        let status = response.status
        engine.heard(from: branches[index].trunk.index, status)
        response.removeTopVia()
        switch status {
        case 100: branches[index].hasProvisional = true
        case 101..<200: progressed(response, index)
        case 200..<300: succeeded(response, index)
        default: failed(response, index)
        }
    }

    private func progressed(_ response: SIPResponse, _ index: Int) {
        branches[index].hasProvisional = true
        guard !hasFinal else { return }
        if !hasProgressed {
            hasProgressed = true
            let trunk = branches[index].trunk
            engine.emit(
                number, .progressed(trunk: trunk.name, status: response.status, hasMedia: !response.body.isEmpty))
        }
        if isInvite {
            let timerC = branches[index].trunk.timers.timerC
            engine.setTimer(&branches[index].timer, .branchTimer, handle, index, after: timerC)
        }
        answer(response, from: branches[index].trunk)
    }

    /// A 2xx goes on at once, and so do those of further forks (§16.7 step 5).
    private func succeeded(_ response: SIPResponse, _ index: Int) {
        end(index)
        if !hasFinal {
            hasFinal = true
            if isInvite { engine.emit(number, .answered(trunk: branches[index].trunk.name)) }
            for other in branches.indices where other != index { cancel(other) }
        }
        answer(response, from: branches[index].trunk)
        releaseIfDone()
    }

    /// Gives a response of a branch to the sender.
    private func answer(_ response: SIPResponse, from trunk: TrunkContext) {
        engine.forward(passage?.relay(response, from: trunk) ?? response, to: server, number, ingress)
    }

    private func failed(_ response: SIPResponse, _ index: Int) {
        guard !branches[index].isOver else { return }
        end(index)
        if response.isChallenge { challenges.append(response) }
        if best.map({ ResponseChoice.isBetter(response, than: $0.response) }) ?? true { best = (response, index) }
        let status = response.status
        moveOn(
            index, may: failover(of: index).movesOn(after: status),
            Failure(status: status, diagnostic: .peerRefused), isServerLost: status == 503)
    }

    /// A branch got no final response.
    func lost(_ index: Int, _ id: ClientTransactionID, isTimeout: Bool) {
        guard index < branches.count, branches[index].transaction == id, !branches[index].isOver else { return }
        end(index)
        let rule = failover(of: index)
        let failure = Failure(
            status: isTimeout ? 408 : 503, diagnostic: isTimeout ? .noResponse : .transportFailed,
            detail: isTimeout ? "" : engine.transportCause)
        if isInvite, best == nil { best = (generated(failure), index) }
        moveOn(index, may: isTimeout ? rule.onTimeout : rule.onTransportError, failure, isServerLost: true)
    }

    private func failover(of index: Int) -> FailoverRule {
        branches[index].choice.map { plan.choices[$0].failover } ?? .never
    }

    private func moveOn(_ index: Int, may: Bool, _ failure: Failure, isServerLost: Bool) {
        let trunk = branches[index].trunk.name
        failedAttempts.append(FailedAttempt(number: index + 1, trunk: trunk, failure: failure, time: engine.now))
        if isInvite { engine.emit(number, .attemptFailed(trunk: trunk, failure: failure)) }
        outcome = failure
        guard !hasFinal else { return releaseIfDone() }
        if isServerLost, triesNextServer(index) { return }
        if may, !hasProgressed, !isCancelled { return tryNextTrunk() }
        finish()
    }

    /// Tries the next server of the peer that a branch has failed at (RFC 3263 §4.3). Returns false when there is none.
    private func triesNextServer(_ index: Int) -> Bool {
        let branch = branches[index]
        engine.hopFailed(branch.hops.first, of: branch.trunk)
        guard let next = branch.hops.next, let choice = branch.choice, !hasProgressed, !isCancelled,
            branches.count < engine.limits.attempts, var forwarded = make(plan.choices[choice], on: branch.trunk)
        else { return false }
        if isInvite { engine.emit(number, .attempted(trunk: branch.trunk.name, attempt: branches.count + 1)) }
        return start(&forwarded, on: branch.trunk, over: next, choice: choice)
    }

    /// Timer C: a branch has been silent for too long (§16.8).
    func timerC(_ index: Int) {
        guard index < branches.count, !branches[index].isOver else { return }
        if branches[index].hasProvisional { return cancel(index) }
        guard let transaction = branches[index].transaction else { return }
        engine.layer.abandon(transaction)
        lost(index, transaction, isTimeout: true)
    }

    /// The sender has cancelled the request (§16.10). Its final response is whatever the branches answer.
    func cancelled() {
        guard !hasFinal, isInvite, !cancelPlanning() else { return }
        isCancelled = true
        for index in branches.indices { cancel(index) }
    }

    private func cancel(_ index: Int) {
        guard !branches[index].isOver, !branches[index].isCancelled, let id = branches[index].transaction else {
            return
        }
        branches[index].isCancelled = true
        engine.traceContext = TraceContext(
            call: number, leg: UInt8(truncatingIfNeeded: index + 1), trunk: branches[index].trunk)
        _ = engine.layer.cancel(id, at: engine.now)
        engine.traceOutput()
    }

    private func end(_ index: Int) {
        branches[index].isOver = true
        engine.stopTimer(&branches[index].timer)
    }

    /// All branches have failed: the best response goes back (§16.7 step 6).
    func finish() {
        guard !hasFinal, branches.allSatisfy(\.isOver) else { return releaseIfDone() }
        hasFinal = true
        let failure = outcome ?? plan.failure ?? Failure(status: 503, diagnostic: .noTrunkAvailable)
        outcome = failure
        if isInvite { tellEnd(failure) }
        if var best {
            // One trunk's overload is not ours (§16.7 step 6).
            if best.response.status == 503, !branches.isEmpty { best.response.setStatus(500) }
            if best.response.isChallenge { best.response.collect(challenges) }
            answer(best.response, from: branches[best.branch].trunk)
        } else {
            engine.forward(generated(failure), to: server, number, ingress)
        }
        releaseIfDone()
    }

    private func tellEnd(_ failure: Failure) {
        engine.emit(
            number, ended: failure,
            CallSummary(
                ingressTrunk: ingress.name, egressTrunk: branches.last?.trunk.name, attempts: branches.count,
                called: plan.called, calling: plan.identity.number, began: engine.wallClock(startedAt), answered: nil,
                ended: engine.wallClock(engine.now),
                endedBy: isCancelled ? .caller : failure.diagnostic == .peerRefused ? .callee : .tandem))
    }

    private func generated(_ failure: Failure) -> SIPResponse {
        if let passage { return passage.respond(failure) }
        var response = SIPResponse(to: request, status: failure.status, toTag: engine.layer.makeTag())
        engine.addHint(for: failure.status, to: &response)
        return response
    }

    private func releaseIfDone() {
        if hasFinal, branches.allSatisfy(\.isOver) { engine.release(self) }
    }
}

extension SIPResponse {
    /// Gives one challenge those of all others (RFC 3261 §16.7 step 7): the sender answers them together.
    fileprivate mutating func collect(_ challenges: [SIPResponse]) {
        for id in [HeaderID.wwwAuthenticate, .proxyAuthenticate] {
            headers.removeAll(id)
            for challenge in challenges {
                var index = challenge.headers.firstIndex(of: id)
                while index >= 0 {
                    headers.append(id, challenge.headers.valueBytes(at: index))
                    index = challenge.headers.nextIndex(of: id, after: index)
                }
            }
        }
    }
}

/// Which of two failure responses of branches goes back (RFC 3261 §16.7 step 6).
enum ResponseChoice {
    static func isBetter(_ one: SIPResponse, than other: SIPResponse) -> Bool { rank(one.status) < rank(other.status) }

    /// 6xx first, then the lowest class; in 4xx those that tell the sender how to do better.
    private static func rank(_ status: UInt16) -> Int {
        switch status {
        case 600...: 0
        case 401, 407, 415, 420, 484: Int(status) - 100
        case 503: 599
        default: Int(status)
        }
    }
}

/// A handle of a call table in 48 bits: 24 of the generation, 24 of the place.
enum CompactHandle {
    static func make(_ handle: UInt64) -> UInt64 { (handle >> 32 & 0xFF_FFFF) << 24 | handle & 0xFF_FFFF }
}
