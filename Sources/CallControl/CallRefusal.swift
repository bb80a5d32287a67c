/// Why a call was refused before it began.
public enum CallRefusal: UInt8, Hashable, Sendable, CaseIterable {
    /// The engine is draining.
    case draining
    /// `CallLimits.calls` is reached.
    case tooManyCalls
    /// The engine's thread has more to do than it can.
    case overloaded
    /// The trunk that it came from has as many calls as it may have, or they come too fast.
    case trunkFull
    /// Its source sends requests faster than its trunk lets it.
    case sourceTooFast
    /// Its credentials are wrong: those of no user of the trunk, or for another request.
    case wrongCredentials
}
