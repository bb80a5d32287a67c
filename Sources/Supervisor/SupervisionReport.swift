public import Timing

/// What the operator is told about the processes.
public enum SupervisionReport: Hashable, Sendable {
    /// A process ended before it had ever served, and with it everything. It has said why itself, unless it was a signal.
    case failed(ProcessRole, ProcessEnding)
    /// A process ended and is started again after a pause.
    case restarts(ProcessRole, ProcessEnding, after: TimeInterval)
    /// A process that was about to end ended otherwise than it should.
    case ended(ProcessRole, ProcessEnding)
    /// A process didn't serve in time and is killed.
    case neverServed(ProcessRole)
    /// A process that was asked to end didn't in time and is killed.
    case neverEnded(ProcessRole)
}
