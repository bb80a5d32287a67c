import PlainText
import Synchronization
import TandemKit

/// What one instance's name keeps. From any thread.
final class InstanceStore: Sendable {
    /// Most keys.
    static let keyLimit = 10_000
    /// Most bytes of a key.
    static let keyByteLimit = 256
    /// Most bytes of a value.
    static let valueByteLimit = 4_096
    /// Most bytes of keys and values together.
    static let byteLimit = 4 << 20

    /// One key's value.
    struct Entry: Equatable {
        var value: [UInt8]
        /// When it is gone, by the clock; never at `.max`.
        var expiry: UInt64
    }

    private struct State {
        var entries: [String: Entry]
        var byteCount: Int
        /// Nothing expires before.
        var nextExpiry: UInt64
        var changes: UInt64 = 0
    }

    private let clock: ServiceClock
    private let changed: @Sendable () -> Void
    private let state: Mutex<State>

    /// - Parameter changed: Is told of each change; takes no time.
    init(_ entries: [String: Entry] = [:], clock: ServiceClock, changed: @escaping @Sendable () -> Void = {}) {
        self.clock = clock
        self.changed = changed
        state = Mutex(
            State(
                entries: entries, byteCount: entries.reduce(0) { $0 + $1.key.utf8.count + $1.value.value.count },
                nextExpiry: entries.values.map(\.expiry).min() ?? .max))
    }

    func value(for key: String) -> [UInt8]? {
        let now = clock.now
        return state.withLock { state in
            guard let entry = state.entries[key], entry.expiry > now else { return nil }
            return entry.value
        }
    }

    func set(_ value: [UInt8], for key: String, expiresAfter duration: Duration?) throws(ServiceError) {
        let now = clock.now
        let problem = state.withLock {
            Self.put(Entry(value: value, expiry: Self.expiry(duration, now)), key, &$0, now)
        }
        if let problem { throw problem }
        changed()
    }

    func add(_ amount: Int, to key: String, expiresAfter duration: Duration?) throws(ServiceError) -> Int {
        let now = clock.now
        let result: Result<Int, ServiceError> = state.withLock { state in
            var entry = Entry(value: [], expiry: Self.expiry(duration, now))
            var number = 0
            if let present = state.entries[key], present.expiry > now {
                guard let value = Int(String(decoding: present.value, as: UTF8.self)) else {
                    return .failure(ServiceError(.otherKind, "what is under '\(PlainText.excerpt(key))' is no number"))
                }
                (number, entry.expiry) = (value, present.expiry)
            }
            let (sum, overflow) = number.addingReportingOverflow(amount)
            guard !overflow else {
                return .failure(
                    ServiceError(.overflow, "'\(PlainText.excerpt(key))' would be larger than a number can be"))
            }
            entry.value = Array(String(sum).utf8)
            if let problem = Self.put(entry, key, &state, now) { return .failure(problem) }
            return .success(sum)
        }
        let sum = try result.get()
        changed()
        return sum
    }

    func remove(_ key: String) -> Bool {
        let now = clock.now
        let removed = state.withLock { state in
            let entry = state.entries.removeValue(forKey: key)
            if let entry {
                state.byteCount -= key.utf8.count + entry.value.count
                state.changes += 1
            }
            return entry
        }
        guard let removed else { return false }
        changed()
        return removed.expiry > now
    }

    /// What is in it and has not expired, and the number of changes that made it so.
    var contents: (entries: [String: Entry], changes: UInt64) {
        let now = clock.now
        return state.withLock { state in
            Self.sweep(&state, now)
            return (state.entries, state.changes)
        }
    }

    /// Forgets all keys.
    func clear() {
        let entries = state.withLock { state in
            defer { (state.entries, state.byteCount, state.nextExpiry) = ([:], 0, .max) }
            state.changes += 1
            return state.entries
        }
        if !entries.isEmpty { changed() }
    }

    /// How often it has changed.
    var changes: UInt64 { state.withLock { $0.changes } }

    /// What is wrong with a key.
    static func problem(of key: String) -> ServiceError? {
        guard key.isEmpty || key.utf8.count > keyByteLimit else { return nil }
        return ServiceError(.tooLong, "a key has 1 to \(keyByteLimit) bytes, not \(key.utf8.count)")
    }

    /// What is wrong with a value.
    static func problem(ofValue value: [UInt8], for key: String) -> ServiceError? {
        guard value.count > valueByteLimit else { return nil }
        return ServiceError(
            .tooLong,
            "the value for '\(PlainText.excerpt(key))' has \(value.count) bytes; at most \(valueByteLimit) are kept")
    }

    private static func put(_ entry: Entry, _ key: String, _ state: inout State, _ now: UInt64) -> ServiceError? {
        if let problem = problem(of: key) ?? problem(ofValue: entry.value, for: key) { return problem }
        func grows() -> (keys: Int, bytes: Int) {
            guard let present = state.entries[key] else { return (1, key.utf8.count + entry.value.count) }
            return (0, entry.value.count - present.value.count)
        }
        func fits() -> Bool {
            let (keys, bytes) = grows()
            return state.entries.count + keys <= keyLimit && (bytes <= 0 || state.byteCount + bytes <= byteLimit)
        }
        if !fits() { sweep(&state, now) }
        guard fits() else {
            return ServiceError(
                .full,
                "the store is full with \(state.entries.count) keys and \(state.byteCount) bytes; at most \(keyLimit) keys "
                    + "and \(byteLimit) bytes are kept: remove some, or let them expire")
        }
        state.byteCount += grows().bytes
        state.entries[key] = entry
        state.nextExpiry = min(state.nextExpiry, entry.expiry)
        state.changes += 1
        return nil
    }

    private static func sweep(_ state: inout State, _ now: UInt64) {
        guard state.nextExpiry <= now else { return }
        state.entries = state.entries.filter { $0.value.expiry > now }
        state.byteCount = state.entries.reduce(0) { $0 + $1.key.utf8.count + $1.value.value.count }
        state.nextExpiry = state.entries.values.map(\.expiry).min() ?? .max
    }

    private static func expiry(_ duration: Duration?, _ now: UInt64) -> UInt64 {
        guard let duration else { return .max }
        guard duration >= .zero else { return now }
        guard duration < .seconds(3_155_760_000) else { return .max }
        let (seconds, attoseconds) = duration.components
        return now + UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    }
}
