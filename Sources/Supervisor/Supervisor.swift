import Glibc
public import Logging
import ShardLoop
import Spawning
import Timing

/// Runs Tandem's processes, each a child of this one: what `Supervision` says, done with real processes.
///
/// Used from the main thread: the kernel takes the end of the thread that started a child for the end of its parent.
public final class Supervisor {
    private let executable: String
    private let commands: [ProcessRole: [String]]
    private let log: Logger
    private let notifier = ServiceNotifier()
    private var supervision: Supervision
    private var processes: [ProcessRole: SupervisedProcess] = [:]
    private var statuses: [ProcessRole: String] = [:]
    /// The exit code, when everything has ended.
    private var code: Int32?

    /// Prepares the supervisor; nothing is started yet.
    ///
    /// - Parameter commands: the arguments of this very executable that make it each process.
    public init(commands: [ProcessRole: [String]], log: Logger) {
        executable = Self.ownExecutable()
        self.commands = commands
        supervision = Supervision(hasRelay: commands[.relay] != nil)
        self.log = log
    }

    /// Starts the processes and keeps them running until SIGTERM or SIGINT, or until one of them can't start.
    ///
    /// - Returns: the exit code for this process.
    public func run() -> Int32 {
        guard let signals = SignalQueue() else {
            log.critical(
                "the supervisor can't take signals", metadata: ["error": "\(String(cString: strerror(errno)))"])
            return 1
        }
        carryOut(supervision.begin(now: MonotonicClock.now()))
        while code == nil {
            wait(signals)
            // What a process has said before its end comes before its end.
            for (role, process) in processes { hear(process, role) }
            while let number = signals.next() { take(number) }
            reap()
            carryOut(supervision.advance(to: MonotonicClock.now()))
        }
        return code ?? 0
    }

    /// Runs this very executable with these arguments to its end.
    public static func complete(_ arguments: [String]) -> ProcessEnding {
        guard let process = try? SupervisedProcess(ownExecutable(), arguments) else { return .exit(1) }
        var status: Int32 = 0
        while waitpid(process.process, &status, 0) < 0, errno == EINTR {}
        return ProcessEnding(status: status)
    }

    /// The file of this process, so that a process that is started anew is of the build that is installed then.
    private static func ownExecutable() -> String {
        let link = "/proc/self/exe"
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(link, &bytes, bytes.count)
        guard count > 0 else { return link }
        let path = String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return access(path, X_OK) == 0 ? path : link
    }

    /// Sleeps until a signal, a word of a process or a deadline.
    private func wait(_ signals: SignalQueue) {
        var waiting = ([signals.descriptor] + processes.values.map(\.descriptor))
            .map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let left = supervision.nextDeadline.map { $0 - MonotonicClock.now() }
        let milliseconds = left.map { Int32(clamping: ($0.nanoseconds + 999_999) / 1_000_000) } ?? -1
        poll(&waiting, nfds_t(waiting.count), milliseconds)
    }

    private func hear(_ process: SupervisedProcess, _ role: ProcessRole) {
        let news = process.news()
        if let status = news.status { statuses[role] = status }
        if news.isReady { carryOut(supervision.serves(role, now: MonotonicClock.now())) }
        if news.isReady || news.status != nil, !supervision.isStopping { notifier.status(status) }
    }

    private func take(_ signal: Int32) {
        guard signal != SIGCHLD else { return }
        if signal == SIGHUP {
            // Before it serves, it would end by it; and it has only just read the file.
            if supervision.isServing(.signalling) { processes[.signalling]?.signal(SIGHUP) }
            return
        }
        if !supervision.isStopping {
            log.info("stopping", metadata: ["signal": "\(ProcessEnding.name(signal))"])
            notifier.stopping()
        }
        carryOut(supervision.stop(now: MonotonicClock.now()))
    }

    /// Takes notice of every child that has ended; as the first process of a container, of any orphan too.
    private func reap() {
        var status: Int32 = 0
        while case let process = waitpid(-1, &status, WNOHANG), process > 0 {
            guard let role = processes.first(where: { $0.value.process == process })?.key else { continue }
            processes[role] = nil
            statuses[role] = nil
            carryOut(supervision.ended(role, ProcessEnding(status: status), now: MonotonicClock.now()))
            if !supervision.isStopping { notifier.status(self.status) }
        }
    }

    private func carryOut(_ actions: [Supervision.Action]) {
        for action in actions {
            switch action {
            case .start(let role): start(role)
            case .ask(let role): processes[role]?.signal(SIGTERM)
            case .kill(let role): processes[role]?.signal(SIGKILL)
            case .announce:
                log.info("every process serves")
                notifier.ready(status: status)
            case .report(let report): tell(report)
            case .finish(let code): self.code = code
            }
        }
    }

    private func start(_ role: ProcessRole) {
        do throws(SpawnError) {
            let process = try SupervisedProcess(executable, commands[role] ?? [])
            processes[role] = process
            log.info("\(role) started", metadata: ["process": "\(process.process)"])
        } catch {
            log.error("\(role) can't be started", metadata: ["error": "\(String(cString: strerror(error.code)))"])
            carryOut(supervision.ended(role, .exit(1), now: MonotonicClock.now()))
        }
    }

    private var status: String {
        supervision.roles.map { role in
            "\(role): " + (supervision.isServing(role) ? statuses[role] ?? "serves" : "does not serve")
        }.joined(separator: "; ")
    }

    private func tell(_ report: SupervisionReport) {
        switch report {
        case .failed(_, .exit): break  // it has said why
        case .failed(let role, let ending): log.error("\(role) could not start", metadata: ["ended": "\(ending)"])
        case .restarts(let role, let ending, let pause):
            log.warning(
                "\(role) has ended and is started again",
                metadata: ["ended": "\(ending)", "after": "\(pause.wholeMilliseconds)ms"])
        case .ended(let role, let ending):
            log.warning("\(role) has not ended in order", metadata: ["ended": "\(ending)"])
        case .neverServed(let role): log.error("\(role) does not come to serve and is killed")
        case .neverEnded(let role): log.error("\(role) does not end and is killed")
        }
    }
}
