import SIPTransaction
import TandemKit
import Timing

/// Descriptions on their way through the media relay.
///
/// A message whose description has to pass the relay waits for the reply, and everything that comes for the call after
/// it waits behind it: so the call sees its messages in their order, and its other parts know nothing of the relay.
/// Timers, CANCEL, BYE and the operator don't wait.
extension Call {
    /// What a description is in the offer/answer exchange (RFC 3264).
    enum DescriptionRole { case offer, answer }

    /// Sends the description of a message to the relay. Returns false when the message has none, or the call's media
    /// pass the relay by: then it goes on at once. Otherwise `step` goes on once the relay has replied.
    func awaitsRelay(
        _ description: Bytes?, _ role: DescriptionRole, of party: MediaParty, _ attempt: Attempt, _ step: MediaStep
    ) -> Bool {
        guard attempt.isRelayed, phase != .ending, let description else { return false }
        #if DEBUG
            if engine.fault == .skipsRelay, case .response = step { return false }
        #endif
        let bytes = description.array
        if attempt.firstOfferer == nil { attempt.firstOfferer = party }
        media.sessions |= 1 << UInt32(attempt.number)
        media.step = step
        command(role == .offer ? .offer(party, bytes) : .answer(party, bytes), attempt)
        return true
    }

    /// Takes back the offer of a request that was refused.
    func rollBack(_ exchange: Exchange) {
        guard exchange.isOffered, let attempt = attempt(of: exchange.source) else { return }
        command(.rollback, attempt)
    }

    /// Ends the media of an attempt.
    func endMedia(_ attempt: Attempt) {
        let bit = UInt32(1) << UInt32(attempt.number)
        guard media.sessions & bit != 0 else { return }
        #if DEBUG
            if engine.fault == .keepsMedia, answeredAt == nil { return }
        #endif
        media.sessions &= ~bit
        command(.delete, attempt)
    }

    func command(_ action: MediaCommand.Action, _ attempt: Attempt) {
        engine.mediaCommands.append(
            MediaCommand(
                session: MediaSession(call: number, handle: handle, attempt: attempt.number), action: action,
                caller: attempt.callerSide ?? (ingress, callerFlow.remote.address),
                callee: (attempt.trunk, attempt.flow.remote.address)))
    }

    /// The attempt that a leg's media belong to.
    func attempt(of leg: Leg) -> Attempt? {
        let number = leg.isCaller ? leg.peer?.attempt ?? 0 : leg.attempt
        return number > 0 && number <= attempts.count ? attempts[number - 1] : nil
    }

    /// The relay has replied: the message that waited goes on, and what came after it.
    func received(_ outcome: MediaOutcome) {
        guard var step = media.step else { return }
        media.step = nil
        switch outcome {
        case .description(let bytes):
            watch(bytes, step)
            step.replaceDescription(by: bytes)
            resume(step)
        case .unacceptable(let reason):
            engine.counters.mediaRefusals &+= 1
            abandon(step, Failure(status: 488, diagnostic: .mediaNotAcceptable, detail: reason))
        case .unavailable(let reason):
            engine.counters.mediaRefusals &+= 1
            abandon(step, Failure(status: 503, diagnostic: .mediaRelayFailed, detail: reason))
        }
        while media.step == nil, !media.parked.isEmpty { take(media.parked.removeFirst()) }
        finishIfDone()
    }

    private func resume(_ step: MediaStep) {
        switch step {
        case .attempt(let request, let attempt): sendLater(request, attempt)
        case .progress(let response, let attempt, let leg): passOn(response, attempt, to: leg)
        case .answer(let response, let attempt, let leg): join(leg, response, attempt)
        case .request(let request, let exchange): forward(request, exchange)
        case .response(let response, let exchange): passOn(response, exchange)
        case .acknowledgement(let ack, let leg, let other): sendACK(relaying: ack, from: leg, to: other)
        case .prack(let request, let leg): acknowledgeProgress(leg, relaying: request)
        case .settlement(let leg, let attempt, let answer): settle(leg, attempt, answer: answer)
        case .transferAnchor(let offer, let attempt): anchored(offer, attempt)
        case .transferOffer(let offer, let attempt): inviteRemaining(offer, attempt)
        case .transferAnswer(let answer, let attempt): completeTransfer(answer, attempt)
        }
    }

    /// The relay can't pass a message's description on: the message ends there as if an adapter had refused it.
    private func abandon(_ step: MediaStep, _ failure: Failure) {
        switch step {
        case .attempt(_, let attempt): drop(attempt, failure)
        case .progress(_, let attempt, _): abandon(attempt, failure)
        case .answer(let response, let attempt, let leg): reject(response, attempt, leg, failure)
        case .request(_, let exchange): drop(exchange, failure)
        case .response(let response, let exchange): breakOff(exchange, failure, isSuccess: response.isSuccess)
        case .acknowledgement(_, let leg, let other):
            acknowledge(other)
            end(failure)
            unblock(leg)
        case .settlement(let leg, _, _):
            end(failure)
            unblock(leg)
        case .transferAnchor, .transferOffer: transferFailed(failure)
        case .transferAnswer: end(failure)
        case .prack(_, let leg): if let attempt = attempt(of: leg) { abandon(attempt, failure) }
        }
    }

    // MARK: What comes meanwhile

    /// Most inputs that wait behind one reply.
    static let parkedLimit = 64

    /// Puts an input behind the message that waits for the relay. Returns false when none waits.
    func parks(_ input: @autoclosure () -> ParkedInput) -> Bool {
        guard media.step != nil else { return false }
        #if DEBUG
            if engine.fault == .overtakesRelay { return false }
        #endif
        guard media.parked.count < Self.parkedLimit else {
            engine.counters.mediaRefusals &+= 1
            end(Failure(status: 503, diagnostic: .overloaded, detail: "too much waits for the media relay"))
            if case .request(let request, let leg, let transaction) = input() {
                refuse(request, 503, .overloaded, leg, transaction)
            }
            return true
        }
        media.parked.append(input())
        return true
    }

    private func take(_ input: ParkedInput) {
        switch input {
        case .attemptResponse(var response, let attempt): received(&response, for: attempt)
        case .exchangeResponse(var response, let serial):
            if let exchange = exchange(serial) {
                received(&response, for: exchange)
            } else {
                repeatAcknowledgement(of: response)
            }
        case .attemptLost(let attempt, let isTimeout): lost(attempt, isTimeout: isTimeout)
        case .exchangeLost(let exchange, let isTimeout): lost(exchange, isTimeout: isTimeout)
        case .request(var request, let leg, let transaction): received(&request, from: leg, transaction)
        case .acknowledgement(let ack, let leg): acknowledged(by: leg, ack)
        case .transferResponse(var response, let leg, let client): remainingAnswered(&response, leg, client)
        }
    }

    // MARK: Silence

    /// Reads off an answer which media there are and whether they are held. A call that comes back from hold has its
    /// whole time again to be heard.
    private func watch(_ bytes: [UInt8], _ step: MediaStep) {
        switch step {
        case .attempt, .progress, .request, .transferAnchor, .transferOffer: return
        case .transferAnswer:
            engine.stopTimer(&media.watch.timer)
            media.watch = MediaWatch()
        case .answer, .response, .acknowledgement, .prack, .settlement: break
        }
        guard let description = try? SessionDescription(bytes) else { return }
        var mask: UInt8 = 0
        var isHeld = false
        for (index, media) in description.media.enumerated().prefix(8) where !media.isRejected {
            mask |= 1 << UInt8(index)
            if description.direction(of: media) != .sendrecv || description.isHeld(media) { isHeld = true }
        }
        media.watch.describe(media: mask, isHeld: isHeld)
        if answeredAt != nil { engine.changed(self) }
        judgeSilence(isFresh: false)
    }

    /// Something has happened to the call's media.
    func received(_ event: MediaEvent, attempt number: Int) {
        guard phase != .ending, number > 0, number <= attempts.count, media.sessions & 1 << UInt32(number) != 0 else {
            return
        }
        let first = attempts[number - 1].firstOfferer ?? .caller
        switch event {
        case .silent(let party, let index, let isControl):
            media.watch.note(party == 0 ? first : first.other, media: index, isControl: isControl, isSilent: true)
            judgeSilence(isFresh: true)
        case .heardAgain(let party, let index, let isControl):
            media.watch.note(party == 0 ? first : first.other, media: index, isControl: isControl, isSilent: false)
            judgeSilence(isFresh: true)
        case .gone:
            // It may have been made anew by an offer meanwhile, so the call's end still deletes it.
            guard calleeLeg?.attempt == number || (calleeLeg == nil && current?.number == number) else { return }
            end(Failure(status: 503, diagnostic: .mediaRelayFailed, detail: "the relay no longer has the session"))
        }
    }

    /// Ends the call of a dead party, at once or when its time is over.
    func judgeSilence(isFresh: Bool) {
        engine.stopTimer(&media.watch.timer)
        guard answeredAt != nil, let dead = deadTrunk else { return }
        let heard = isFresh ? engine.configuration.silence : .seconds(0)
        guard dead.media.timeout > heard else { return silenceOver() }
        engine.setTimer(
            &media.watch.timer, .mediaTimer, handle,
            after: TimeInterval(nanoseconds: dead.media.timeout.nanoseconds - heard.nanoseconds))
    }

    private var deadTrunk: TrunkContext? {
        guard transfer == nil else { return nil }
        let caller = callerLeg?.trunk ?? ingress
        if media.watch.isDead(.caller, caller.media) { return caller }
        if let callee = calleeLeg?.trunk, media.watch.isDead(.callee, callee.media) { return callee }
        return nil
    }

    /// A party that ought to be heard has been silent for too long.
    func silenceOver() {
        guard let trunk = deadTrunk else { return }
        end(Failure(status: 408, cause: .recoveryOnTimerExpiry, diagnostic: .mediaTimeout, detail: trunk.name))
    }
}
