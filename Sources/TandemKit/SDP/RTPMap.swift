/// What a payload type means: the `a=rtpmap` attribute (RFC 8866 §6.6).
public struct RTPMap: Hashable, Sendable {
    /// The payload type, 0 to 127.
    public var payloadType: UInt8
    /// The encoding: `PCMU`, `telephone-event`.
    public var encoding: String
    /// Samples per second.
    public var clockRate: Int
    /// What follows the clock rate: the number of audio channels; nil when it is not written.
    public var channels: Int?

    /// Joins the parts of a map.
    public init(payloadType: UInt8, encoding: String, clockRate: Int, channels: Int? = nil) {
        self.payloadType = payloadType
        self.encoding = encoding
        self.clockRate = clockRate
        self.channels = channels
    }

    /// Reads the value of an `a=rtpmap`; nil when it is none.
    init?(_ text: String) {
        let halves = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard halves.count == 2, let type = UInt8(halves[0]), type < 128 else { return nil }
        let parts = halves[1].split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 2, let rate = Int(parts[1]), rate > 0 else { return nil }
        self.init(
            payloadType: type, encoding: String(parts[0]), clockRate: rate,
            channels: parts.count > 2 ? Int(parts[2]) : nil)
    }

    var text: String {
        let tail = channels.map { "/\($0)" } ?? ""
        return "\(payloadType) \(encoding)/\(clockRate)\(tail)"
    }

    /// Whether both name the same codec: encoding without case, clock rate, channels (1 when not written).
    public func isSameCodec(as other: RTPMap) -> Bool {
        clockRate == other.clockRate && (channels ?? 1) == (other.channels ?? 1)
            && encoding.lowercased() == other.encoding.lowercased()
    }

    /// The payload types whose meaning RFC 3551 §6 fixes, for the audio codecs in use.
    public static func assigned(_ payloadType: UInt8) -> RTPMap? {
        switch payloadType {
        case 0: RTPMap(payloadType: 0, encoding: "PCMU", clockRate: 8000)
        case 3: RTPMap(payloadType: 3, encoding: "GSM", clockRate: 8000)
        case 4: RTPMap(payloadType: 4, encoding: "G723", clockRate: 8000)
        case 8: RTPMap(payloadType: 8, encoding: "PCMA", clockRate: 8000)
        case 9: RTPMap(payloadType: 9, encoding: "G722", clockRate: 8000)
        case 13: RTPMap(payloadType: 13, encoding: "CN", clockRate: 8000)
        case 15: RTPMap(payloadType: 15, encoding: "G728", clockRate: 8000)
        case 18: RTPMap(payloadType: 18, encoding: "G729", clockRate: 8000)
        default: nil
        }
    }
}
