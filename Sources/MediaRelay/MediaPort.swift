import RTP
import TandemKit
import Timing

/// What the relay knows of one of its UDP ports: whose it is, where its packets go, what has come through.
///
/// Plain bits without a reference: it lies in a table beside its socket, and a packet changes nothing else.
public struct MediaPort: Sendable {
    /// What becomes of a datagram.
    @frozen public enum Verdict: Hashable, Sendable {
        /// It leaves through the sink.
        case forward
        /// It leaves through the sink, and the party's destination has changed by it.
        case latch
        /// It is dropped, and counted.
        case drop
    }

    /// The table's index of the port through which packets that come in here leave; -1 when there is none.
    public var sink: Int32 = -1
    /// Whether the port carries RTCP alone: the odd one of a pair.
    public let isControl: Bool
    /// Clock ticks per second of the stream, for jitter.
    public var clockRate: UInt32 = 8_000
    /// Who may send here.
    public var latch: Latch

    /// Datagrams taken.
    public private(set) var packets: UInt64 = 0
    /// Their bytes.
    public private(set) var bytes: UInt64 = 0
    /// Datagrams of somebody else.
    public private(set) var foreign: UInt64 = 0
    /// Datagrams that are neither RTP nor RTCP, or not what they say.
    public private(set) var malformed: UInt64 = 0
    /// Datagrams that came before it was known where they go, or that the kernel refused to send.
    public var unsent: UInt64 = 0
    /// What was received, by RFC 3550.
    public private(set) var statistics = ReceptionStatistics()
    /// When the last RTP packet was taken; nil before the first.
    public private(set) var lastRTP: Timestamp?
    /// When the last RTCP packet was taken; nil before the first.
    public private(set) var lastRTCP: Timestamp?

    /// A port that waits for its party.
    public init(isControl: Bool, policy: LatchPolicy, now: Timestamp) {
        self.isControl = isControl
        latch = Latch(policy: policy, now: now)
    }

    /// Judges and counts a datagram.
    public mutating func receive(_ datagram: UnsafeRawBufferPointer, from source: Endpoint, at now: Timestamp)
        -> Verdict
    {
        let admission: Latch.Admission
        switch PacketKind(datagram) {
        case .rtp where !isControl:
            guard let header = RTPHeader(datagram) else { return refuseMalformed() }
            admission = latch.admit(source, header, at: now)
            guard admission != .refused else { return refuseForeign() }
            let ticks = now.nanoseconds / 1_000 * UInt64(clockRate) / 1_000_000
            statistics.receive(header, arrival: UInt32(truncatingIfNeeded: ticks))
            lastRTP = now
        case .rtcp:
            guard RTCPCompound.beginsWell(datagram) else { return refuseMalformed() }
            admission = latch.admit(source, nil, at: now)
            guard admission != .refused else { return refuseForeign() }
            lastRTCP = now
        default:
            return refuseMalformed()
        }
        packets &+= 1
        bytes &+= UInt64(datagram.count)
        return admission == .taken ? .latch : .forward
    }

    private mutating func refuseMalformed() -> Verdict {
        malformed &+= 1
        return .drop
    }

    private mutating func refuseForeign() -> Verdict {
        foreign &+= 1
        return .drop
    }
}
