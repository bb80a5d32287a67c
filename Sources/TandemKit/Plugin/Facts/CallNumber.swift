/// The number by which operators, logs and plugins name a call. Unique while the process lives; the shard's number is
/// in its upper bits.
@frozen public struct CallNumber: Hashable, Sendable, Comparable, CustomStringConvertible, LosslessStringConvertible {
    /// The number.
    public let raw: UInt64

    /// Wraps a number.
    @inlinable public init(raw: UInt64) { self.raw = raw }

    /// Reads the form that `description` writes; nil when it is none.
    public init?(_ description: String) {
        let parts = description.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let shard = UInt16(parts[0]), let place = UInt64(parts[1]), place < 1 << 48 else {
            return nil
        }
        raw = UInt64(shard) << 48 | place
    }

    /// Whether both are the same call.
    @inlinable public static func == (left: CallNumber, right: CallNumber) -> Bool { left.raw == right.raw }

    /// Orders by number.
    @inlinable public static func < (left: CallNumber, right: CallNumber) -> Bool { left.raw < right.raw }

    /// The shard's number and the call's place in its order, like `0-17`: as logs show it and the command line takes it.
    public var description: String { "\(raw >> 48)-\(raw & 0xFFFF_FFFF_FFFF)" }
}

extension CallNumber: Codable {
    /// Reads the number as its text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let number = CallNumber(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no call number: \(text)")
        }
        self = number
    }

    /// Writes the number as its text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
