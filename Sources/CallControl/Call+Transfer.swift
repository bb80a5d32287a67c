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
            if passes(&request, target, from: leg, to: remaining, transaction) { return }
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
        if transfer != nil || joining != nil { return (491, "another transfer is under way") }
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
        var consulted: Leg?
        if let replaced = target.replaces {
            let own = engine.leg(replaced.callID, local: replaced.toTag, remote: replaced.fromTag)
            guard let own, engine.belongs(leg.trunk, to: own.trunk), own.call !== self, let other = own.peer else {
                tellTransfer(refused: Self.unknownDialog(replaced, engine), by: leg)
                return refuse(received, 481, .transferRefused, leg, transaction)
            }
            guard own.call.mayJoin(own) else {
                tellTransfer(refused: "the call with the new party is not up, or is being transferred itself", by: leg)
                return refuse(received, 491, .transferRefused, leg, transaction)
            }
            consulted = other
        }
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
        if let consulted { return begin(transfer, consulting: consulted) }
        goOnPlanning(transfer, CallPlanner(call: number, from: leg.trunk))
    }

    /// Whether a party of this call may be given to another one.
    private func mayJoin(_ leg: Leg) -> Bool {
        phase == .confirmed && transfer == nil && joining == nil && (leg === callerLeg || leg === calleeLeg)
            && !leg.isOver && leg.peer?.isOver == false
    }

    private static func unknownDialog(_ replaced: ReplacedDialog, _ engine: CallEngine) -> String {
        let shard = replaced.toTag.withUnsafeBytes { ShardHint.shard(ofTag: Bytes($0)) }
        return shard == nil || shard == Int(engine.shard)
            ? "the dialog that Replaces names is not known here"
            : "the dialog that Replaces names is another shard's: its two calls came in by different sockets"
    }

    /// Whether the sender wants no NOTIFY (RFC 4488).
    private static func wantsNoSubscription(_ request: SIPRequest) -> Bool {
        let value = request.headers.firstValue(of: .referSub)
        return value.prefix(value.firstIndex(of: 0x3B) ?? value.count).trimmed.equalsIgnoringCase("false")
    }

    private func accept(_ request: SIPRequest, _ leg: Leg, _ transaction: ServerTransactionID, isSilent: Bool) {
        var response = SIPResponse(to: request, status: 202, reason: Bytes(), toTag: leg.dialog.localTag)
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
    /// status ends the subscription, and so does a BYE: who has hung up wants no report.
    func tell(_ transfer: Transfer, _ status: UInt16) {
        let leg = transfer.transferor
        guard !leg.isOver, var subscription = transfer.subscription, subscription.status != status else { return }
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
