import ShardLoop
import TandemKit
import Timing

/// A server: what all its requests have in common.
final class HTTPSource: Sendable {
    let name: String
    let address: String
    let headers: [HTTPField]
    let time: TimeInterval
    let limit: Int

    init(_ source: LookUpSource, address: String, headers: [HTTPField]) {
        name = source.name
        // What is put behind it begins with a slash.
        self.address = address.last == "/" ? String(address.dropLast()) : address
        self.headers = headers
        time = source.time
        limit = source.limit
    }
}

/// A request, until when it is worth an answer, and who wants to know.
struct HTTPTask: Sendable {
    let source: HTTPSource
    let question: HTTPQuestion
    let deadline: Timestamp
    let done: @Sendable (Finding) -> Void

    init(
        _ source: HTTPSource, _ question: HTTPQuestion, until deadline: Timestamp,
        _ done: @escaping @Sendable (Finding) -> Void
    ) {
        self.source = source
        self.question = question
        self.deadline = min(deadline, MonotonicClock.now() + source.time)
        self.done = done
    }
}
