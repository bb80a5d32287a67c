import TandemKit

/// An address of this host that media use.
public struct MediaInterface: Hashable, Sendable {
    /// What the configuration calls it.
    public let name: String
    /// The address that ports are opened on.
    public let address: IPAddress
    /// The address that descriptions name: another one when this host is behind a NAT.
    public let advertised: IPAddress
    /// The ports that may be opened.
    public let ports: ClosedRange<UInt16>

    /// The range that direct SIP expects (49152 to 57500).
    public static let defaultPorts: ClosedRange<UInt16> = 49_152...57_500

    /// Joins the parts of an interface.
    public init(
        name: String, address: IPAddress, advertised: IPAddress? = nil,
        ports: ClosedRange<UInt16> = MediaInterface.defaultPorts
    ) {
        self.name = name
        self.address = address
        self.advertised = advertised ?? address
        self.ports = ports
    }
}
