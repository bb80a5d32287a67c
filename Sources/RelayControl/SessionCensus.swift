import Synchronization

/// The names of all sessions of a relay, whichever thread has them. From any thread.
public final class SessionCensus: Sendable {
    private let present = Mutex<Set<String>>([])

    /// Nobody yet.
    public init() {}

    /// Notes whether a session is there.
    public func note(_ name: String, isPresent: Bool) {
        present.withLock { names in
            if isPresent {
                names.insert(name)
            } else {
                names.remove(name)
            }
        }
    }

    /// Sessions now.
    public var count: Int { present.withLock { $0.count } }

    /// Names of at most so many sessions, in no order.
    public func names(limit: Int) -> [String] { present.withLock { Array($0.prefix(limit)) } }
}
