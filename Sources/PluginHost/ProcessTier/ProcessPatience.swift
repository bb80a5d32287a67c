import Spawning

/// How long a process that has not answered in time is waited for on: as long as it has hardly had a core, within a limit.
///
/// A machine with more to do than it can makes every plugin late. To pass them by, or to end them, would make it worse.
struct ProcessPatience {
    /// How long it is waited at a time, in nanoseconds.
    static let step: Int64 = 5_000_000
    /// Most steps.
    static let stepsMost = 16

    let process: Int32

    /// Waits on with `wait`, whose argument is in nanoseconds.
    func prolong(_ wait: (_ nanoseconds: Int64) -> LaneEnd.Arrival) -> LaneEnd.Arrival {
        for _ in 0..<Self.stepsMost {
            guard TaskState.isAnyRunnable(of: process), let before = TaskState.processorTime(of: process) else { break }
            let arrival = wait(Self.step)
            guard case .late = arrival else { return arrival }
            // Who has had a core for most of the time and hasn't answered is at something else.
            guard let now = TaskState.processorTime(of: process), now - before < UInt64(Self.step / 2) else { break }
        }
        return .late
    }
}
