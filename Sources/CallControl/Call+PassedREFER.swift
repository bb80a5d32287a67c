import SIPDialog
import SIPTransaction
import TandemKit

/// A REFER that went on to the other party, so that NOTIFYs of that one find their way back.
struct PassedREFER {
    /// Whose REFER it was.
    let source: Leg
    /// Its CSeq number there, and the one that the other party knows it by.
    let received: UInt32
    let sent: UInt32
    /// Whether it was the first that its sender has sent.
    let isFirst: Bool
}

/// REFER that passes: to a party that takes it, with URIs and dialogs of ours in it instead of the sender's (RFC 3515, RFC
/// 3891, RFC 3892).
extension Call {
    /// Most REFERs whose NOTIFYs find their way back at once.
    private static var passedMost: Int { 4 }

    /// Passes a REFER on. Returns false when it is to be carried out by us.
    func passes(
        _ request: inout SIPRequest, _ target: ReferTarget, from leg: Leg, to remaining: Leg,
        _ transaction: ServerTransactionID
    ) -> Bool {
        guard leg.trunk.transfer == .pass, remaining.trunk.profile.acceptsREFER else { return false }
        guard exchanges.count < engine.limits.exchanges else {
            engine.counters.refusedExchanges &+= 1
            refuse(request, 503, .overloaded, leg, transaction)
            return true
        }
        guard let number = number(of: target, from: leg) else { return false }
        // What follows finds the number as the other party is to see it.
        let uri = number.sipURI(at: remaining.trunk.ownPlace, profile: remaining.trunk.profile)
        let writer = engine.writer
        writer.start()
        writer.append("<")
        writer.append(uri)
        if let replaced = target.replaces {
            guard let named = engine.leg(replaced.callID, local: replaced.toTag, remote: replaced.fromTag),
                let other = named.peer, engine.belongs(leg.trunk, to: other.peer?.trunk ?? other.trunk)
            else {
                tellTransfer(refused: "the dialog that Replaces names is not known here", by: leg)
                refuse(request, 481, .transferRefused, leg, transaction)
                return true
            }
            // Its own identifiers are the other side's: our tag alone names it (`leg(_:local:remote:)`).
            let tag = named.dialog.localTag
            for part in ["?Replaces=", "%3Bto-tag%3D", "%3Bfrom-tag%3D"] as [StaticString] {
                writer.append(part)
                writer.append(tag)
            }
        }
        writer.append(">")
        request.headers.set(.referTo, writer.bytes)
        plan.log.chose(
            remaining.trunk.name, rule: "transfer passed", note: "\(leg.trunk.name) sends it to \(number.received)")
        relay(&request, from: leg, to: remaining, transaction, isCanonical: true)
        return true
    }

    /// The number in Refer-To, normalized; nil where that takes a look-up, or no route leads there.
    private func number(of target: ReferTarget, from leg: Leg) -> PhoneNumber? {
        guard let received = target.uri.withUnsafeBytes({ PhoneNumber(uri: Bytes($0)) }) else { return nil }
        var plan = CallPlan(of: received, Identity(), from: leg.trunk, isExplaining: engine.isExplaining)
        var planner = CallPlanner(call: number, from: leg.trunk)
        guard planner.advance(&plan) == nil, plan.failure == nil else { return nil }
        return plan.called
    }

    /// Puts the mapped Refer-To, and who refers, into a REFER that goes on.
    func addReferTo(of request: SIPRequest, to relayed: inout SIPRequest, _ leg: Leg) throws(AdapterError) {
        relayed.headers.append(.referTo, request.headers.firstValue(of: .referTo))
        guard let from = NameAddrView(request.headers.firstValue(of: .from)), let number = PhoneNumber(uri: from.uri)
        else { return }
        let uri = number.sipURI(at: leg.trunk.ownPlace, profile: leg.trunk.profile)
        engine.writer.start()
        engine.writer.append("<")
        engine.writer.append(uri)
        engine.writer.append(">")
        relayed.headers.append(.referredBy, engine.writer.bytes)
    }

    /// Remembers a REFER that was sent on.
    func notePassed(_ exchange: Exchange) {
        let source = exchange.source
        let received = exchange.request.cseq.number
        passedREFERs.append(
            PassedREFER(
                source: source, received: received, sent: exchange.cseq,
                isFirst: source.firstREFER == 0 || source.firstREFER == received))
        if source.firstREFER == 0 { source.firstREFER = received }
        if passedREFERs.count > Self.passedMost { passedREFERs.removeFirst() }
    }

    /// Whether a NOTIFY is about anything that the other party may know of: a REFER that went on to its sender, or a
    /// subscription that is none of ours.
    func followsREFER(_ request: SIPRequest, from leg: Leg) -> Bool {
        guard Self.isAboutREFER(request) else { return true }
        return passed(request, to: leg.peer) != nil
    }

    private static func isAboutREFER(_ request: SIPRequest) -> Bool {
        let event = request.headers.firstValue(of: .event)
        return event.prefix(event.firstIndex(of: 0x3B) ?? event.count).trimmed.equalsIgnoringCase("refer")
    }

    /// The REFER that a NOTIFY is about: the one that its id names, else the latest.
    private func passed(_ request: SIPRequest, to leg: Leg?) -> PassedREFER? {
        let own = passedREFERs.filter { $0.source === leg }
        let event = try? EventPackage(parsing: request.headers.firstValue(of: .event))
        guard let id = event?.parameters["id"].flatMap({ UInt32($0) }) else { return own.last }
        return own.first { $0.sent == id }
    }

    /// Puts the event of a NOTIFY that goes on into its receiver's words. Of a report on a transfer the status line goes on
    /// alone: what follows it may tell the other side's addresses.
    func mapEvent(of request: SIPRequest, to relayed: inout SIPRequest, _ leg: Leg) {
        guard Self.isAboutREFER(request), let passed = passed(request, to: leg) else { return }
        let writer = engine.writer
        writer.start()
        writer.append("refer")
        if !passed.isFirst {
            writer.append(";id=")
            writer.append(decimal: UInt64(passed.received))
        }
        relayed.headers.set(.event, writer.bytes)
        let body = request.body
        writer.start()
        writer.append(body.prefix(body.firstIndex(of: 0x0D) ?? body.firstIndex(of: 0x0A) ?? body.count))
        writer.append("\r\n")
        if !body.isEmpty { relayed.setBody(writer.bytes, contentType: "message/sipfrag;version=2.0") }
        let state = request.headers.firstValue(of: .subscriptionState)
        if state.prefix(10).equalsIgnoringCase("terminated") { passedREFERs.removeAll { $0.sent == passed.sent } }
    }
}
