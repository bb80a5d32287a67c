import Synchronization
import TandemKit

/// The answers that clients of the NG protocol got lately: a client that heard nothing asks again with the same cookie,
/// and an offer must not be taken twice. One for all threads of a relay, since a call that has ended has none.
public final class NGAnswers: Sendable {
    /// Answers kept.
    public static let limit = 1_024

    /// What a client asked.
    struct Question: Hashable {
        let cookie: [UInt8]
        let client: Endpoint
    }

    private struct Ring {
        var answers: [Question: [UInt8]] = [:]
        var questions: [Question] = []
        var oldest = 0
    }

    private let ring = Mutex(Ring())

    /// No answer yet.
    public init() {}

    /// The answer that a question got; nil when it is new, or was asked long ago.
    subscript(question: Question) -> [UInt8]? { ring.withLock { $0.answers[question] } }

    /// Keeps an answer, in place of the oldest.
    func keep(_ answer: [UInt8], for question: Question) {
        ring.withLock { ring in
            guard ring.answers.updateValue(answer, forKey: question) == nil else { return }
            if ring.questions.count < Self.limit {
                ring.questions.append(question)
            } else {
                ring.answers[ring.questions[ring.oldest]] = nil
                ring.questions[ring.oldest] = question
                ring.oldest = (ring.oldest + 1) % ring.questions.count
            }
        }
    }
}
