import SIPDialog
import SIPTransaction
public import TandemKit
public import Timing
import Wire

/// What became of a call that was written down.
public enum CallRestoration: Hashable, Sendable {
    /// It goes on.
    case restored
    /// It had been over for one party; the other is hung up now.
    case ending
    /// It was being set up, and is reported as lost.
    case lost
    /// It can't go on, for a reason in a few words, and is reported as ended.
    case refused(String)
}

extension CallEngine {
    /// Numbers the next calls from here: none gets the number of one that was written down.
    public func resumeNumbers(after number: CallNumber) { sequence = max(sequence, number.raw & 0xFFFF_FFFF_FFFF) }

    /// Takes a call up that an earlier process has written down: before the engine gets its first message.
    ///
    /// An answered call goes on with the dialogs, timers, media and adapters' state that it had. Each call that can't is
    /// reported to `observe` as ended, once.
    public func restore(_ record: CallRecord, at now: Timestamp) -> CallRestoration {
        begin(at: now)
        resumeNumbers(after: record.number)
        guard let talk = record.talk else {
            emit(record.number, ended: Failure(status: 503, diagnostic: .lostInCrash), summary(of: record))
            counters.lostCalls &+= 1
            return .lost
        }
        do throws(RestorationError) {
            let call = try makeCall(record, talk)
            calls.insert(call, at: talk.handle)
            return resume(call, record, talk)
        } catch {
            if record.ending == nil {
                let failure = Failure(status: 503, diagnostic: .notRecovered, detail: error.reason)
                emit(record.number, ended: failure, summary(of: record))
            }
            counters.lostCalls &+= 1
            return .refused(error.reason)
        }
    }

    /// Whether a trunk has this build of an adapter instance.
    public func hasAdapter(_ instance: String, build: String) -> Bool {
        configuration.trunks.contains { $0.adapter?.name == instance && $0.adapterBuild == build }
    }

    /// What is written down of a call that does not go on.
    private func summary(of record: CallRecord) -> CallSummary {
        CallSummary(
            ingressTrunk: record.ingressTrunk, egressTrunk: record.egressTrunk, attempts: record.talk?.attempt ?? 0,
            called: PhoneNumber(record.to), calling: record.from.isEmpty ? nil : PhoneNumber(record.from),
            began: record.startedAt, answered: record.talk?.answeredAt, ended: wallClock(now), endedBy: .tandem)
    }

    private struct RestorationError: Error { let reason: String }

    private func makeCall(_ record: CallRecord, _ talk: CallRecord.Talk) throws(RestorationError) -> Call {
        guard let ingress = trunk(named: record.ingressTrunk) else {
            throw RestorationError(reason: "there is no trunk \(record.ingressTrunk) any more")
        }
        guard let egress = trunk(named: talk.callee.trunk) else {
            throw RestorationError(reason: "there is no trunk \(talk.callee.trunk) any more")
        }
        guard let side = trunk(named: talk.caller.trunk) else {
            throw RestorationError(reason: "there is no trunk \(talk.caller.trunk) any more")
        }
        guard calls.isFree(talk.handle) else { throw RestorationError(reason: "its place is another call's") }
        let (callerLeft, calleeLeft) = (record.ending?.callerHungUp == true, record.ending?.calleeHungUp == true)
        let caller = try dialog(of: talk.caller, isOver: callerLeft)
        let callee = try dialog(of: talk.callee, isOver: calleeLeft)
        let call = Call(
            engine: self, handle: talk.handle, number: record.number, ingress: ingress,
            callerFlow: flow(talk.callerHost, on: side), plan: plan(record, talk),
            startedAt: monotonic(record.startedAt), answeredAt: monotonic(talk.answeredAt))
        restoreAttempts(of: call, talk, egress, callee.callID)
        call.attempts[talk.attempt - 1].callerSide = (side, talk.callerHost)
        let callerLeg = call.addLeg(
            trunk: side, isCaller: true, attempt: 0, flow: flow(of: talk.caller, on: side), dialog: caller,
            isKnown: !callerLeft)
        let calleeLeg = call.addLeg(
            trunk: egress, isCaller: false, attempt: talk.attempt, facts: call.attempts[talk.attempt - 1].egressFacts,
            flow: flow(of: talk.callee, on: egress), dialog: callee, isKnown: !calleeLeft)
        (callerLeg.peer, calleeLeg.peer) = (calleeLeg, callerLeg)
        (call.callerLeg, call.calleeLeg) = (callerLeg, calleeLeg)
        for (leg, party) in [(callerLeg, talk.caller), (calleeLeg, talk.callee)] {
            (leg.acknowledgedCSeq, leg.unacknowledgedCSeq) = (party.acknowledged, party.unacknowledged)
            leg.lostInvite = party.invite
            leg.session = session(party.session)
            if party.isOver { (leg.isOver, leg.hasHungUp) = (true, true) }
        }
        for party in talk.leavers { restoreLeaver(party, of: call) }
        restoreStates(of: call, talk)
        return call
    }

    /// Who has transferred the call is hung up now.
    private func restoreLeaver(_ party: CallRecord.Party, of call: Call) {
        guard let trunk = trunk(named: party.trunk), let dialog = try? dialog(of: party, isOver: false) else { return }
        let leg = call.addLeg(
            trunk: trunk, isCaller: false, attempt: 0, flow: flow(of: party, on: trunk), dialog: dialog)
        leg.hasLeft = true
        // A BYE may have gone since this was written, and once more over another connection.
        leg.dialog.skip(localSequence: leg.dialog.localSequence &+ 2)
    }

    /// - Parameter isOver: Whether the party has left this call: then another call may have it.
    private func dialog(of party: CallRecord.Party, isOver: Bool) throws(RestorationError) -> Dialog {
        let dialog = party.dialog.withUnsafeBytes { bytes in
            var reader = WireReader(bytes)
            return try? Dialog(&reader)
        }
        guard let dialog, ShardHint.key(ofTag: dialog.localTag).map({ isOver || legs[$0] == nil }) == true
        else {
            throw RestorationError(reason: "its dialog with \(party.trunk) can't be read")
        }
        return dialog
    }

    private func plan(_ record: CallRecord, _ talk: CallRecord.Talk) -> CallPlan {
        var plan = CallPlan.empty
        plan.called = PhoneNumber(record.to)
        if talk.sentTo != record.to { plan.called.rewrite(to: talk.sentTo, rule: "before the restart") }
        if !record.from.isEmpty { plan.identity.presented = PhoneNumber(record.from) }
        return plan
    }

    private func restoreAttempts(of call: Call, _ talk: CallRecord.Talk, _ egress: TrunkContext, _ callID: Bytes) {
        let flow = flow(talk.calleeHost, on: egress)
        for number in 1...talk.attempt {
            let facts = EgressLeg(
                of: call.facts(callID), trunk: egress.facts, peerTrunk: call.ingress.facts, remote: flow.remote,
                attempt: number)
            let attempt = Attempt(
                number: number, trunk: egress, choice: 0, hops: HopSet.Order(first: flow), egressFacts: facts,
                isRelayed: talk.media != nil)
            (attempt.isOver, attempt.isAnswered) = (true, true)
            call.attempts.append(attempt)
        }
        call.place = trunk(named: talk.caller.trunk)?.capacity?.keep()
        call.attempts.last?.place = egress.capacity?.keep()
        call.egress = egress
        call.nextChoice = .max
        guard let media = talk.media else { return }
        #if DEBUG
            if fault == .forgetsMedia { return }
        #endif
        call.attempts[talk.attempt - 1].firstOfferer = media.firstOfferer
        call.media.sessions = 1 << UInt32(talk.attempt)
        call.media.watch.describe(media: media.watched, isHeld: media.isHeld)
    }

    private func session(_ written: CallRecord.Session) -> LegSession {
        var session = LegSession()
        session.timer = written.timer.map {
            SessionTimer(interval: $0.interval, isRefresher: $0.isRefresher, refreshedAt: monotonic($0.refreshedAt))
        }
        session.minimum = written.minimum
        session.allowsUpdate = written.allowsUpdate
        session.description = written.description
        return session
    }

    /// A build that isn't the one that wrote the state reads it as a newer generation reads an older one's.
    private func restoreStates(of call: Call, _ talk: CallRecord.Talk) {
        for kept in talk.states {
            for case let adapter? in [call.callerLeg?.trunk.adapter, call.egress?.adapter]
            where adapter.name == kept.instance {
                guard !call.states.contains(where: { $0.adapter === adapter }) else { continue }
                call.states.append(AdapterState(adapter: adapter, state: kept.state))
            }
        }
    }

    private func resume(_ call: Call, _ record: CallRecord, _ talk: CallRecord.Talk) -> CallRestoration {
        counters.restoredCalls &+= 1
        for (leg, party) in [(call.callerLeg, talk.caller), (call.calleeLeg, talk.callee)] {
            guard let leg, let answer = party.answer else { continue }
            if leg.isCaller { call.phase = .answered }
            let transport = TransportProtocol(raw: answer.transport)
            call.resumeAnswer(
                leg, answer,
                over: Flow(
                    listener: leg.flow.listener, transport: transport, identity: leg.flow.identity,
                    remote: answer.remote))
        }
        for (leg, party) in [(call.callerLeg, talk.caller), (call.calleeLeg, talk.callee)] {
            guard let leg else { continue }
            for request in party.requests { call.refuse(request, of: leg, hasEnded: record.ending != nil) }
        }
        if let ending = record.ending {
            call.resumeEnd(ending)
        } else {
            emit(
                call.number,
                .recovered(trunk: call.ingress.name, called: call.plan.called, calling: call.plan.identity.number))
            call.resume()
        }
        readEvents()
        traceOutput()
        return record.ending == nil ? .restored : .ending
    }

    private func flow(of party: CallRecord.Party, on trunk: TrunkContext) -> Flow {
        let transport = TransportProtocol(raw: party.transport)
        return Flow(
            listener: trunk.nextHop.listener, transport: transport, identity: trunk.nextHop.identity,
            remote: party.remote)
    }

    private func flow(_ host: IPAddress, on trunk: TrunkContext) -> Flow {
        let hop = trunk.nextHop
        return Flow(
            listener: hop.listener, transport: hop.transport, identity: hop.identity,
            remote: Endpoint(address: host, port: hop.remote.port))
    }

    /// A time of the wall clock by this machine's monotonic one; what was before its beginning becomes that.
    private func monotonic(_ wall: UInt64) -> Timestamp {
        Timestamp(nanoseconds: min(wall > wallClockOffset ? wall - wallClockOffset : 0, now.nanoseconds))
    }
}

extension Call {
    /// Answers a re-INVITE of which nobody knows any more how far it got. Its sender may have heard a 100 and would wait for
    /// ever; after 500 it tries again (RFC 3261 §14.1, §21.5.1).
    fileprivate func refuse(_ request: CallRecord.Request, of leg: Leg, hasEnded: Bool) {
        var message = SIPMessage()
        guard request.bytes.withUnsafeBytes({ (try? message.receive($0)) != nil }), let invite = message.asRequest,
            invite.method == .invite
        else { return }
        let flow = Flow(
            listener: leg.flow.listener, transport: TransportProtocol(raw: request.transport),
            identity: leg.flow.identity, remote: request.remote)
        guard case .request(let id) = engine.layer.receive(message, on: flow, at: engine.now) else { return }
        if hasEnded { return refuse(invite, 487, .normalClearing, leg, id) }
        refuse(invite, 500, .notRecovered, leg, id)
    }

    /// Goes on after a restart.
    fileprivate func resume() {
        // A party waits for an ACK with an answer that nobody can give any more.
        for case let leg? in [callerLeg, calleeLeg] where leg.unacknowledgedCSeq != nil {
            if leg.peer?.answer?.relaysAcknowledgement == true { continue }
            return end(Failure(status: 503, diagnostic: .notRecovered, detail: "an offer had no answer yet"))
        }
        for leg in legs where leg.hasLeft { departureOver(leg) }
        if callerLeg?.isOver == true || calleeLeg?.isOver == true {
            return end(Failure(status: 487, cause: .normalClearing, diagnostic: .normalClearing))
        }
        let length = ingress.timers.maxCallDuration
        if length.nanoseconds > 0 {
            let passed = engine.now - (answeredAt ?? engine.now)
            let left = length.nanoseconds > passed.nanoseconds ? length.nanoseconds - passed.nanoseconds : 1
            engine.setTimer(&limitTimer, .durationTimer, handle, after: TimeInterval(nanoseconds: left))
        }
        judgeSilence(isFresh: false)
        for case let leg? in [callerLeg, calleeLeg] { resumeSession(leg) }
        engine.changed(self)
    }

    /// A refresh that was due while nobody was there is made up for; one of a party has the time of a transaction to come
    /// again, since its sender repeats it for that long.
    private func resumeSession(_ leg: Leg) {
        guard let timer = leg.session.timer else { return }
        if timer.isRefresher { return wakeSession(leg, at: max(timer.refreshAt, engine.now)) }
        let grace = engine.now + engine.layer.timers.f
        if timer.expiresAt < grace {
            leg.session.timer = timer.lasting(until: grace)
        }
        armSession(leg)
    }
}
