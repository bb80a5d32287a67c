import RTP
import TandemKit
import Timing

/// Decides which source a media port takes packets from: symmetric latching that nobody else can take over.
///
/// - The signalled address and port is taken at once, and for good.
/// - A known address (`LatchPolicy.known`) is taken at its first packet, and gives way to the signalled one only.
/// - An unknown address (`LatchPolicy.any`) must show `proofCount` consecutive packets of one stream within
///   `window` of the description.
/// - What is taken keeps its place: packets of others are refused. When it has been silent for `rebindSilence`, the same
///   address may come back from another port, as a NAT that forgot the binding makes it; an unknown address only with
///   the same stream going on.
///
/// Plain bits, no clock: one lies in each media port.
public struct Latch: Hashable, Sendable {
    /// Consecutive packets that an unknown address must show.
    public static let proofCount: UInt8 = 3
    /// How long after a description an unknown address may prove itself.
    public static let window = TimeInterval.seconds(15)
    /// How long the source must have been silent before another port of its address may take its place.
    public static let rebindSilence = TimeInterval.seconds(3)
    /// How far a stream's numbers may have gone on when it comes back from another address.
    static let continuityMax: UInt16 = 3_000

    /// The source whose packets are taken; nil until one was.
    public private(set) var source: Endpoint?
    /// When the source's last packet came.
    public private(set) var lastPacket = Timestamp(nanoseconds: 0)
    /// Times that the source changed after the first one.
    public private(set) var changes: UInt32 = 0
    /// Whether the source is the signalled one, which gives way to nobody while it speaks.
    public private(set) var isFinal = false

    private var signalled: Endpoint?
    private var signallingAddress: IPAddress?
    private var policy: LatchPolicy
    private var proofs: UInt8 = 0
    private var candidate: Endpoint?
    private var candidateSSRC: UInt32 = 0
    private var candidateNext: UInt16 = 0
    private var ssrc: UInt32 = 0
    private var sequence: UInt16 = 0
    private var windowEnd = Timestamp(nanoseconds: 0)

    /// Waits for a source. Until a description says more nothing is taken, unless the policy is `any`.
    public init(policy: LatchPolicy = .known, now: Timestamp) {
        self.policy = policy
        windowEnd = now + Self.window
    }

    /// Takes what a description says: where media are to go, and where its signalling came from. A description that
    /// says the same as the last keeps the source; another address starts anew.
    public mutating func expect(
        _ endpoint: Endpoint?, signalledFrom address: IPAddress?, policy: LatchPolicy, now: Timestamp
    ) {
        guard endpoint != signalled || address != signallingAddress || policy != self.policy else { return }
        signalled = endpoint
        signallingAddress = address
        self.policy = policy
        source = nil
        isFinal = false
        proofs = 0
        candidate = nil
        windowEnd = now + Self.window
    }

    /// Where the party's media are sent: to the source when one was taken, else where its description said.
    public var destination: Endpoint? { policy == .strict ? signalled : source ?? signalled }

    /// What a latch says of a packet.
    @frozen public enum Admission: Hashable, Sendable {
        /// It is somebody else's.
        case refused
        /// It is from the party, as those before.
        case known
        /// It is from the party, and `destination` has changed by it.
        case taken
    }

    /// Whether a packet is the party's. `header` is nil for what isn't RTP: it can't prove anything.
    @inline(__always)
    public mutating func admit(_ endpoint: Endpoint, _ header: RTPHeader?, at now: Timestamp) -> Admission {
        guard endpoint == source else { return isTaken(endpoint, header, at: now) ? .taken : .refused }
        remember(header, at: now)
        return .known
    }

    private mutating func remember(_ header: RTPHeader?, at now: Timestamp) {
        lastPacket = now
        guard let header else { return }
        ssrc = header.ssrc
        sequence = header.sequenceNumber
    }

    @inline(never)
    private mutating func isTaken(_ endpoint: Endpoint, _ header: RTPHeader?, at now: Timestamp) -> Bool {
        if endpoint == signalled { return take(endpoint, header, isFinal: true, at: now) }
        guard policy != .strict, !isFinal || isSilent(at: now) else { return false }
        if isKnown(endpoint.address) {
            guard source == nil || isSilent(at: now) else { return false }
            return take(endpoint, header, isFinal: false, at: now)
        }
        guard policy == .any, let header else { return false }
        if source != nil {
            guard isSilent(at: now), header.ssrc == ssrc, header.sequenceNumber &- sequence < Self.continuityMax
            else { return false }
        } else if now > windowEnd {
            return false
        }
        return prove(endpoint, header) && take(endpoint, header, isFinal: false, at: now)
    }

    /// Whether the source has been silent so long that it may come back from another port.
    public func isSilent(at now: Timestamp) -> Bool { now - lastPacket >= Self.rebindSilence }

    private func isKnown(_ address: IPAddress) -> Bool {
        address == signalled?.address || address == signallingAddress
    }

    /// Counts consecutive packets of one source; true when they are enough.
    private mutating func prove(_ endpoint: Endpoint, _ header: RTPHeader) -> Bool {
        let goesOn = endpoint == candidate && header.ssrc == candidateSSRC && header.sequenceNumber == candidateNext
        proofs = goesOn ? proofs + 1 : 1
        candidate = endpoint
        candidateSSRC = header.ssrc
        candidateNext = header.sequenceNumber &+ 1
        return proofs >= Self.proofCount
    }

    private mutating func take(
        _ endpoint: Endpoint, _ header: RTPHeader?, isFinal: Bool, at now: Timestamp
    ) -> Bool {
        if let source, source != endpoint { changes &+= 1 }
        source = endpoint
        self.isFinal = isFinal
        proofs = 0
        candidate = nil
        remember(header, at: now)
        return true
    }
}
