import SIPTransaction
import TandemKit
import Timing

/// Timers and the outcomes of transactions.
extension CallEngine {
    /// Passes on what has happened to transactions without a message.
    func readEvents() {
        while let event = layer.nextEvent() {
            switch event {
            case .clientTimedOut(let id, let owner): lost(id, owner, isTimeout: true)
            case .clientTransportFailed(let id, let owner): lost(id, owner, isTimeout: false)
            case .clientTerminated(let id, let owner): ended(id, owner)
            case .serverTerminated, .serverTimedOut, .serverTransportFailed: break
            }
        }
    }

    /// A transaction is gone: nothing may wait for it any more, whatever a peer has sent meanwhile.
    private func ended(_ id: ClientTransactionID, _ owner: OwnerToken) {
        dropChallengeable(id)
        let (kind, index) = OwnerKind.read(owner.second)
        guard kind == .attempt, let call = calls[owner.first], call.attempts[index - 1].transaction == id else {
            return
        }
        if !call.attempts[index - 1].isOver { call.lost(call.attempts[index - 1], isTimeout: true) }
    }

    private func lost(_ id: ClientTransactionID, _ owner: OwnerToken, isTimeout: Bool) {
        let (kind, index) = OwnerKind.read(owner.second)
        switch kind {
        case .attempt:
            guard let call = calls[owner.first] else { return }
            let attempt = call.attempts[index - 1]
            // A CANCEL that got no answer has the INVITE's owner, and no meaning of its own.
            if attempt.transaction == id { call.lost(attempt, isTimeout: isTimeout) }
        case .exchange:
            guard let call = calls[owner.first], let exchange = call.exchange(index) else { return }
            if exchange.client == id { call.lost(exchange, isTimeout: isTimeout) }
        case .refresh:
            guard let call = calls[owner.first] else { return }
            call.lostRefresh(call.legs[index], id, isTimeout: isTimeout)
        case .transfer:
            guard let call = calls[owner.first] else { return }
            call.lostRemaining(call.legs[index], id, isTimeout: isTimeout)
        case .subscription: subscriptions[owner.first]?.lost(index)
        case .notify:
            if let call = calls[owner.first] { call.notified(call.legs[index], status: 408) }
        case .bye:
            guard let call = calls[owner.first] else { return }
            isTimeout ? call.finishedBYE() : call.retryBYE(call.legs[index])
        case .branch:
            proxied.compact(UInt64(index))?.lost(index >> 48, id, isTimeout: isTimeout)
        case .probe:
            probed(owner.first, index, status: nil)
        case .registration:
            lostRegistration(owner.first, id, isTimeout: isTimeout)
        default: break
        }
    }

    /// A timer of the engine's own has run out.
    func fire(_ handle: UInt64, _ word: UInt64) {
        let (kind, index) = OwnerKind.read(word)
        if kind == .probeTimer { return probe(handle) }
        if kind == .registrationTimer { return registrationDue(handle) }
        if kind == .branchTimer {
            proxied[handle]?.timerC(index)
            return
        }
        if kind == .proxiedLookUpTimer {
            proxied[handle]?.lookUpTimeOver()
            return
        }
        if kind == .subscriptionTimer {
            if let subscription = subscriptions[handle] { end(subscription) }
            return
        }
        guard let call = calls[handle] else { return }
        switch kind {
        case .lookUpTimer: call.lookUpTimeOver()
        case .ringTimer: call.ringTimeOver()
        case .durationTimer: call.durationOver()
        case .firstResponseTimer: call.outOfTime(call.attempts[index - 1], .noResponse)
        case .progressTimer: call.outOfTime(call.attempts[index - 1], .noProgress)
        case .answerTimer: call.repeatAnswer(call.legs[index])
        case .provisionalTimer: call.repeatProvisional(call.legs[index])
        case .sessionTimer: call.sessionTimeOver(call.legs[index])
        case .mediaTimer: call.silenceOver()
        case .transferTimer: call.transferTimeOver()
        case .departureTimer: call.departureOver(call.legs[index])
        default: break
        }
    }
}
