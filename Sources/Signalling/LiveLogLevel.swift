import Logging
import Synchronization

/// The level of the daemon's log, changed by `tandem log LEVEL` while calls run. From any thread.
public final class LiveLogLevel: Sendable {
    private let raw: Atomic<Int>

    /// Starts at `level`.
    public init(_ level: Logger.Level) { raw = Atomic(Self.rank(level)) }

    /// The level in force.
    public var current: Logger.Level {
        get { Logger.Level.allCases[raw.load(ordering: .relaxed)] }
        set { raw.store(Self.rank(newValue), ordering: .relaxed) }
    }

    private static func rank(_ level: Logger.Level) -> Int { Logger.Level.allCases.firstIndex(of: level)! }
}
