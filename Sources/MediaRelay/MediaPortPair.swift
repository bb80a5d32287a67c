/// An RTP port and the RTCP port next to it.
public struct MediaPortPair: Hashable, Sendable {
    /// The index of the RTP port in its host's table.
    public let rtp: Int32
    /// The index of the RTCP port.
    public let rtcp: Int32
    /// The number of the RTP port; RTCP has the next.
    public let number: UInt16
    /// The interface that both are on.
    public let interface: Int

    /// Joins what the host has opened.
    public init(rtp: Int32, rtcp: Int32, number: UInt16, interface: Int) {
        self.rtp = rtp
        self.rtcp = rtcp
        self.number = number
        self.interface = interface
    }
}
