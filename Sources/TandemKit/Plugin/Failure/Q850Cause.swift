/// A cause value of ITU-T Q.850, as `Reason: Q.850;cause=17` carries it (RFC 3326, RFC 6432).
@frozen public struct Q850Cause: Hashable, Sendable, CustomStringConvertible {
    /// The value, 1 to 127.
    public let raw: UInt8

    /// A cause from its value; nil outside 1 to 127.
    @inlinable public init?(_ raw: UInt8) {
        guard raw >= 1, raw <= 127 else { return nil }
        self.raw = raw
    }

    @usableFromInline init(known raw: UInt8) { self.raw = raw }

    /// 1: the number is not assigned.
    public static var unallocatedNumber: Q850Cause { Q850Cause(known: 1) }
    /// 16: somebody hung up.
    public static var normalClearing: Q850Cause { Q850Cause(known: 16) }
    /// 17: the called user is busy.
    public static var userBusy: Q850Cause { Q850Cause(known: 17) }
    /// 18: nobody responds.
    public static var noUserResponding: Q850Cause { Q850Cause(known: 18) }
    /// 19: it rang and nobody answered.
    public static var noAnswer: Q850Cause { Q850Cause(known: 19) }
    /// 21: the call was refused.
    public static var callRejected: Q850Cause { Q850Cause(known: 21) }
    /// 28: the number is too short or otherwise invalid.
    public static var invalidNumberFormat: Q850Cause { Q850Cause(known: 28) }
    /// 34: all circuits are busy.
    public static var noCircuitAvailable: Q850Cause { Q850Cause(known: 34) }
    /// 38: the network does not work.
    public static var networkOutOfOrder: Q850Cause { Q850Cause(known: 38) }
    /// 41: a failure that will soon pass.
    public static var temporaryFailure: Q850Cause { Q850Cause(known: 41) }
    /// 102: a timer expired.
    public static var recoveryOnTimerExpiry: Q850Cause { Q850Cause(known: 102) }
    /// 127: interworking; the network gave no cause.
    public static var interworking: Q850Cause { Q850Cause(known: 127) }

    /// The value as text.
    public var description: String { String(raw) }
}

extension Q850Cause: Codable {
    /// Reads the value.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let raw = try container.decode(UInt8.self)
        guard let cause = Q850Cause(raw) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no Q.850 cause: \(raw)")
        }
        self = cause
    }

    /// Writes the value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(raw)
    }
}
