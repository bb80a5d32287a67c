import Timing

/// What a run has seen: broken rules, and for the reader of a failure every packet that crossed the wire.
final class Journal {
    private(set) var violations: [String] = []
    private(set) var notes: [String] = []
    /// Whether packets are written down: only when a failing seed is run again.
    var keepsPackets = false
    /// How often a node has died.
    var crashCount = 0
    private(set) var packets: [String] = []

    func violation(_ text: String, at time: Timestamp) {
        violations.append("\(seconds(time)) \(text)")
    }

    /// Something unusual that is no fault.
    func note(_ text: String) { notes.append(text) }

    func packet(_ text: @autoclosure () -> String, at time: Timestamp) {
        if keepsPackets { packets.append("\(seconds(time)) \(text())") }
    }

    private func seconds(_ time: Timestamp) -> String {
        let milliseconds = time.nanoseconds / 1_000_000
        let fraction = String(1000 + milliseconds % 1000).dropFirst()
        return "\(milliseconds / 1000).\(fraction)"
    }
}
