/// What has come through media ports, summed up.
public struct MediaTraffic: Hashable, Sendable {
    /// Datagrams taken from their parties.
    public var packets: UInt64 = 0
    /// Their bytes.
    public var bytes: UInt64 = 0
    /// Datagrams of strangers, dropped.
    public var foreign: UInt64 = 0
    /// Datagrams that were neither RTP nor RTCP, dropped.
    public var malformed: UInt64 = 0
    /// Datagrams taken that could not be sent on: nobody knew where to, or the kernel refused.
    public var unsent: UInt64 = 0

    /// Nothing yet.
    public init() {}

    /// Adds what a port has seen.
    public mutating func add(_ port: MediaPort) {
        packets &+= port.packets
        bytes &+= port.bytes
        foreign &+= port.foreign
        malformed &+= port.malformed
        unsent &+= port.unsent
    }

    /// Adds another sum.
    public mutating func add(_ other: MediaTraffic) {
        packets &+= other.packets
        bytes &+= other.bytes
        foreign &+= other.foreign
        malformed &+= other.malformed
        unsent &+= other.unsent
    }
}
