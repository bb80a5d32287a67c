import Dispatch
import Foundation
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
///
/// Each connection has a thread while there is work: those of a dispatch queue are as few as the machine has cores, so that
/// statements which wait for a lock would hold up those of all other databases.
final class SQLiteSource: Sendable {
    private struct State {
        var waiting: [SQLiteTask] = []
        var threads = 0
        /// Threads that wait for a statement.
        var idle = 0
    }

    private let source: LookUpSource
    private let path: String
    private let isWritable: Bool
    private let state = Mutex(State())
    /// Counts the statements that wait.
    private let arrivals = DispatchSemaphore(value: 0)

    /// How long a thread waits for the next statement before it ends, and its connection is closed, in seconds.
    private static let patience = 30

    init(_ source: LookUpSource, path: String, isWritable: Bool) {
        self.source = source
        self.path = path
        self.isWritable = isWritable
    }

    /// Takes a statement on. Returns a failure when too many wait.
    func take(_ task: SQLiteTask) -> Finding? {
        let task = SQLiteTask(
            question: task.question, deadline: min(task.deadline, MonotonicClock.now() + source.time), done: task.done)
        let (isTaken, isFirst) = state.withLock { state in
            let free = state.idle + source.limit - state.threads
            guard state.waiting.count < free + LookUpSource.waitingLimit else { return (false, false) }
            state.waiting.append(task)
            guard state.waiting.count > state.idle, state.threads < source.limit else { return (true, false) }
            state.threads += 1
            return (true, true)
        }
        guard isTaken else {
            return .failed(
                LookUpFailure(.busy, "\(source.name) has \(LookUpSource.waitingLimit) look-ups waiting already"))
        }
        arrivals.signal()
        if isFirst {
            let thread = Thread { self.work() }
            thread.name = "tandem-sqlite"
            thread.start()
        }
        return nil
    }

    /// Runs statements as long as some come.
    private func work() {
        var connection: SQLiteConnection?
        while let task = next() {
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
        }
    }

    /// The next statement; nil when none has come for a while, and the thread is to end.
    private func next() -> SQLiteTask? {
        state.withLock { $0.idle += 1 }
        while true {
            let hasCome = arrivals.wait(timeout: .now() + .seconds(Self.patience)) == .success
            let (task, isOver): (SQLiteTask?, Bool) = state.withLock { state in
                // One that has come in the last moment may count on this thread.
                guard hasCome || state.waiting.count < state.idle else { return (nil, false) }
                state.idle -= 1
                if hasCome { return (state.waiting.removeFirst(), false) }
                state.threads -= 1
                return (nil, true)
            }
            if task != nil || isOver { return task }
        }
    }
}
