import SIPDialog
import SIPTransaction
import TandemKit
import Timing

/// REFER from a party (RFC 3515): taken, planned from the trunk of who sent it, and reported on.
extension Call {
    /// A party wants the other one to talk with somebody else.
    func receivedREFER(
        _ request: inout SIPRequest, from leg: Leg, to remaining: Leg, _ transaction: ServerTransactionID
    ) {
        let received = request
        if let (status, sentence) = refusalOfREFER(from: leg) {
            tellTransfer(refused: sentence, by: leg)
            let diagnostic: DiagnosticCode = status == 405 ? .methodNotSupported : .transferRefused
            return refuse(received, status, diagnostic, leg, transaction)
        }
        do throws(AdapterError) {
            try adapt(&request, from: leg)
        } catch {
            engine.counters.pluginRefusals &+= 1
            return engine.respond(transaction, made(error.failure, to: leg, answering: received), from: leg)
        }
        do throws(ReferTarget.Problem) {
            let target = try ReferTarget(of: request)
            execute(request, target, from: leg, remaining: remaining, received, transaction)
        } catch {
            tellTransfer(refused: error.sentence, by: leg)
            refuse(received, error.status, .transferRefused, leg, transaction)
        }
    }

    /// Why a REFER can't be taken now; nil when it can.
    private func refusalOfREFER(from leg: Leg) -> (status: UInt16, sentence: String)? {
        if leg.trunk.transfer == .off { return (405, "the transfer of \(leg.trunk.name) is off") }
        if phase != .confirmed { return (491, "the call is not answered yet") }
        if transfer != nil { return (491, "another transfer is under way") }
        guard transferCount < engine.limits.transfers, attempts.count < Self.attemptsMost else {
            engine.counters.refusedTransfers &+= 1
            return (603, "the call was transferred \(transferCount) times")
        }
        return nil
    }

    /// Most attempts of a call with all its transfers: as many as media sessions can be told apart.
    private static var attemptsMost: Int { 31 }

    private func execute(
        _ request: SIPRequest, _ target: ReferTarget, from leg: Leg, remaining: Leg, _ received: SIPRequest,
        _ transaction: ServerTransactionID
    ) {
        var model = target.uri.withUnsafeBytes { SIPRequest(method: .invite, uri: Bytes($0)) }
        model.setMaxForwards(max(request.maxForwards < 0 ? 70 : request.maxForwards, 1))
        var plan = CallPlan(
            of: PhoneNumber(uri: model.requestURI) ?? PhoneNumber(""),
            Identity(reading: request, profile: leg.trunk.profile), from: leg.trunk, isExplaining: engine.isExplaining)
        plan.identity.diversions = []
        let transfer = Transfer(from: leg, remaining: remaining, model: model, plan: plan)
        let isSilent = Self.wantsNoSubscription(request)
        if !isSilent {
            transfer.subscription = ReferSubscription(id: leg.firstREFER == 0 ? nil : received.cseq.number)
        }
        if leg.firstREFER == 0 { leg.firstREFER = received.cseq.number }
        self.transfer = transfer
        transferCount += 1
        self.plan.log.chose(
            transfer.plan.called.received, rule: "transfer",
            note: "\(leg.trunk.name) sends \(remaining.trunk.name) there")
        accept(received, leg, transaction, isSilent: isSilent)
        tell(transfer, 100)
        goOnPlanning(transfer, CallPlanner(call: number, from: leg.trunk))
    }

    /// Whether the sender wants no NOTIFY (RFC 4488).
    private static func wantsNoSubscription(_ request: SIPRequest) -> Bool {
        let value = request.headers.firstValue(of: .referSub)
        return value.prefix(value.firstIndex(of: 0x3B) ?? value.count).trimmed.equalsIgnoringCase("false")
    }

    private func accept(_ request: SIPRequest, _ leg: Leg, _ transaction: ServerTransactionID, isSilent: Bool) {
        var response = SIPResponse(to: request, status: 202, reason: Bytes(), toTag: leg.dialog.localTag)
        leg.trunk.contact.withUnsafeBytes { response.headers.append(.contact, Bytes($0)) }
        if isSilent { response.headers.append(.referSub, Bytes("false")) }
        engine.describe(&response, answering: .refer, to: leg.trunk, from: nil)
        do throws(AdapterError) {
            try adapt(&response, to: leg)
        } catch {
            engine.counters.pluginRefusals &+= 1
        }
        engine.respond(transaction, response, from: leg)
    }

    // MARK: The plan

    /// Goes on with the plan of a transfer, and with the transfer once it is complete.
    func goOnPlanning(_ transfer: Transfer, _ planner: CallPlanner) {
        var planner = planner
        if let lookUp = planner.advance(&transfer.plan) {
            wait = engine.await(lookUp, for: planner, .lookUpTimer, handle)
            return
        }
        for entry in transfer.plan.log.entries { plan.log.append(entry) }
        if let failure = transfer.plan.failure {
            engine.count(failure)
            return transferFailed(failure)
        }
        // The route was the transferor's; it is the other party that calls.
        transfer.referrer = transfer.plan.identity.number
        let isCaller = transfer.remaining.isCaller
        transfer.plan.identity = isCaller ? plan.identity : Identity(asserted: plan.called, presented: plan.called)
        if let referrer = transfer.referrer {
            transfer.plan.identity.diversions.append(DiversionEntry(number: referrer, reason: .transfer))
        }
        engine.setTimer(
            &transfer.timer, .transferTimer, handle, after: transfer.transferor.trunk.timers.maxRingTime)
        tryNextTarget(transfer)
    }

    // MARK: What is told

    /// Tells the transferor how far its transfer has come, by the status line of the response that says so. A final
    /// status ends the subscription.
    func tell(_ transfer: Transfer, _ status: UInt16) {
        guard var subscription = transfer.subscription, subscription.status != status else { return }
        let leg = transfer.transferor
        subscription.status = status
        transfer.subscription = status >= 200 ? nil : subscription
        var request = leg.dialog.makeRequest(.notify)
        let writer = engine.writer
        writer.start()
        writer.append("refer")
        if let id = subscription.id {
            writer.append(";id=")
            writer.append(decimal: UInt64(id))
        }
        request.headers.append(.event, writer.bytes)
        request.headers.append(
            .subscriptionState, status < 200 ? Bytes("active;expires=180") : Bytes("terminated;reason=noresource"))
        leg.trunk.contact.withUnsafeBytes { request.headers.append(.contact, Bytes($0)) }
        writer.start()
        writer.append("SIP/2.0 ")
        writer.append(decimal: UInt64(status))
        writer.append(" ")
        writer.append(Bytes(ReasonPhrase.usual(for: status)))
        writer.append("\r\n")
        request.setBody(writer.bytes, contentType: "message/sipfrag;version=2.0")
        engine.describe(&request, to: leg.trunk, from: nil)
        do throws(AdapterError) {
            try adapt(&request, to: leg)
        } catch {
            engine.counters.pluginRefusals &+= 1
        }
        engine.traceContext = TraceContext(leg)
        _ = engine.send(
            &request, on: leg.trunk, over: engine.flow(of: leg), owner: OwnerKind.notify.token(handle, leg.serial))
        engine.changed(self)
    }

    /// A NOTIFY of ours has its final response, or will get none: who doesn't want it gets no more.
    func notified(_ leg: Leg, status: UInt16) {
        guard status >= 300, let transfer, transfer.transferor === leg else { return }
        transfer.subscription = nil
    }

    /// Most transfers of which the story tells that they were refused.
    private static var toldMost: Int { 8 }

    /// Has the call's story tell why a transfer was refused.
    func tellTransfer(refused sentence: String, by leg: Leg) {
        guard plan.log.entries.count(where: { $0.rule == "transfer" && $0.outcome == .failed }) < Self.toldMost else {
            return
        }
        plan.log.failed(rule: "transfer", on: leg.trunk.name, note: sentence)
    }
}
