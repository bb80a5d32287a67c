import SIPTransaction
import TandemKit
import Timing

/// A B2BUA call: the caller's leg, the attempts to reach a callee, and what passes between the two.
///
/// Inputs are methods called by the engine; outputs go through the engine to the transaction layer. A call lives until
/// nothing of it waits any more: attempts, BYEs and unacknowledged answers.
final class Call {
    unowned(unsafe) let engine: CallEngine  // owns this object, and outlives it
    /// Place and generation in the engine's table.
    let handle: UInt64
    let number: CallNumber
    let ingress: TrunkContext
    /// The trunks as they were when the call began: it keeps their plugins to its end.
    let trunks: [TrunkContext]
    private let companion: AnyObject?
    /// The place on the ingress trunk, where places are limited.
    var place: TrunkCapacity.Place?
    let startedAt: Timestamp
    var answeredAt: Timestamp?
    var phase = CallPhase.trying

    /// The INVITE as received: responses to it are made from it. Nil once the call is answered.
    var invite: SIPRequest!
    /// The INVITE in canonical form: attempts are made from it. Nil once the call is answered.
    var canonical: SIPRequest?
    /// The INVITE's transaction while it has no final response.
    var transaction: ServerTransactionID?
    let callerFlow: Flow
    var plan: CallPlan
    /// What the plan waits for; nil when it is complete.
    var wait: PlanWait?
    /// The next of the plan's choices.
    var nextChoice = 0
    var triedGateways = GatewaySet()
    var attempts: [Attempt] = []
    /// The trunk of the last attempt.
    var egress: TrunkContext?
    /// The attempt whose responses reach the caller.
    var current: Attempt?
    /// Whether the caller has seen an 18x: then no further trunk is tried.
    var hasProgressed = false
    var failedAttempts: [FailedAttempt] = []
    /// The failure of the last attempt that failed with a response, or of the last attempt at all.
    var lastFailure: Failure?

    var legs: [Leg] = []
    /// The two legs that talk, once the call is answered.
    var callerLeg: Leg?
    var calleeLeg: Leg?
    var exchanges: [Exchange] = []
    var nextExchange = 0
    /// BYEs of ours without a final response.
    var pendingBYEs = 0
    var limitTimer = TimerID.none
    var media = CallMedia()
    /// The transfer under way.
    var transfer: Transfer?
    /// The transfer of another call that wants a party of this one.
    var joining: Transfer?
    /// REFERs that went on to the other party, the latest last.
    var passedREFERs: [PassedREFER] = []
    /// Transfers begun so far.
    var transferCount = 0
    /// The redirection under way.
    var redirection: Redirection?
    /// Redirections followed so far.
    var redirectionCount = 0
    /// The callee's 2xx while it waits for the caller's PRACK.
    var heldAnswer: HeldAnswer?
    /// Why the call ended.
    var outcome: Failure?
    /// What adapters keep for this call, by instance.
    var states: [AdapterState] = []

    /// How far what was written down of the call no longer holds.
    var recordState = CallRecordState()

    init(
        engine: CallEngine, handle: UInt64, number: CallNumber, ingress: TrunkContext, invite: SIPRequest,
        transaction: ServerTransactionID, flow: Flow, plan: CallPlan, now: Timestamp
    ) {
        self.engine = engine
        self.handle = handle
        self.number = number
        self.ingress = ingress
        trunks = engine.trunks
        companion = engine.companion
        self.invite = invite
        self.transaction = transaction
        callerFlow = flow
        self.plan = plan
        startedAt = now
        legs.reserveCapacity(2)
    }

    /// An answered call of an earlier process.
    init(
        engine: CallEngine, handle: UInt64, number: CallNumber, ingress: TrunkContext, callerFlow: Flow,
        plan: CallPlan, startedAt: Timestamp, answeredAt: Timestamp
    ) {
        self.engine = engine
        self.handle = handle
        self.number = number
        self.ingress = ingress
        trunks = engine.trunks
        companion = engine.companion
        self.callerFlow = callerFlow
        self.plan = plan
        self.startedAt = startedAt
        self.answeredAt = answeredAt
        phase = .confirmed
        hasProgressed = true
    }

    /// Whether nothing of the call waits any more.
    var isDone: Bool {
        phase == .ending && pendingBYEs == 0 && media.isIdle
            && attempts.allSatisfy(\.isOver) && legs.allSatisfy { $0.answer == nil || $0.call !== self }
    }
}

extension Call {
    /// What adapters may know of the call on a leg with this Call-ID.
    func facts(_ callID: Bytes) -> CallFacts {
        CallFacts(
            number: number, callID: callID.array, began: engine.wallClock(startedAt), ingressTrunk: ingress.name)
    }

    /// The call in whole, now that it is over.
    func summary(_ failure: Failure) -> CallSummary {
        let endedBy: CallSummary.Party =
            if callerLeg?.hasHungUp == true || failure.diagnostic == .callerCancelled {
                .caller
            } else if calleeLeg?.hasHungUp == true || (answeredAt == nil && failure.diagnostic == .peerRefused) {
                .callee
            } else { .tandem }
        return CallSummary(
            ingressTrunk: ingress.name, egressTrunk: egress?.name, attempts: attempts.count, called: plan.called,
            calling: plan.identity.number, began: engine.wallClock(startedAt),
            answered: answeredAt.map(engine.wallClock),
            ended: engine.wallClock(engine.now), endedBy: endedBy)
    }
}

/// How what is written down of a call differs from the call.
struct CallRecordState {
    /// Whether the call is among those that are looked at when changes are taken.
    var isListed = false
    /// Whether all of it has to be written.
    var isStale = false
    /// Whether something is written down of it.
    var isWritten = false
    /// Whose ACK was not written down yet.
    var callerAcknowledged = false
    var calleeAcknowledged = false
}

/// What one adapter instance keeps for one call.
struct AdapterState {
    let adapter: AdapterInstance
    var state: PluginState
}
