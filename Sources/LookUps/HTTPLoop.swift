import CCURL
import Foundation
import ShardLoop
import Synchronization
import TandemKit
import Timing

/// The one thread that speaks with a server: libcurl's connections, kept open for the next request, and what waits for one.
///
/// `@unchecked`: the handle is its thread's alone, but for `curl_multi_wakeup`, which any thread may call.
final class HTTPLoop: @unchecked Sendable {
    private struct Inbox {
        var tasks: [HTTPTask] = []
        var isStopped = false
        /// Requests taken on and not answered.
        var count = 0
    }

    private let multi: UnsafeMutableRawPointer?
    private let inbox = Mutex(Inbox())
    private static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init() {
        multi = Self.isReady ? curl_multi_init() : nil
        guard multi != nil else { return }
        let thread = Thread { self.run() }  // which keeps the loop alive until it is stopped
        thread.name = "tandem-http"
        thread.start()
    }

    /// Ends the thread; what is under way is answered no more.
    func stop() {
        inbox.withLock { $0.isStopped = true }
        if let multi { curl_multi_wakeup(multi) }
    }

    /// Takes a request on. Returns a failure when too many wait.
    func take(_ task: HTTPTask) -> Finding? {
        guard let multi else { return .failed(LookUpFailure(.unreachable, "libcurl could not be started")) }
        let source = task.source
        let isTaken = inbox.withLock { inbox in
            guard inbox.count < source.limit + LookUpSource.waitingLimit else { return false }
            inbox.count += 1
            inbox.tasks.append(task)
            return true
        }
        guard isTaken else {
            return .failed(
                LookUpFailure(.busy, "\(source.name) has \(LookUpSource.waitingLimit) look-ups waiting already"))
        }
        curl_multi_wakeup(multi)
        return nil
    }

    // MARK: On the thread

    private func run() {
        guard let multi else { return }
        var active: [UnsafeMutableRawPointer: HTTPTransfer] = [:]
        var waiting: [HTTPTask] = []
        while true {
            let (tasks, isStopped) = inbox.withLock { inbox in
                defer { inbox.tasks = [] }
                return (inbox.tasks, inbox.isStopped)
            }
            if isStopped { break }
            waiting += tasks
            while let task = waiting.first, active.count < task.source.limit {
                waiting.removeFirst()
                if let transfer = begin(task, multi) { active[transfer.easy] = transfer }
            }
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            var result = CURLE_OK
            while let easy = ccurl_next_done(multi, &result) {
                curl_multi_remove_handle(multi, easy)
                guard let transfer = active.removeValue(forKey: easy) else { continue }
                finish(transfer.task, transfer.finding(result))
            }
            if let next = waiting.first, active.count < next.source.limit { continue }
            curl_multi_poll(multi, nil, 0, 1_000, nil)
        }
        for easy in active.keys { curl_multi_remove_handle(multi, easy) }
        curl_multi_cleanup(multi)
    }

    private func begin(_ task: HTTPTask, _ multi: UnsafeMutableRawPointer) -> HTTPTransfer? {
        let now = MonotonicClock.now()
        guard now < task.deadline else {
            let sentence = "the time was over before \(task.source.name) could be asked"
            finish(task, .failed(LookUpFailure(.timedOut, sentence)))
            return nil
        }
        let milliseconds = max(1, Int((task.deadline.nanoseconds - now.nanoseconds) / 1_000_000))
        guard let transfer = HTTPTransfer(task, milliseconds: milliseconds),
            curl_multi_add_handle(multi, transfer.easy) == CURLM_OK
        else {
            finish(task, .failed(LookUpFailure(.unreachable, "\(task.source.name) can't be asked: no memory")))
            return nil
        }
        return transfer
    }

    private func finish(_ task: HTTPTask, _ finding: Finding) {
        inbox.withLock { inbox in inbox.count -= 1 }
        task.done(finding)
    }
}
