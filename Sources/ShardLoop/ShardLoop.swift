import CLinux
import Glibc
import Timing

/// The event loop of one shard: one thread, one epoll set, one wait per batch.
///
/// Everything of a call is served here, so nothing is locked or handed over per message. Descriptors have handlers,
/// parts with timers or mail are members. Made and run on one thread; only its `waker` may be used from others.
public final class ShardLoop {
    /// Most ready descriptors taken per batch; the others come in the next one.
    public static let batchLimit = 256
    /// Longest sleep. It bounds how far a wheel that nobody turns falls behind (`TimerWheel.horizon`).
    public static let longestSleep = TimeInterval.seconds(60)

    /// Wakes and stops this loop from other threads.
    public let waker: LoopWaker
    /// The time at the current batch's beginning, by `MonotonicClock`.
    public private(set) var now: Timestamp
    /// How long the thread has slept since the beginning.
    public private(set) var idle = TimeInterval(nanoseconds: 0)
    /// Batches handled so far.
    public var batchCount: UInt64 { waker.batchCount }

    private let set: Int32
    private let events: UnsafeMutablePointer<epoll_event>
    private var watches = WatchTable()
    private var members: [any LoopMember] = []
    private var crowd: (any DescriptorCrowd)?

    /// Makes a loop that `waker` wakes.
    public init(waker: LoopWaker) throws(LoopError) {
        self.waker = waker
        now = MonotonicClock.now()
        set = epoll_create1(Int32(EPOLL_CLOEXEC))
        events = .allocate(capacity: Self.batchLimit)
        guard set >= 0 else { throw LoopError(operation: .createSet, code: errno) }
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data(u64: Watch.none.word))
        guard epoll_ctl(set, EPOLL_CTL_ADD, waker.descriptor, &event) == 0 else {
            throw LoopError(operation: .watch, code: errno)
        }
    }

    deinit {
        if set >= 0 { close(set) }
        events.deallocate()
    }

    /// Adds a part to run in each batch, after those added before. The loop keeps it.
    public func add(_ member: any LoopMember) { members.append(member) }

    /// Descriptors watched now.
    public var watchCount: Int { watches.count }

    /// Watches a descriptor; `handler` is called with `context` when it is ready. The loop keeps the handler until
    /// `unwatch`; the descriptor stays its owner's to close, after `unwatch`.
    public func watch(
        _ descriptor: Int32, for readiness: Readiness, handler: any DescriptorHandler, context: UInt64 = 0
    ) throws(LoopError) -> Watch {
        let watch = watches.add(descriptor, handler: handler, context: context)
        var event = epoll_event(events: readiness.rawValue, data: epoll_data(u64: watch.word))
        guard epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event) == 0 else {
            let code = errno
            _ = watches.remove(watch)
            throw LoopError(operation: .watch, code: code)
        }
        return watch
    }

    /// Changes what a descriptor is watched for; does nothing for a watch that has ended.
    public func change(_ watch: Watch, to readiness: Readiness) {
        guard let entry = watches[watch] else { return }
        var event = epoll_event(events: readiness.rawValue, data: epoll_data(u64: watch.word))
        epoll_ctl(set, EPOLL_CTL_MOD, entry.descriptor, &event)
    }

    /// Ends a watch: its handler isn't called any more, not even for what is ready in the current batch.
    public func unwatch(_ watch: Watch) {
        guard let descriptor = watches.remove(watch) else { return }
        epoll_ctl(set, EPOLL_CTL_DEL, descriptor, nil)
    }

    /// Names the part whose descriptors `watchInCrowd` adds. The loop keeps it; a loop has one at most.
    public func setCrowd(_ crowd: any DescriptorCrowd) {
        precondition(self.crowd == nil, "a loop has one crowd")
        self.crowd = crowd
    }

    /// Watches a descriptor of the crowd for reading. The watch ends when its owner closes the descriptor; an event that
    /// was ready by then may still name it once. Returns false when the kernel watches no more descriptors.
    public func watchInCrowd(_ descriptor: Int32, number: UInt32) -> Bool {
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data(u64: CrowdEvent.word(number)))
        return epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event) == 0
    }

    /// One of the things of a batch is next: a thread that has many of them to do is not stuck. On the loop's thread.
    public func step() { waker.step() }

    /// Runs on the calling thread until `waker.stop()`.
    public func run() {
        while !waker.isStopped { runBatch() }
    }

    /// Waits for work once and handles it: the crowd, the other descriptors, mail, timers, then `didDrain`. `run()` is a loop of this.
    public func runBatch() {
        let (ready, sleepBegan) = wait()
        now = MonotonicClock.now()
        if let sleepBegan { idle = TimeInterval(nanoseconds: idle.nanoseconds + (now - sleepBegan).nanoseconds) }
        waker.beginBatch()
        dispatch(UnsafeBufferPointer(start: events, count: ready))
        for member in members { member.receiveMail(now: now) }
        for member in members { member.fireTimers(now: now) }
        for member in members { member.didDrain(now: now) }
    }

    /// Sleeps until a descriptor is ready, a timer is due or the waker wakes. Returns the number of ready descriptors, and since
    /// when it has slept, if it has.
    private func wait() -> (ready: Int, sleepBegan: Timestamp?) {
        var wakeTime = Timestamp(nanoseconds: .max)
        for member in members {
            if let deadline = member.nextDeadline { wakeTime = min(wakeTime, deadline) }
        }
        let now = MonotonicClock.now()
        let timeout = milliseconds(from: now, until: wakeTime)
        guard timeout > 0 else { return (max(0, Int(epoll_wait(set, events, Int32(Self.batchLimit), 0))), nil) }
        waker.willSleep()
        let hasWork = waker.isStopped || members.contains { $0.hasMail }
        let ready = epoll_wait(set, events, Int32(Self.batchLimit), hasWork ? 0 : timeout)
        waker.didWake()
        return (max(0, Int(ready)), hasWork ? nil : now)
    }

    /// Time left in whole milliseconds, rounded up, so that the loop doesn't wake before the deadline.
    private func milliseconds(from now: Timestamp, until deadline: Timestamp) -> Int32 {
        let left = min(deadline - now, Self.longestSleep)
        return Int32((left.nanoseconds + 999_999) / 1_000_000)
    }

    private func dispatch(_ events: UnsafeBufferPointer<epoll_event>) {
        let others = events.count { CrowdEvent.number($0) == nil }
        if others < events.count { crowd?.ready(events, now: now) }
        guard others > 0 else { return }
        for event in events where CrowdEvent.number(event) == nil { dispatch(event) }
    }

    private func dispatch(_ event: epoll_event) {
        let watch = Watch(word: event.data.u64)
        if watch == .none {
            waker.drain()
        } else if let entry = watches[watch] {
            entry.handler?.ready(Readiness(rawValue: event.events), context: entry.context, now: now)
        }
    }
}
