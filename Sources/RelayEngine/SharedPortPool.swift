import MediaRelay
import Synchronization

/// The ports of one interface, which all threads of a relay share. From any thread.
final class SharedPortPool: Sendable {
    private let pool: Mutex<PortPool>

    init(_ range: ClosedRange<UInt16>) { pool = Mutex(PortPool(range)) }

    /// The pools of some interfaces.
    static func all(of interfaces: [MediaInterface]) -> [SharedPortPool] {
        interfaces.map { SharedPortPool($0.ports) }
    }

    /// As of `PortPool`; the others wait while a pair opens.
    func take(_ opens: (UInt16) -> Bool) -> UInt16? { pool.withLock { $0.take(opens) } }

    /// As of `PortPool`.
    func giveBack(_ port: UInt16) { pool.withLock { $0.giveBack(port) } }

    /// Pairs that are left.
    var freeCount: Int { pool.withLock { $0.pairCount - $0.takenCount } }
}
