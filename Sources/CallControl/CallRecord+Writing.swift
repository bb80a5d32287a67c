import SIPDialog
import SIPTransaction
import TandemKit
import Timing
import Wire

extension Call {
    /// Writes down what of the call is to outlive the process, by now.
    func write(to writer: inout WireWriter) {
        let talk = answeredAt.flatMap { answeredAt -> (Timestamp, Leg, Leg)? in
            guard let callerLeg, let calleeLeg else { return nil }
            return (answeredAt, callerLeg, calleeLeg)
        }
        writer.put(talk != nil)
        writer.put(engine.wallClock(startedAt))
        writer.put(ingress.name)
        writer.put(plan.called.received)
        writer.put(plan.identity.number?.received ?? "")
        guard let (answeredAt, caller, callee) = talk else { return }
        writer.put(handle)
        writer.put(engine.wallClock(answeredAt))
        writer.put(plan.called.text)
        writer.put(UInt8(clamping: callee.attempt))
        writer.put(attempts[callee.attempt - 1].callerSide?.address ?? callerFlow.remote.address)
        writer.put(attempts[callee.attempt - 1].flow.remote.address)
        let relayed = media.sessions & 1 << UInt32(callee.attempt) != 0 ? attempts[callee.attempt - 1] : nil
        writer.put(relayed?.firstOfferer) { [media] in
            $0.put($1.rawValue)
            $0.put(media.watch.media)
            $0.put(media.watch.isHeld)
        }
        caller.write(to: &writer)
        callee.write(to: &writer)
        // Of who has left the call by a transfer nothing is needed any more.
        let kept = states.compactMap { state in
            [callee.trunk, caller.trunk].first { $0.adapter === state.adapter }.map { (state, $0.adapterBuild) }
        }
        writer.put(kept) {
            $0.put($1.0.adapter.name)
            $0.put($1.1)
            $0.put($1.0.state.record)
        }
        writer.put(legs.filter { $0.hasLeft && !$0.isOver && $0.call === self }) { $1.write(to: &$0) }
    }

    /// Writes down who has hung up.
    func writeEnding(to writer: inout WireWriter) {
        writer.put(CallNote.ending.rawValue)
        writer.put(callerLeg?.hasHungUp ?? true)
        writer.put(calleeLeg?.hasHungUp ?? true)
        writer.put(callerLeg?.dialog.localSequence ?? 0)
        writer.put(calleeLeg?.dialog.localSequence ?? 0)
        writer.put(outcome?.status ?? 0)
        writer.put(outcome?.cause?.raw ?? 0)
        writer.put(outcome?.diagnostic.raw ?? 0)
        writer.put(outcome?.detail ?? "")
    }
}

extension Leg {
    private var writtenAnswer: PendingAnswer? {
        #if DEBUG
            if call.engine.fault == .forgetsAnswer { return nil }
        #endif
        return answer
    }

    fileprivate func write(to writer: inout WireWriter) {
        writer.put(trunk.name)
        writer.put(flow)
        writer.put(acknowledgedCSeq) { $0.put($1) }
        writer.put(unacknowledgedCSeq) { $0.put($1) }
        writer.put(writtenAnswer) { $1.write(to: &$0, call.engine.layer) }
        writer.put(call.openInvite(to: self)) {
            $0.put($1.cseq)
            $0.put($1.offers)
        }
        writer.put(call.openRequests(from: self)) { writer, open in
            writer.put(call.engine.layer.flow(of: open.1) ?? flow)
            writer.put(open.0)
        }
        writer.put(isOver)
        session.write(to: &writer, call.engine)
        writer.putSized { dialog.write(to: &$0) }
    }
}

extension LegSession {
    fileprivate func write(to writer: inout WireWriter, _ engine: CallEngine) {
        writer.put(timer) {
            $0.put($1.interval)
            $0.put($1.isRefresher)
            $0.put(engine.wallClock($1.refreshedAt))
        }
        writer.put(minimum)
        writer.put(allowsUpdate) { $0.put($1) }
        writer.put(description)
    }
}

extension PendingAnswer {
    fileprivate func write(to writer: inout WireWriter, _ layer: TransactionLayer) {
        writer.put(cseq)
        writer.put(relaysAcknowledgement)
        func put(_ flow: Flow, _ bytes: UnsafeRawBufferPointer) {
            writer.put(flow)
            writer.put(bytes)
        }
        if let restored { return restored.bytes.withUnsafeBytes { put(restored.flow, $0) } }
        layer.withSuccess(of: transaction) { bytes, flow in put(flow, bytes.buffer) }
    }
}

extension WireWriter {
    fileprivate mutating func put(_ request: SIPRequest) {
        withUnsafeTemporaryAllocation(byteCount: max(request.serializedCount, 1), alignment: 16) { buffer in
            let count = max(request.write(to: buffer), 0)
            put(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    fileprivate mutating func put(_ flow: Flow) {
        put(flow.transport.raw)
        put(flow.remote.address)
        put(flow.remote.port)
    }

    fileprivate mutating func put(_ address: IPAddress) {
        put(address.isIPv6)
        put(address.high)
        put(address.low)
        put(address.scope)
    }
}
