import CallControl
import TandemKit
import Timing

/// What observers of a node's calls are told, over all its lives: each call begins once and ends once.
final class CrashWatch {
    private let name: String
    private let journal: Journal
    private var ends: [CallNumber: Int] = [:]
    private var answerCount = 0
    /// Whether a call's end may say that it could not go on.
    private let mayRefuse: Bool

    init(name: String, journal: Journal, mayRefuse: Bool) {
        self.name = name
        self.journal = journal
        self.mayRefuse = mayRefuse
    }

    func note(_ event: CallEvent, at time: Timestamp) {
        switch event.kind {
        case .began:
            if ends[event.call] != nil { journal.violation("\(name) uses the number \(event.call) again", at: time) }
            ends[event.call] = 0
        case .answered: answerCount += 1
        case .recovered:
            if ends[event.call] != 0 {
                journal.violation("\(name) takes up call \(event.call), which has ended", at: time)
            }
        case .ended(let failure):
            ends[event.call, default: 0] += 1
            if ends[event.call] != 1 { journal.violation("\(name) reports the end of \(event.call) again", at: time) }
            if failure.diagnostic == .notRecovered, !mayRefuse {
                journal.violation("\(name) could not go on with \(event.call): \(failure.detail)", at: time)
            }
        default: break
        }
    }

    /// When everything has ended.
    ///
    /// - Parameter told: How many calls the callers' side was told to be answered.
    func finish(told: Int, at time: Timestamp) {
        if answerCount > told {
            journal.violation("\(name) was answered \(answerCount) times and told \(told) callers", at: time)
        }
        for (call, count) in ends where count == 0 {
            journal.violation("\(name) never reports the end of call \(call)", at: time)
        }
    }
}
