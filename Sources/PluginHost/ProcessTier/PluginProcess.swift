import CLinux
import Dispatch
import Foundation
import Glibc
import Synchronization
public import TandemKit
import Wire

/// One build of a plugin file in a process of its own, with the instances that the configuration makes of it.
///
/// A hook's values go over shared memory and back while the asking thread waits, at most until the deadline. What crashes, loops
/// or leaks there costs the hooks under way, which get their fallback; the process is started again. One that fails too often is
/// left alone (quarantine). From any thread.
public final class PluginProcess: Sendable {
    /// What is wanted of a process, and what it may use.
    public struct Limits: Sendable {
        /// How long a hook may take, in nanoseconds.
        public var deadline: Int64 = 20_000_000
        /// How long an observer's hook may take, in nanoseconds: no call waits for it.
        public var observerDeadline: Int64 = 1_000_000_000
        /// How long the process may take to load its file and make its instances, in seconds.
        public var startSeconds = 10
        /// Most bytes of memory for data.
        public var memory = 512 << 20
        /// Ends of the process within `budgetSeconds` before it is left alone.
        public var failures = 5
        /// The time in which failures count together.
        public var budgetSeconds: Int64 = 60
        /// Hooks that can be under way at a time; those beyond wait for one of them.
        public var lanes = 8
        /// Most events that wait for an observer.
        public var events = 10_000

        /// The defaults.
        public init() {}
    }

    /// One instance that the configuration makes.
    public struct Instance: Sendable {
        let name: String
        let plugin: String
        let settings: SettingsValue
        let fallback: HookFallback

        /// Names an instance.
        public init(name: String, plugin: String, settings: SettingsValue, fallback: HookFallback) {
            self.name = name
            self.plugin = plugin
            self.settings = settings
            self.fallback = fallback
        }
    }

    /// How the process is.
    public enum Condition: Hashable, Sendable {
        /// It answers; the number is the process's.
        case serving(pid: Int32)
        /// It has ended and is started again; why it ended.
        case away(String)
        /// It has ended too often and is left alone; why it ended last.
        case quarantined(String)
    }

    /// What could not be started.
    public struct StartError: Error, Sendable, CustomStringConvertible {
        /// Why, in a clause.
        public let description: String
        /// The instance whose settings were refused, and how.
        public let refusal: (instance: String, errors: SettingsErrors?)?
    }

    private struct Life {
        var session: PluginSession?
        var condition = Condition.away("it was not started yet")
        var failures: [Int64] = []
        var isStopped = false
    }

    /// The file's name, for people.
    public let name: String
    private let executable: String
    private let copy: String
    private let instances: [Instance]
    private let center: ServiceCenter
    /// What the daemon does for the instances.
    private let services: [InstanceServices]
    private let limits: Limits
    private let report: @Sendable (Condition) -> Void
    private let life = Mutex(Life())
    private let queue: DispatchQueue
    private let fallbacks = Atomic<UInt64>(0)

    /// A process that is yet to be started.
    ///
    /// - Parameters:
    ///   - name: The file's name, for people.
    ///   - executable: The `tandem` that runs it.
    ///   - copy: The checked copy of the file.
    ///   - services: What the instances get beside their settings.
    ///   - report: Is told when the condition changes; called on a queue of the process's own.
    public init(
        name: String, executable: String, copy: String, instances: [Instance], limits: Limits = Limits(),
        services center: ServiceCenter = ServiceCenter(),
        report: @escaping @Sendable (Condition) -> Void = { _ in }
    ) {
        self.name = name
        self.executable = executable
        self.copy = copy
        self.instances = instances
        self.center = center
        // The process counts lines itself, and knows better what was left out.
        services = instances.map {
            center.host(of: $0.name, plugin: $0.plugin, surplus: ServiceCenter.linesPerSecond)
        }
        self.limits = limits
        self.report = report
        queue = DispatchQueue(label: "tandem.plugin.\(name)")
    }

    /// How the process is.
    public var condition: Condition { life.withLock { $0.condition } }

    /// Hooks that got their fallback since the beginning.
    public var fallbackCount: UInt64 { fallbacks.load(ordering: .relaxed) }

    /// Starts the process and gives the instances, whose hooks it answers. Blocks until it serves.
    public func start() throws(StartError) -> [PluginInstance] {
        let (session, reply) = try begin()
        life.withLock {
            $0.session = session
            $0.condition = .serving(pid: session.pid)
        }
        watch(session)
        tellNews()
        return zip(instances, reply.instances).enumerated().compactMap { index, pair in
            let crossing = RemoteHooks(process: self, instance: index, fallback: pair.0.fallback, events: limits.events)
            return PluginInstance.crossing(crossing, named: pair.0.name, facts: pair.1)
        }
    }

    deinit { life.withLock { $0.session }?.kill() }

    /// Ends the process for good, and waits for its end.
    public func stop() {
        let session = life.withLock { life in
            life.isStopped = true
            defer { life.session = nil }
            return life.session
        }
        session?.kill()
        _ = session?.killAndWait()
    }

    /// Starts the process again if it was left alone; false when it was not.
    @discardableResult
    public func revive() -> Bool {
        let isQuarantined = life.withLock { life in
            guard case .quarantined(let why) = life.condition else { return false }
            life.failures = []
            life.condition = .away(why)
            return true
        }
        if isQuarantined { queue.async { self.restart() } }
        return isQuarantined
    }

    /// The answer to a question about an instance; nil when there is none, and the fallback counts.
    func ask(_ question: HookQuestion, of instance: Int) -> HookAnswer? {
        guard let session = life.withLock({ $0.session }), let lane = session.takeLane(within: limits.deadline) else {
            return fallBack()
        }
        defer { session.giveBack(lane) }
        let bytes = question.bytes(instance: instance)
        guard bytes.count <= HookLane.contentLimit else { return fallBack() }
        let deadline = question.isEvent ? max(limits.deadline, limits.observerDeadline) : limits.deadline
        let answer: [UInt8]
        do throws(HookLane.Silence) {
            answer = try session.memory.lanes[lane].ask(
                bytes, within: deadline, patience: ProcessPatience(process: session.pid))
        } catch {
            let hook = "\(question.name) of \(instances[instance].name)"
            if case .gone = error { session.note(endedIn: hook) }
            fail(session, error == .gone ? nil : "\(hook) gave no answer in \(deadline / 1_000_000) ms")
            return fallBack()
        }
        do throws(WireError) { return try HookAnswer(answer) } catch {
            fail(session, "the answer of \(question.name) of \(instances[instance].name) makes no sense (\(error))")
            return fallBack()
        }
    }

    /// Tells the process what has become of facts and log level.
    func tellNews() {
        queue.async { [weak self] in
            guard let self, let session = self.life.withLock({ $0.session }) else { return }
            if !Talk.send(ServiceNews(of: self.center), to: session.talk) { self.fail(session, "it takes no news") }
        }
    }

    private func fallBack() -> HookAnswer? {
        fallbacks.add(1, ordering: .relaxed)
        return nil
    }

    // MARK: Ends and new starts

    private func begin() throws(StartError) -> (PluginSession, PluginChild.Reply) {
        signal(SIGPIPE, SIG_IGN)  // a pipe to a process that has ended is an error number here
        let session: PluginSession
        do throws(HookMemoryError) {
            session = try PluginSession(
                executable: executable, lanes: limits.lanes, figures: instances.count * MetricBook.limit,
                patience: limits.startSeconds)
        } catch {
            throw StartError(description: "can't be started (\(String(cString: strerror(error.code))))", refusal: nil)
        }
        let order = PluginChild.Order(
            path: copy, lanes: limits.lanes, memoryLimit: limits.memory,
            instances: instances.map { .init(name: $0.name, plugin: $0.plugin, settings: $0.settings) },
            news: ServiceNews(of: center))
        ServiceClerk(session: session, instances: services).start()
        guard Talk.send(order, to: session.talk),
            let reply: PluginChild.Reply = Talk.receive(from: session.talk, within: limits.startSeconds)
        else {
            let ending = session.killAndWait()
            throw StartError(description: "does not start (\(ending))", refusal: nil)
        }
        guard reply.problem == nil, reply.instances.count == instances.count else {
            _ = session.killAndWait()
            let refusal = reply.refused.map { (instance: instances[$0].name, errors: reply.settingsErrors) }
            throw StartError(description: reply.problem ?? "makes other instances than were wanted", refusal: refusal)
        }
        return (session, reply)
    }

    /// Has the end of the process noticed even when nobody asks it anything.
    private func watch(_ session: PluginSession) {
        let source = DispatchSource.makeReadSource(fileDescriptor: session.talk, queue: queue)
        source.setEventHandler { [weak self] in
            source.cancel()
            self?.fail(session, nil)
            let ending = session.killAndWait()
            self?.ended(session, ending)
        }
        source.resume()
    }

    /// No hook is given to the process any more; `queue` finds it ended. The first reason counts.
    private func fail(_ session: PluginSession, _ reason: String?) {
        let isFirst = life.withLock { life in
            guard life.session === session else { return false }
            life.session = nil
            life.condition = .away(reason ?? "its process has ended")
            return true
        }
        if isFirst, let reason { session.note(reason) }
        session.kill()
    }

    private func ended(_ session: PluginSession, _ ending: String) {
        let now = Int64(DispatchTime.now().uptimeNanoseconds)
        let why =
            session.reason.map { "\($0); the process was ended" }
            ?? "its process has ended (\(ending))" + (session.hookAtTheEnd.map { " in \($0)" } ?? "")
        let condition = life.withLock { life -> Condition? in
            guard !life.isStopped else { return nil }
            life.failures = life.failures.filter { now - $0 < limits.budgetSeconds * 1_000_000_000 } + [now]
            life.condition = life.failures.count > limits.failures ? .quarantined(why) : .away(why)
            return life.condition
        }
        guard let condition else { return }
        report(condition)
        if case .away = condition { restart() }
    }

    private func restart() {
        guard life.withLock({ !$0.isStopped }) else { return }
        do throws(StartError) {
            let (session, _) = try begin()
            let isWanted = life.withLock { life in
                guard !life.isStopped else { return false }
                life.session = session
                life.condition = .serving(pid: session.pid)
                return true
            }
            guard isWanted else { return session.kill() }
            watch(session)
            tellNews()
            report(.serving(pid: session.pid))
        } catch {
            life.withLock { $0.condition = .quarantined("it \(error)") }
            report(.quarantined("it \(error)"))
        }
    }
}
