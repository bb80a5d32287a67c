// Plays calls through one engine in memory, for Scripts/measure-boundary. Everything that the daemon would run for a
// message happens inside `boundary_receive`, which callgrind counts; what the two parties do stays outside.
import CallControl
import SIPTransaction
import TandemKit
import Timing

let arguments = CommandLine.arguments.dropFirst()
let count = arguments.first.flatMap { Int($0) } ?? 100
let mode: SignallingMode = arguments.contains("proxy") ? .proxy : .b2bua
let journal = arguments.firstIndex(of: "journal").map { arguments[$0 + 1] }
let bench = try BoundaryBench(mode: mode, journal: journal)
for serial in 0..<count { bench.play(serial) }
bench.close()
switch mode {
case .b2bua:
    precondition(bench.engine.counters.answeredCalls == UInt64(count), "a call was not answered")
case .proxy:
    precondition(bench.engine.counters.proxiedRequests == UInt64(2 * count), "an INVITE or BYE was not sent on")
}
