public import Timing

/// Keeps where servers are, as DNS says from time to time: which questions to ask and when, and what the answers come to.
///
/// A machine without I/O: its owner asks each question of `due` and reports what came of it. A question is out once at a
/// time. What was found stays until something else was found wholly; what DNS said serves on while nobody answers.
public struct ServerDirectory: Sendable {
    /// The servers, in the order they were given in.
    public private(set) var locations: [ServerLocation]

    private let servers: [WantedServer]
    private var memory = DNSMemory()
    private var wanted: Set<DNSQuestion> = []
    /// Whether each server was looked for with all that was needed.
    private var isKnown: [Bool]

    /// Directory of servers that nothing is known of.
    public init(_ servers: [WantedServer]) {
        self.servers = servers
        locations = servers.map { ServerLocation(problem: "\($0.name) is not resolved yet") }
        isKnown = servers.map { _ in false }
        _ = update()
    }

    /// When `due` will have something; nil while all questions are out, or there is none.
    public var deadline: Timestamp? { wanted.compactMap { memory.next($0) }.min() }

    /// Whether each server was looked for to the end, with or without success.
    public var isComplete: Bool { !isKnown.contains(false) }

    /// How many questions are remembered with their answers.
    public var rememberedCount: Int { memory.count }

    /// The questions to ask now; each counts as asked.
    public mutating func due(at now: Timestamp) -> [DNSQuestion] {
        let due = wanted.filter { memory.next($0).map { $0 <= now } ?? false }
            .sorted { ($0.name, $0.kind.rawValue) < ($1.name, $1.kind.rawValue) }
        for question in due { memory.asked(question, at: now) }
        return due
    }

    /// The answer to a question. Returns the servers of which something else is known now, by their places.
    public mutating func answered(_ question: DNSQuestion, with answer: DNSAnswer, at now: Timestamp) -> [Int] {
        memory.answered(question, with: answer, at: now)
        return update()
    }

    /// Looks for all servers again.
    private mutating func update() -> [Int] {
        var changed: [Int] = []
        wanted = []
        for (index, server) in servers.enumerated() {
            var rules = LocationRules(server, memory)
            let found = rules.locate()
            wanted.formUnion(rules.wanted)
            guard !rules.isIncomplete else { continue }
            if !isKnown[index] || found != locations[index] { changed.append(index) }
            isKnown[index] = true
            locations[index] = found
        }
        memory.keep(only: wanted)
        return changed
    }
}
