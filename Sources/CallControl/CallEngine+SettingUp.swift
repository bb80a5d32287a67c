public import Timing

extension CallEngine {
    /// How many calls and proxied INVITEs nobody has answered yet, and for how long the oldest of them has been there: what
    /// a fresh process could not take up.
    public func callsInSetUp(at now: Timestamp) -> (count: Int, oldest: TimeInterval) {
        var (count, first) = (0, now)
        func note(_ startedAt: Timestamp) {
            count += 1
            first = min(first, startedAt)
        }
        calls.forEach { if $0.phase == .trying || $0.phase == .ringing { note($0.startedAt) } }
        proxied.forEach { if $0.isInvite, !$0.hasFinal { note($0.startedAt) } }
        return (count, now - first)
    }
}
