public import TandemKit
public import Timing

/// An attempt to reach a trunk that came to nothing. Not all of them leave a message that would tell.
public struct FailedAttempt: Sendable {
    /// From 1, in the order of the call's attempts: the leg of its messages in the trace.
    public var number: Int
    /// The trunk's name.
    public var trunk: String
    /// Why.
    public var failure: Failure
    /// When it was given up.
    public var time: Timestamp
}
