import Dispatch
import ShardLoop
import Synchronization
import TandemKit
import Timing

/// A statement, until when it may run, and who wants to know.
struct SQLiteTask: Sendable {
    let question: SQLQuestion
    let deadline: Timestamp
    let done: @Sendable (Finding) -> Void
}

/// A database: connections that run one statement each, and statements that wait for one. From any thread.
final class SQLiteSource: Sendable {
    private struct State {
        var waiting: [SQLiteTask] = []
        var running = 0
        var idle: [Box] = []
    }

    /// A connection on its way from one thread to the next.
    private struct Box: @unchecked Sendable {  // who has taken it out of `idle` is alone with it
        let connection: SQLiteConnection
    }

    private let source: LookUpSource
    private let path: String
    private let isWritable: Bool
    private let state = Mutex(State())
    private let queue: DispatchQueue

    init(_ source: LookUpSource, path: String, isWritable: Bool) {
        self.source = source
        self.path = path
        self.isWritable = isWritable
        queue = DispatchQueue(label: "tandem.lookup.\(source.name)", attributes: .concurrent)
    }

    /// Takes a statement on. Returns a failure when too many wait.
    func take(_ task: SQLiteTask) -> Finding? {
        let task = SQLiteTask(
            question: task.question, deadline: min(task.deadline, MonotonicClock.now() + source.time), done: task.done)
        enum Next { case begin, wait, refuse }
        let next: Next = state.withLock { state in
            if state.running < source.limit {
                state.running += 1
                return .begin
            }
            guard state.waiting.count < LookUpSource.waitingLimit else { return .refuse }
            state.waiting.append(task)
            return .wait
        }
        switch next {
        case .begin: queue.async { self.work(task) }
        case .wait: break
        case .refuse:
            return .failed(
                LookUpFailure(.busy, "\(source.name) has \(LookUpSource.waitingLimit) look-ups waiting already"))
        }
        return nil
    }

    /// Runs a statement and all that wait by then.
    private func work(_ first: SQLiteTask) {
        var next: SQLiteTask? = first
        var connection = state.withLock { $0.idle.popLast()?.connection }
        while let task = next {
            if connection?.isCurrent == false { connection = nil }
            do throws(LookUpFailure) {
                let open: SQLiteConnection
                if let connection {
                    open = connection
                } else {
                    open = try SQLiteConnection(path: path, isWritable: isWritable)
                    connection = open
                }
                task.done(.rows(try open.run(task.question, until: task.deadline)))
            } catch {
                if error.kind == .unreachable { connection = nil }
                task.done(.failed(error))
            }
            let box = connection.map(Box.init)
            next = state.withLock { state in
                if !state.waiting.isEmpty { return state.waiting.removeFirst() }
                state.running -= 1
                if let box { state.idle.append(box) }
                return nil
            }
        }
    }
}
