import SIPDialog
import SIPTransaction
import TandemKit

extension CallEngine {
    /// More requests than a dialog has between a re-INVITE and its end.
    private static let strayGap: UInt32 = 1_000

    /// A 2xx to an INVITE of a call that is gone: a late fork, or a repetition. Its dialog must not stay open: ACK, and
    /// BYE (RFC 3261 §13.2.2.4), which a callee that was hung up before answers with 481.
    ///
    /// A stray one has no transaction that proves that we ever asked: what answers it goes to no stranger's address. It may
    /// be of a re-INVITE whose dialog has had requests of ours since, and its BYE has to be numbered behind them.
    ///
    /// - Parameters:
    ///   - isOfEndedCall: Whether its dialog may have had requests of ours, too.
    ///   - hasEnded: Whether the dialog is known to have had its BYE, so that ACK is all that lacks: a second BYE
    ///     would be made from the response alone, with a number that the first one had.
    func dismissOrphan(
        _ response: SIPResponse, _ flow: Flow, isStray: Bool = false, isOfEndedCall: Bool = false,
        hasEnded: Bool = false
    ) {
        let status = response.status
        guard status >= 200, status < 300, response.cseq.method == .invite, !response.toTag.isEmpty,
            let index = configuration.matcher.trunk(for: flow)
        else { return }
        counters.lateAnswers &+= 1
        let trunk = trunk(at: index)
        var dialog = Dialog(sent: invite(of: response), received: response)
        let named = URIView(dialog.nextHop).flatMap { self.flow(to: $0, like: flow) } ?? flow
        let target = isStray && configuration.matcher.trunk(for: named) == nil ? flow : named
        traceContext = TraceContext(call: .none, leg: 1, trunk: trunk)
        var ack = dialog.makeACK(cseq: response.cseq.number)
        pushVia(&ack, trunk, target)
        layer.sendStateless(ack, over: target)
        traceOutput()
        if hasEnded { return }
        if isStray || isOfEndedCall { dialog.skip(localSequence: response.cseq.number &+ Self.strayGap) }
        var bye = dialog.makeRequest(.bye)
        _ = send(&bye, on: trunk, over: target, owner: OwnerKind.orphan.token(.max))
    }

    /// A response without a transaction. Only a 2xx to an INVITE of our own matters: a callee that answers long after
    /// our CANCEL, when RFC 3261 §9.1 lets us forget the INVITE, would else be in a call with nobody.
    func dismissStray(_ response: SIPResponse, _ flow: Flow) {
        guard ShardHint.shard(ofTag: response.fromTag) == Int(shard),
            ShardHint.shard(ofBranch: response.topVia.branch) == Int(shard),
            // Not a proxied INVITE of another Tandem, whose 2xx a proxy drops (RFC 6026 §7.3).
            response.topVia.branch.count == LoopCheck.branchCount
        else { return }
        guard let leg = leg(answering: response) else { return dismissOrphan(response, flow, isStray: true) }
        traceContext = TraceContext(leg)
        leg.call.answeredLate(response, leg)
    }

    /// The living leg that sent the INVITE of a 2xx.
    private func leg(answering response: SIPResponse) -> Leg? {
        var candidate = ShardHint.key(ofTag: response.fromTag).flatMap { legs[$0] }
        while let leg = candidate {
            if leg.dialog.remoteTag == response.toTag, leg.dialog.callID == response.callID { return leg }
            candidate = leg.nextFork
        }
        return nil
    }

    /// As much of the INVITE as its response tells: enough for the dialog.
    func invite(of response: SIPResponse) -> SIPRequest {
        let target = NameAddrView(response.headers.firstValue(of: .contact))?.uri
        let to = NameAddrView(response.headers.firstValue(of: .to))?.uri ?? Bytes("sip:invalid")
        var request = SIPRequest(method: .invite, uri: target ?? to)
        for id in [HeaderID.from, .to, .callID, .cseq] {
            request.headers.append(id, response.headers.firstValue(of: id))
        }
        return request
    }
}
