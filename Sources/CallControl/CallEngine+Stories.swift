import SIPDialog
public import TandemKit
import Timing

/// What is known of a call, living or ended lately: for `tandem trace` and `tandem calls`.
public struct CallStory: Sendable {
    /// The facts.
    public var snapshot: CallSnapshot
    /// How number, route and trunks were decided.
    public var plan: CallPlan
    /// The attempts that came to nothing, in their order.
    public var failedAttempts: [FailedAttempt]
    /// Why it ended; nil while it lives.
    public var outcome: Failure?
}

extension CallEngine {
    /// The calls alive, in no order.
    public func snapshot() -> [CallSnapshot] {
        var all: [CallSnapshot] = []
        calls.forEach { all.append($0.snapshot) }
        proxied.forEach { all.append($0.snapshot) }
        return all
    }

    /// The story of a call that lives or is among the last that ended; nil when it is forgotten.
    public func story(of number: CallNumber) -> CallStory? {
        if let call = calls.first(where: { $0.number == number }) { return call.story }
        if let context = proxied.first(where: { $0.number == number }) { return context.story }
        return endedCalls.first { $0.snapshot.number == number }
    }

    /// The stories of the last calls that ended, oldest first, at most `CallLimits.endedCalls`.
    public var endedStories: [CallStory] {
        Array(endedCalls[endedStart...] + endedCalls[..<endedStart])
    }

    /// Keeps the story of a call that has ended; the oldest gives way. No more than that: the call itself has its plugins.
    func remember(_ story: @autoclosure () -> CallStory) {
        guard limits.endedCalls > 0 else { return }
        if endedCalls.count < limits.endedCalls {
            endedCalls.append(story())
        } else {
            endedCalls[endedStart] = story()
            endedStart = (endedStart + 1) % endedCalls.count
        }
    }

    /// Enters a leg into the table of dialogs.
    func enter(_ leg: Leg) {
        leg.nextFork = legs.updateValue(leg, forKey: leg.key)
        #if DEBUG
            if fault == .forgetsForks { leg.nextFork = nil }
        #endif
    }

    /// Frees a call: nothing of it is known any more.
    func release(_ call: Call) {
        #if DEBUG
            if fault == .leaksCalls, call.answeredAt == nil { return }
        #endif
        guard calls.remove(call.handle) else { return }
        remember(call.lastStory)
        for leg in call.legs where leg.call === call {
            if let known = legs[leg.key], known.call === call { legs[leg.key] = nil }
            stopTimer(&leg.departureTimer)
            leg.peer = nil
            leg.nextFork = nil
        }
        stopTimer(&call.limitTimer)
        if call.recordState.isWritten { removedCalls.append(call.number) }
    }
}

extension Call {
    /// Says and remembers that an attempt came to nothing.
    func failed(_ attempt: Int, on trunk: TrunkContext, _ failure: Failure) {
        failedAttempts.append(
            FailedAttempt(number: attempt, trunk: trunk.name, failure: failure, time: engine.now))
        if attempt <= attempts.count { attempts[attempt - 1].place = nil }
        engine.emit(number, .attemptFailed(trunk: trunk.name, failure: failure))
    }

    var snapshot: CallSnapshot {
        CallSnapshot(
            number: number, phase: phase, isProxied: false, ingressTrunk: ingress.name,
            egressTrunk: (calleeLeg?.trunk ?? egress)?.name,
            from: plan.identity.number?.received ?? "anonymous", to: plan.called.received, sentTo: plan.called.text,
            callID: callerLeg?.dialog.callID.string ?? invite?.callID.string ?? "", startedAt: startedAt,
            answeredAt: answeredAt, media: mediaFacts)
    }

    private var mediaFacts: CallSnapshot.Media? {
        guard let attempt = attempts.last(where: { media.sessions & 1 << UInt32($0.number) != 0 }),
            let first = attempt.firstOfferer
        else { return nil }
        return CallSnapshot.Media(
            session: MediaSession(call: number, handle: handle, attempt: attempt.number), firstOfferer: first)
    }

    var story: CallStory {
        CallStory(snapshot: snapshot, plan: plan, failedAttempts: failedAttempts, outcome: outcome)
    }

    /// What is told of the call when it is over: the relay has nothing of it any more.
    fileprivate var lastStory: CallStory {
        var story = story
        story.snapshot.media = nil
        return story
    }

    func exchange(_ serial: Int) -> Exchange? { exchanges.first { $0.serial == serial } }
}
