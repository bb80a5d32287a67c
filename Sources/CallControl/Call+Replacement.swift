import SIPDialog
import SIPTransaction
import TandemKit
import Timing

/// An INVITE with Replaces: its sender takes the place of a party of this call (RFC 3891).
extension Call {
    /// Why the leg can't be replaced now; nil when it can.
    func refusalOfReplacement(of leg: Leg, _ replaced: ReplacedDialog) -> UInt16? {
        if leg.isOver || phase == .ending { return 603 }
        guard answeredAt != nil, leg === callerLeg || leg === calleeLeg, leg.peer != nil else { return 481 }
        if replaced.isEarlyOnly { return 486 }
        guard phase == .confirmed, transfer == nil, joining == nil else { return 491 }
        guard transferCount < engine.limits.transfers, attempts.count < 31 else {
            engine.counters.refusedTransfers &+= 1
            return 603
        }
        return nil
    }

    /// Puts who has sent an INVITE into the place of a party.
    func replace(
        _ replaced: Leg, by request: SIPRequest, _ transaction: ServerTransactionID, from trunk: TrunkContext,
        _ flow: Flow, _ place: TrunkCapacity.Place?
    ) {
        guard let remaining = replaced.peer else { return }
        let transfer = Transfer(from: replaced, remaining: remaining, model: request, plan: .empty)
        let facts = EgressLeg(
            of: self.facts(request.callID), trunk: trunk.facts, peerTrunk: remaining.trunk.facts, remote: flow.remote,
            attempt: attempts.count + 1)
        let attempt = makeAttempt(for: trunk, flow, facts, transfer)
        attempt.place = place
        let leg = addLeg(
            trunk: trunk, isCaller: false, attempt: attempt.number, facts: facts, flow: flow,
            dialog: Dialog(receiving: request, localTag: engine.layer.makeTag()))
        engine.setOwner(OwnerKind.transfer.token(handle, leg.serial), of: transaction)
        engine.identify(TraceContext(leg))
        engine.traceOutput()
        transfer.target = leg
        transfer.replacement = (request, transaction)
        self.transfer = transfer
        transferCount += 1
        plan.log.chose(
            trunk.name, rule: "replaced", note: "by Replaces, \(trunk.name) takes the place of \(replaced.trunk.name)")
        var canonical: SIPRequest = request
        do throws(AdapterError) {
            try adapt(&canonical, from: leg)
        } catch {
            engine.counters.pluginRefusals &+= 1
            return transferFailed(error.failure)
        }
        leg.session.note(canonical.headers, trunk)
        leg.session.terms = SessionTerms(of: canonical.headers)
        if trunk.sessionTimer.refusal(of: leg.session.terms) != nil {
            return transferFailed(Failure(status: 422, diagnostic: .intervalTooSmall))
        }
        anchored(canonical.sdpBytes?.array ?? [], attempt)
    }

    /// Answers the INVITE that has replaced a party. Returns false when that ends the call.
    func answer(
        _ replacement: (invite: SIPRequest, transaction: ServerTransactionID), _ leg: Leg, _ description: [UInt8],
        isOffer: Bool
    ) -> Bool {
        var made = SIPResponse(to: replacement.invite, status: 200, reason: Bytes(), toTag: leg.dialog.localTag)
        description.withUnsafeBytes { made.setBody(Bytes($0), contentType: SessionDescription.mediaType) }
        do throws(AdapterError) {
            let response = try relayed(made, to: leg, answering: replacement.invite, terms: leg.session.terms)
            leg.dialog.confirm()
            leg.session.keep(response.sdpBytes, leg.trunk)
            agree(leg, sent: response)
            answer(
                leg, replacement.transaction, cseq: replacement.invite.cseq.number, response,
                relaysAcknowledgement: isOffer)
            return true
        } catch {
            engine.counters.pluginRefusals &+= 1
            engine.respond(
                replacement.transaction, self.made(error.failure, to: leg, answering: replacement.invite), from: leg)
            leg.isOver = true
            end(error.failure)
            return false
        }
    }

    /// Who wanted to replace a party has cancelled its INVITE.
    func cancelledReplacement() {
        guard transfer?.replacement != nil else { return }
        transferFailed(Failure(status: 487, cause: .normalClearing, diagnostic: .callerCancelled))
    }
}

extension CallEngine {
    /// The leg whose dialog Replaces names: whether it is seen from us, or from the party at its other end, who is then the
    /// one to talk with. The second is what a party was told whose REFER names a dialog of its own side.
    func leg(replacedBy replaced: ReplacedDialog) -> Leg? {
        if let leg = leg(replaced.callID, local: replaced.toTag, remote: replaced.fromTag) { return leg }
        return leg(replaced.callID, local: replaced.fromTag, remote: replaced.toTag)?.peer
    }

    /// The leg whose dialog has these identifiers.
    func leg(_ callID: [UInt8], local: [UInt8], remote: [UInt8]) -> Leg? {
        var candidate = local.withUnsafeBytes { ShardHint.key(ofTag: Bytes($0)) }.flatMap { legs[$0] }
        // What a REFER of ours names it by: one side's Call-ID and tags are none of the other's business.
        let isAlias = callID == local && remote == local
        while let leg = candidate {
            let dialog = leg.dialog
            if isAlias, dialog.localTag.array == local, !leg.isOver { return leg }
            if dialog.localTag.array == local, dialog.remoteTag.array == remote, dialog.callID.array == callID {
                return leg
            }
            candidate = leg.nextFork
        }
        return nil
    }

    /// An INVITE with Replaces from a trunk whose peer may transfer calls. Returns false when it is a call of its own.
    func replaces(_ request: SIPRequest, _ id: ServerTransactionID, _ trunk: TrunkContext, _ flow: Flow) -> Bool {
        let index = request.headers.firstIndex(of: HeaderID.replaces)
        guard index >= 0, trunk.transfer != .off else { return false }
        guard request.headers.nextIndex(of: HeaderID.replaces, after: index) < 0,
            request.headers.firstIndex(of: HeaderID.join) < 0,
            let replaced = ReplacedDialog(request.headers.valueBytes(at: index)),
            request.headers.firstIndex(of: HeaderID.contact) >= 0
        else {
            refuse(request, id, 400, trunk, reason: "Replaces can't be served")
            return true
        }
        guard let leg = leg(replacedBy: replaced) else {
            counters.unknownDialogs &+= 1
            refuse(request, id, 481, trunk)
            return true
        }
        if let status = leg.call.refusalOfReplacement(of: leg, replaced) {
            leg.call.tellTransfer(refused: "an INVITE with Replaces of \(trunk.name) gets \(status)", by: leg)
            refuse(request, id, status, trunk)
            return true
        }
        do throws(TrunkCapacity.Refusal) {
            let place = try place(on: trunk)
            leg.call.replace(leg, by: request, id, from: trunk, layer.flow(of: id) ?? flow, place)
        } catch {
            refuse(request, id, 503, trunk)
        }
        return true
    }
}
