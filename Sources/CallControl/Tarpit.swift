import SIPTransaction
import TandemKit
import Timing

/// Refusals for unknown sources that are held back, so that a scanner which waits for its answers gets no further meanwhile.
///
/// Each waits the same time, so they leave in the order in which they came.
struct Tarpit {
    /// How long each waits: less than the 32 s after which a client transaction gives up (RFC 3261 §17.1).
    static let delay = TimeInterval.seconds(30)
    /// A longer refusal isn't held: what it repeats of the request was made long on purpose.
    static let mostBytes = 2_048

    private struct Refusal {
        let due: Timestamp
        let request: UInt64
        let flow: Flow
        let bytes: [UInt8]
    }

    private var waiting: [Refusal] = []
    private var first = 0
    private var requests: Set<UInt64> = []

    /// Refusals that wait.
    var count: Int { waiting.count - first }

    /// When the next is due; nil when none waits.
    var nextDeadline: Timestamp? { first < waiting.count ? waiting[first].due : nil }

    /// Whether the refusal of a request waits here already.
    func holds(_ request: UInt64) -> Bool { requests.contains(request) }

    /// Holds a refusal back. Returns false when it is too long.
    mutating func hold(_ bytes: [UInt8], of request: UInt64, for flow: Flow, at now: Timestamp) -> Bool {
        guard bytes.count <= Self.mostBytes else { return false }
        requests.insert(request)
        waiting.append(Refusal(due: now + Self.delay, request: request, flow: flow, bytes: bytes))
        return true
    }

    /// Takes out the next refusal that is due; nil when none is.
    mutating func popDue(at now: Timestamp) -> (bytes: [UInt8], flow: Flow)? {
        guard first < waiting.count, waiting[first].due <= now else { return nil }
        let refusal = waiting[first]
        requests.remove(refusal.request)
        first += 1
        if first == waiting.count || first >= 256 {
            waiting.removeFirst(first)
            first = 0
        }
        return (refusal.bytes, refusal.flow)
    }
}
