// Plays B2BUA calls through one engine in memory, for Scripts/measure-boundary. Everything that the daemon would run for
// a message happens inside `boundary_receive`, which callgrind counts; what the two parties do stays outside.
import CallControl
import SIPTransaction
import TandemKit
import Timing

let bench = BoundaryBench()
let count = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 100
for serial in 0..<count { bench.play(serial) }
precondition(bench.engine.counters.answeredCalls == UInt64(count), "a call was not answered")
