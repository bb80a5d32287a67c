/// One packet of an RTCP datagram (RFC 3550 §6.4 to §6.7). A view: valid as long as the datagram.
public struct RTCPPacket {
    /// The packets that a report's reader asks for; others pass by their number.
    public enum Kind: UInt8, Sendable {
        /// A sender's report.
        case senderReport = 200
        /// A receiver's report.
        case receiverReport = 201
        /// Names of the sources.
        case sourceDescription = 202
        /// The end of sources.
        case goodbye = 203
        /// For an application.
        case application = 204
        /// Feedback about transport (RFC 4585).
        case transportFeedback = 205
        /// Feedback about payload (RFC 4585).
        case payloadFeedback = 206
        /// Extended reports (RFC 3611).
        case extendedReport = 207
    }

    /// The packet type, 192 to 223.
    public let type: UInt8
    /// The number of blocks or sources, 0 to 31.
    public let count: Int
    /// The whole packet with its header.
    public let bytes: UnsafeRawBufferPointer

    /// The kind; nil when it isn't one of those named.
    public var kind: Kind? { Kind(rawValue: type) }

    /// The source that the packet is from; nil when it is too short to have one.
    public var ssrc: UInt32? {
        guard bytes.count >= 8 else { return nil }
        return UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
    }

    /// The blocks of a sender's or receiver's report; those beyond the packet's end are left out.
    public var reportBlocks: [ReportBlock] {
        let first = type == Kind.senderReport.rawValue ? 28 : 8
        guard type == Kind.senderReport.rawValue || type == Kind.receiverReport.rawValue else { return [] }
        return (0..<count).compactMap { index in
            let start = first + index * ReportBlock.byteCount
            guard start + ReportBlock.byteCount <= bytes.count else { return nil }
            return ReportBlock(UnsafeRawBufferPointer(rebasing: bytes[start..<start + ReportBlock.byteCount]))
        }
    }
}
