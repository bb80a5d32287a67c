import TandemKit
import Timing

/// What the sessions need of whoever owns the sockets: ports opened, closed, joined and looked at by their index.
///
/// The relay's engine is one; so is the simulation. All calls are made on the thread that owns the sessions.
public protocol MediaPortHost: AnyObject {
    /// Opens an RTP port and the RTCP port next to it; nil when the interface has no pair left.
    func openPair(on interface: Int, policy: LatchPolicy, now: Timestamp) -> MediaPortPair?
    /// Pairs that an interface has left, if no other program has them.
    func pairsFree(on interface: Int) -> Int
    /// Relays what waits at both ports of a pair, within a bound: a thread that got no core for a while hasn't taken it.
    func relayWaiting(at pair: MediaPortPair)
    /// Closes both ports of a pair. Their indices may be given out again.
    func close(_ pair: MediaPortPair)
    /// Has what comes in at one port leave through another, and the reverse.
    func join(_ one: Int32, _ other: Int32)
    /// Says what is expected of a port's party.
    func expect(_ port: Int32, _ expectation: MediaExpectation, now: Timestamp)
    /// What a port has seen until now.
    func port(_ index: Int32) -> MediaPort
}
