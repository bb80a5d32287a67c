public import SIPTransaction
public import TandemKit
public import Timing
import Wire

/// The calls of one shard: everything between parsed messages and bytes to be sent.
///
/// Sans-IO: each input carries `now`; what is to be sent goes into `output`, which the shell drains after each input;
/// the shell calls `advance(to:)` when `nextDeadline` has come. Randomness comes from a key, so that a simulation gives
/// the same bytes in every run. Confined to the shard's thread.
public final class CallEngine {
    /// What is to be sent.
    public let output: TransmitQueue
    /// The transactions beneath.
    public let layer: TransactionLayer
    /// What was counted since the beginning.
    public internal(set) var counters = EngineCounters()
    /// Is told of everything that happens to calls, in order.
    public var observe: (CallEvent) -> Void = { _ in }
    /// What each call that begins keeps until it is released: those who observe it.
    public var companion: AnyObject?
    /// Is told when a trunk's health changes.
    public var observeTrunk: (_ trunk: Int, TrunkHealth.State) -> Void = { _, _ in }
    /// Is told when what is known about a trunk's registration changes.
    public var observeRegistration: (_ trunk: Int, RegistrationReport) -> Void = { _, _ in }
    /// Is told of each call that is refused before it begins.
    public var observeRefusal: (CallRefusal) -> Void = { _ in }
    /// The last messages of this shard.
    public let trace: TraceRing

    /// Whether new calls get 503 while those that are up go on.
    public var isDraining = false
    /// Whether new calls get 503 because there is more to do than can be done in time. The shell says so before each message.
    public var isOverloaded = false
    /// Whether stories hold the rules that did not match, too: for `tandem explain`.
    public var isExplaining = false

    #if DEBUG
        /// The bug to have.
        package var fault = EngineFault.none
    #endif
    let shard: UInt16
    /// Makes and knows the marks of our Record-Routes.
    let routeMarks: KeyedHash
    var configuration: EngineConfiguration
    private(set) var now: Timestamp
    /// The name of the software that peers see.
    var userAgent: [UInt8]
    var wheel: TimerWheel
    var calls: CallTable<Call>
    var proxied: CallTable<ResponseContext>
    /// The legs of all calls by the random bits of our tag.
    var legs: [UInt64: Leg] = [:]
    var sequence: UInt64 = 0
    /// How fast requests come from each source.
    let sources: SourceRates
    var tarpit = Tarpit()
    var endedCalls: [CallStory] = []
    var endedStart = 0
    /// Until when servers that have failed come last.
    var failedHops: [Flow: Timestamp] = [:]
    var probes: [TrunkProbe] = []
    /// Judges the credentials of senders.
    var digestServer: DigestServer
    /// Registrations of ours, by their serial numbers.
    var registrations: [UInt64: Registration] = [:]
    var registrationSerial: UInt64 = 0
    /// Subscriptions outside of calls, by their serial numbers, and these by the random bits of our tags.
    var subscriptions: [UInt64: EventSubscription] = [:]
    var subscriptionKeys: [UInt64: UInt64] = [:]
    var subscriptionSerial: UInt64 = 0
    /// Requests that a challenge would make us send again, by their transaction.
    var challengeable: [UInt64: ChallengeableRequest] = [:]
    var probeGeneration: UInt32 = 0
    var mediaCommands: [MediaCommand] = []
    var lookUpCommands: [LookUpCommand] = []
    var lookUpSerial: UInt64 = 0
    /// Whether calls are written down (`takeRecordChanges`).
    public var keepsRecords = false
    /// What is added to this engine's time to get nanoseconds since 1970.
    public var wallClockOffset: UInt64 = 0
    var changedCalls: [UInt64] = []
    /// Whether what has changed has to be written before anything is sent.
    var hasUrgentChanges = false
    var removedCalls: [CallNumber] = []
    var recordWriter = WireWriter()
    /// What hooks of adapters get that keep nothing.
    var noState = PluginState()
    let writer = ValueWriter()
    /// Whose messages are being made, and whose the received one was.
    var traceContext = TraceContext.none
    var inputContext = TraceContext.none
    /// Why the transport could not send, in the words of its last failure.
    private(set) var transportCause = ""
    /// Messages of `output` that are in the trace already.
    private var tracedCount = 0

    /// Makes an engine without calls.
    ///
    /// - Parameters:
    ///   - shard: The number of the shard, which our tags, branches and Call-IDs carry.
    ///   - key: 128 bits from the operating system for a daemon, fixed for a simulation; another for each shard.
    ///   - routeKey: 128 secret bits that mark our Record-Routes: the same in all shards, and the same after a restart as
    ///     long as proxied dialogs from before are to go on.
    ///   - sources: Counts how fast requests come from each source: one for all shards.
    ///   - timers: The transaction timers.
    ///   - trace: The trace to write to; one of capacity 0 switches it off.
    public init(
        shard: UInt16, key: (UInt64, UInt64), routeKey: (UInt64, UInt64), configuration: EngineConfiguration,
        sources: SourceRates? = nil, output: TransmitQueue = TransmitQueue(),
        transactionLimits: TransactionLimits = TransactionLimits(), timers: TimerValues = TimerValues(),
        answersToSourcePort: Bool = false, trace: TraceRing = TraceRing(), now: Timestamp
    ) {
        self.shard = shard
        routeMarks = KeyedHash(key: routeKey)
        self.configuration = configuration
        self.sources = sources ?? SourceRates(key: key)
        userAgent = Array(configuration.userAgent.utf8)
        self.output = output
        self.trace = trace
        self.now = now
        layer = TransactionLayer(
            tokens: LocalTokens(shard: Int(shard), key: key), output: output, limits: transactionLimits, timers: timers,
            answersToSourcePort: answersToSourcePort, now: now)
        digestServer = DigestServer(
            hashes: configuration.hashes, key: (layer.tokens.makeRandom(), layer.tokens.makeRandom()))
        wheel = TimerWheel(now: now)
        calls = CallTable()
        proxied = CallTable()
    }

    /// The bounds.
    public var limits: CallLimits { configuration.limits }

    /// Calls and proxied requests alive.
    public var callCount: Int { calls.count + proxied.count }

    /// Dialogs known.
    public var dialogCount: Int { legs.count }

    /// Timers of calls that run.
    public var timerCount: Int { wheel.count }

    /// Takes a new configuration into use. Calls keep the trunks they began with.
    public func replace(configuration: EngineConfiguration) {
        handOn(to: configuration.trunks)
        self.configuration = configuration
        userAgent = Array(configuration.userAgent.utf8)
        stopProbing()
    }

    /// When `advance(to:)` has work to do next; nil when nothing waits.
    public var nextDeadline: Timestamp? {
        earlier(of: earlier(of: wheel.nextDeadline, layer.nextDeadline), tarpit.nextDeadline)
    }

    private func earlier(of first: Timestamp?, _ second: Timestamp?) -> Timestamp? {
        guard let first, let second else { return first ?? second }
        return min(first, second)
    }

    /// Fires the timers whose time has come.
    public func advance(to now: Timestamp) {
        begin(at: now)
        layer.advance(to: now)
        readEvents()
        while !output.isHalfFull, let (handle, word) = wheel.popExpired(now: now) {
            fire(handle, word)
            readEvents()
        }
        emptyTarpit()
        traceOutput()
    }

    /// The connection of a flow is lost, or could not be opened: `cause` says why in a few words, for people.
    ///
    /// - Parameter mayResend: Whether it was there and has ended, so that requests on their way go over another.
    public func sendFailed(on flow: Flow, because cause: String = "", mayResend: Bool = false, at now: Timestamp) {
        begin(at: now)
        transportCause = cause
        forget(flow)
        layer.transportFailed(on: flow, mayResend: mayResend, at: now)
        readEvents()
        traceOutput()
    }

    /// A message of `output` could not be sent; `transaction` is what its record said.
    public func sendFailed(transaction: UInt64, because cause: String = "", at now: Timestamp) {
        begin(at: now)
        transportCause = cause
        layer.sendFailed(transaction, at: now)
        readEvents()
        traceOutput()
    }

    /// Ends a call as if both parties had hung up. Returns false when there is no such call.
    @discardableResult
    public func hangUp(_ number: CallNumber, at now: Timestamp) -> Bool {
        begin(at: now)
        guard let call = calls.first(where: { $0.number == number }), call.phase != .ending else { return false }
        call.hangUp()
        readEvents()
        traceOutput()
        return true
    }

    // MARK: Inside

    /// Whether media go through a relay.
    var relaysMedia: Bool { configuration.relaysMedia }

    func begin(at now: Timestamp) {
        self.now = max(self.now, now)
        traceContext = .none
        inputContext = .none
        // The shell has drained the queue, or has left what was traced before.
        tracedCount = output.count
    }

    /// Writes what was queued since the last time into the trace, for `traceContext`.
    func traceOutput() {
        guard trace.capacity > 0 else { return }
        while tracedCount < output.count {
            let record = output[tracedCount]
            // What the layer sends by itself, when a timer fires, is known by its transaction.
            let context =
                traceContext.call == .none ? self.context(of: layer.owner(ofRecord: record.transaction)) : traceContext
            trace.append(
                TraceRecord(
                    isOutgoing: true, isRetransmission: record.kind == .retransmission, leg: context.leg,
                    trunk: context.trunk, time: now, call: context.call, flow: record.flow),
                output.bytes(of: record).buffer)
            tracedCount += 1
        }
    }

    func nextNumber() -> CallNumber {
        sequence += 1
        return CallNumber(shard: shard, sequence: sequence)
    }

    func emit(_ call: CallNumber, _ kind: CallEvent.Kind) {
        observe(CallEvent(call: call, nanoseconds: now.nanoseconds, time: wallClock(now), kind: kind, summary: nil))
    }

    /// A call is over: the one event that tells all of it.
    func emit(_ call: CallNumber, ended failure: Failure, _ summary: CallSummary) {
        observe(
            CallEvent(
                call: call, nanoseconds: now.nanoseconds, time: wallClock(now), kind: .ended(failure), summary: summary)
        )
    }
}

extension CallNumber {
    /// The `sequence`th call of a shard: the shard's number is in the upper 16 bits, one up, so that no call is 0.
    public init(shard: UInt16, sequence: UInt64) {
        self.init(raw: UInt64(shard) << 48 | sequence & 0xFFFF_FFFF_FFFF)
    }

    /// The shard that holds the call.
    public var shard: UInt16 { UInt16(truncatingIfNeeded: raw >> 48) }

    /// No call: what a message that belongs to none is traced with.
    public static let none = CallNumber(raw: 0)
}
