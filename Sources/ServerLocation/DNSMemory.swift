public import Timing

/// What is known of DNS by now: answers for as long as they hold, and beyond that while nobody answers (RFC 8767).
public struct DNSMemory: Sendable {
    /// Most questions that are remembered.
    public static let limit = 4_096
    /// The shortest and longest time that an answer counts, whatever it says.
    public static let shortest = TimeInterval.seconds(1)
    /// The longest time that an answer counts, whatever it says.
    public static let longest = TimeInterval.seconds(86_400)
    /// The longest time that it counts that there is nothing (RFC 2308 §5).
    public static let longestNegative = TimeInterval.seconds(300)
    /// How long after a failure the next question comes.
    public static let retryInterval = TimeInterval.seconds(10)
    /// How long records serve beyond their end while nobody answers.
    public static let staleLimit = TimeInterval.seconds(86_400)

    /// What is known of a question.
    public enum Knowledge: Hashable, Sendable {
        /// It was never answered, and no question has failed.
        case nothing
        /// The records; empty when there are none.
        case records([DNSRecord])
        /// Nobody has answered it: why.
        case failed(String)
    }

    private struct Entry {
        var records: [DNSRecord]?
        /// Why the last question failed; nil when it didn't.
        var problem: String?
        /// When to ask again; nil while the question is out.
        var next: Timestamp?
        /// Until when the records may serve.
        var servesUntil: Timestamp

        mutating func keep(_ new: [DNSRecord], for life: TimeInterval, at now: Timestamp) {
            records = new
            problem = nil
            next = now + life
            servesUntil = now + life + DNSMemory.staleLimit
        }
    }

    private var entries: [DNSQuestion: Entry] = [:]

    /// Knows nothing.
    public init() {}

    /// How many questions are remembered.
    public var count: Int { entries.count }

    /// What is known of a question.
    public subscript(question: DNSQuestion) -> Knowledge {
        guard let entry = entries[question] else { return .nothing }
        if let records = entry.records { return .records(records) }
        return entry.problem.map { .failed($0) } ?? .nothing
    }

    /// Why the last question failed although there are records of before; nil when it didn't.
    public func problem(of question: DNSQuestion) -> String? { entries[question]?.problem }

    /// When the question should be asked again; nil while it is out, the beginning of time when it never was.
    public func next(_ question: DNSQuestion) -> Timestamp? {
        guard let entry = entries[question] else { return Timestamp(nanoseconds: 0) }
        return entry.next
    }

    /// The question is out.
    public mutating func asked(_ question: DNSQuestion, at now: Timestamp) {
        guard entries[question] != nil || entries.count < Self.limit else { return }
        entries[question, default: Entry(records: nil, problem: nil, next: nil, servesUntil: now)].next = nil
    }

    /// The answer to a question.
    public mutating func answered(_ question: DNSQuestion, with answer: DNSAnswer, at now: Timestamp) {
        guard var entry = entries[question] else { return }
        switch answer {
        case .records(let records, let seconds):
            entry.keep(records, for: min(max(.seconds(UInt64(seconds)), Self.shortest), Self.longest), at: now)
        case .none(let seconds):
            let life = seconds.map { TimeInterval.seconds(UInt64($0)) } ?? .seconds(60)
            entry.keep([], for: min(max(life, Self.shortest), Self.longestNegative), at: now)
        case .failed(let problem):
            entry.problem = problem
            entry.next = now + Self.retryInterval
            if entry.servesUntil <= now { entry.records = nil }
        }
        entries[question] = entry
    }

    /// Forgets all other questions, unless they are out.
    public mutating func keep(only wanted: Set<DNSQuestion>) {
        entries = entries.filter { wanted.contains($0.key) || $0.value.next == nil }
    }
}
