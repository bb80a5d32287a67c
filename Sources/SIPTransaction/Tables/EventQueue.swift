/// Events in order, in memory that is used again.
struct EventQueue: ~Copyable {
    private var events: [TransactionEvent] = []
    private var start = 0

    init() {}

    mutating func append(_ event: TransactionEvent) { events.append(event) }

    /// Takes the oldest event; nil when there is none.
    mutating func next() -> TransactionEvent? {
        guard start < events.count else { return nil }
        let event = events[start]
        start += 1
        if start == events.count {
            events.removeAll(keepingCapacity: true)
            start = 0
        }
        return event
    }
}
