/// What RFC 3550 has a receiver count of one stream: packets expected and received, jitter (Appendix A.1, A.3, A.8).
///
/// Plain bits: one lies beside each socket, and a packet costs it a few additions. A stream that restarts, with another
/// source or at another place, is taken on and its loss counted from there; what was counted before stays in the sums.
@frozen public struct ReceptionStatistics: Hashable, Sendable {
    /// A step forward of up to this many packets counts as loss; a larger one may be a restart (A.1).
    @usableFromInline static let dropoutMax: UInt16 = 3_000
    /// A step back of up to this many packets is disorder (A.1).
    @usableFromInline static let misorderMax: UInt16 = 100

    /// The source whose packets are counted.
    public private(set) var ssrc: UInt32 = 0
    /// Packets received of all sources.
    public private(set) var received: UInt64 = 0
    /// Times that a stream began: the first one, and each restart.
    public private(set) var starts: UInt32 = 0

    private var highest: UInt16 = 0
    private var base: UInt32 = 0
    private var cycles: UInt32 = 0
    private var next: UInt32 = .max
    private var receivedOfSource: UInt64 = 0
    private var lostBefore: Int64 = 0
    private var transit: Int64 = 0
    private var jitterSum: UInt32 = 0

    /// Nothing received yet.
    public init() {}

    /// Counts a packet that arrived at `arrival`, in units of the stream's clock.
    public mutating func receive(_ header: RTPHeader, arrival: UInt32) {
        received &+= 1
        guard starts > 0, header.ssrc == ssrc else { return restart(header, arrival: arrival) }
        let step = header.sequenceNumber &- highest
        if step < Self.dropoutMax {
            if header.sequenceNumber < highest { cycles &+= 0x1_0000 }
            highest = header.sequenceNumber
        } else if step <= 0xFFFF - Self.misorderMax {
            // Two packets in a row at another place are a restart; one alone is a stray and counts for nothing.
            if UInt32(header.sequenceNumber) == next { return restart(header, arrival: arrival) }
            next = UInt32(header.sequenceNumber &+ 1)
            return
        }
        receivedOfSource &+= 1
        let transit = Int64(Int32(bitPattern: arrival &- header.timestamp))
        let distance = UInt32(clamping: abs(transit - self.transit))
        self.transit = transit
        // Sixteen times the jitter, so that the filter needs no fractions (A.8).
        jitterSum = jitterSum &+ min(distance, 0xFFFF) &- ((jitterSum &+ 8) >> 4)
    }

    private mutating func restart(_ header: RTPHeader, arrival: UInt32) {
        lostBefore += lostOfSource
        ssrc = header.ssrc
        highest = header.sequenceNumber
        base = UInt32(header.sequenceNumber)
        cycles = 0
        next = .max
        receivedOfSource = 1
        transit = Int64(Int32(bitPattern: arrival &- header.timestamp))
        starts &+= 1
    }

    private var lostOfSource: Int64 {
        starts == 0 ? 0 : Int64(cycles &+ UInt32(highest) &- base) + 1 - Int64(receivedOfSource)
    }

    /// Packets that were expected and didn't come. Negative when more were doubled than lost (RFC 3550 §6.4.1).
    public var lost: Int64 { lostBefore + lostOfSource }

    /// The interarrival jitter in units of the stream's clock.
    public var jitter: UInt32 { jitterSum >> 4 }

    /// The highest sequence number received, with the cycles of it in the upper half (RFC 3550 §6.4.1).
    public var extendedHighest: UInt32 { cycles &+ UInt32(highest) }
}
