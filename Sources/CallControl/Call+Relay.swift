import SIPDialog
import SIPTransaction
import TandemKit

/// Messages on their way from one side of the call to the other: rebuilt with our own identifiers, so that nothing
/// of one side shows on the other.
extension Call {
    /// Makes the response to `request` that says to `leg`'s party what `response` said to us.
    ///
    /// - Parameters:
    ///   - failure: What the response means where it ends the call; its cause is told, and its status counts.
    ///   - sequence: Its RSeq where it is sent reliably.
    ///   - terms: What the request wants of the session timer, where it opens or refreshes a session.
    func relayed(
        _ response: SIPResponse, to leg: Leg, answering request: SIPRequest, failure: Failure? = nil,
        reliably sequence: UInt32? = nil, terms: SessionTerms? = nil
    ) throws(AdapterError) -> SIPResponse {
        // A challenge that we could not meet is between its sender and us.
        let status = failure.map(\.finalStatus) ?? (response.isChallenge ? 403 : response.status)
        let reason = status == response.status ? response.reasonBytes : Bytes()
        var relayed = SIPResponse(to: request, status: status, reason: reason, toTag: leg.dialog.localTag)
        relayed.headers.carryOver(from: response.headers)
        if !response.body.isEmpty {
            relayed.setBody(response.body, contentType: response.headers.firstValue(of: .contentType))
        }
        engine.describe(&relayed, answering: request.method, to: leg.trunk, from: response)
        if status / 100 == 3 {
            for contact in response.headers.contacts { relayed.headers.contacts.append(contact) }
        }
        if status < 300 { copyRecordRoute(of: request, to: &relayed) }
        if let failure { engine.addReason(failure, to: &relayed) }
        if let sequence { requireAcknowledgement(of: &relayed, sequence) }
        if status / 100 == 2, let terms { answerSession(in: &relayed, to: leg, terms) }
        try adapt(&relayed, to: leg)
        return relayed
    }

    /// Makes a response of our own to a request inside a dialog or to the INVITE. The adapter may dress it, not stop it.
    func made(_ failure: Failure, to leg: Leg, answering request: SIPRequest) -> SIPResponse {
        var response = SIPResponse(
            to: request, status: failure.finalStatus, reason: Bytes(), toTag: leg.dialog.localTag)
        if !failure.reason.isEmpty {
            var reason = failure.reason
            reason.withUTF8 { response.setStatus(failure.finalStatus, reason: Bytes(UnsafeRawBufferPointer($0))) }
        }
        engine.describe(&response, answering: request.method, to: leg.trunk, from: nil)
        engine.addReason(failure, to: &response)
        if failure.status == 422 { response.headers.setMinimum(leg.trunk.sessionTimer.minimum, engine.writer) }
        var dressed = response
        do throws(AdapterError) {
            try adapt(&dressed, to: leg)
        } catch {
            engine.counters.pluginRefusals &+= 1
            return response
        }
        return dressed
    }

    /// Record-Route of the request goes back in responses that create a dialog (RFC 3261 §12.1.1).
    private func copyRecordRoute(of request: SIPRequest, to response: inout SIPResponse) {
        var index = request.headers.firstIndex(of: HeaderID.recordRoute)
        while index >= 0 {
            response.headers.append(.recordRoute, request.headers.valueBytes(at: index))
            index = request.headers.nextIndex(of: HeaderID.recordRoute, after: index)
        }
    }

    /// Makes a provisional response a reliable one (RFC 3262 §3).
    private func requireAcknowledgement(of response: inout SIPResponse, _ sequence: UInt32) {
        response.headers.append(.require, Bytes("100rel"))
        engine.writer.start()
        engine.writer.append(decimal: UInt64(sequence))
        response.headers.append(.rSeq, engine.writer.bytes)
    }

    /// Makes the request inside `leg`'s dialog that says to its party what `request` said to us, by this method.
    func relayed(_ request: SIPRequest, to leg: Leg, as method: SIPMethod) throws(AdapterError) -> SIPRequest {
        var relayed = leg.dialog.makeRequest(method)
        if method == .prack { addRAck(to: &relayed, leg) }
        relayed.headers.carryOver(from: request.headers)
        if !request.body.isEmpty {
            relayed.setBody(request.body, contentType: request.headers.firstValue(of: .contentType))
        }
        if method == .refer { try addReferTo(of: request, to: &relayed, leg) }
        if method == .notify { mapEvent(of: request, to: &relayed, leg) }
        if request.maxForwards > 0 { relayed.setMaxForwards(request.maxForwards - 1) }
        engine.describe(&relayed, to: leg.trunk, from: request)
        offerSession(in: &relayed, to: leg)
        try adapt(&relayed, to: leg)
        return relayed
    }
}

extension Failure {
    /// The status, or 500 where a plugin has given one that ends nothing.
    fileprivate var finalStatus: UInt16 { 300...699 ~= status ? status : 500 }
}
