/// The number by which operators, logs and plugins name a call. Unique while the process lives; the shard's number is
/// in its upper bits.
@frozen public struct CallNumber: Hashable, Sendable, Comparable, CustomStringConvertible, LosslessStringConvertible {
    /// The number.
    public let raw: UInt64

    /// Wraps a number.
    @inlinable public init(raw: UInt64) { self.raw = raw }

    /// Reads the form that `description` writes; nil when it is none.
    public init?(_ description: String) {
        guard let raw = UInt64(description, radix: 16) else { return nil }
        self.raw = raw
    }

    /// Orders by number.
    @inlinable public static func < (left: CallNumber, right: CallNumber) -> Bool { left.raw < right.raw }

    /// Sixteen hexadecimal digits or fewer, as the command line takes them.
    public var description: String { String(raw, radix: 16) }
}

extension CallNumber: Codable {
    /// Reads the number as its hexadecimal text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let number = CallNumber(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no hexadecimal number: \(text)")
        }
        self = number
    }

    /// Writes the number as its hexadecimal text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
