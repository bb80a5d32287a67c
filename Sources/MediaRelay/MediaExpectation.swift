import TandemKit

/// What a description says of a party's media.
public struct MediaExpectation: Hashable, Sendable {
    /// Where the party wants its media; nil when it wants none or the address can't be used.
    public var endpoint: Endpoint?
    /// Where the party's signalling comes from; nil when that isn't known.
    public var signallingAddress: IPAddress?
    /// Whose packets are taken for the party's.
    public var policy: LatchPolicy
    /// Clock ticks per second of the first format.
    public var clockRate: UInt32

    /// Joins what was read.
    public init(
        endpoint: Endpoint?, signallingAddress: IPAddress? = nil, policy: LatchPolicy = .known,
        clockRate: UInt32 = 8_000
    ) {
        self.endpoint = endpoint
        self.signallingAddress = signallingAddress
        self.policy = policy
        self.clockRate = clockRate
    }
}
