public import Timing

/// What a transaction machine asks its owner to do, in order.
@frozen public enum TransactionEffect: Hashable, Sendable {
    /// Send the message just given by the user for the first time, and keep its bytes if it can be needed again.
    case transmit
    /// Send the bytes kept from the last transmission again.
    case retransmit
    /// Send 100 Trying for the request, and keep its bytes.
    case transmitTrying
    /// Send the ACK for the failure response just received. RFC 3261 §17.1.1.3.
    case transmitACK
    /// Pass the received message to the user.
    case deliver
    /// Start a timer.
    case start(TransactionTimer, after: TimeInterval)
    /// Stop a timer if it is running.
    case stop(TransactionTimer)
    /// Tell the user that the peer didn't answer in time.
    case reportTimeout
    /// Tell the user that the message couldn't be sent.
    case reportTransportError
    /// Forget the transaction and its timers. Always the last effect.
    case terminate
}

/// The effects of one input, in order: a list without allocation.
public struct TransactionEffects: Sendable {
    /// Number of effects.
    public private(set) var count = 0
    private var storage = InlineArray<5, TransactionEffect>(repeating: .terminate)

    /// No effects.
    public init() {}

    /// The effect at a position below `count`.
    public subscript(index: Int) -> TransactionEffect {
        precondition(index < count, "no such effect")
        return storage[index]
    }

    /// The effects as an array, for tests and traces.
    public var array: [TransactionEffect] { (0..<count).map { storage[$0] } }

    /// Whether `effect` is among them.
    public func contains(_ effect: TransactionEffect) -> Bool {
        for index in 0..<count where storage[index] == effect { return true }
        return false
    }

    mutating func append(_ effect: TransactionEffect) {
        storage[count] = effect
        count += 1
    }
}
