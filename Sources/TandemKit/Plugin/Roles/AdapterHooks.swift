/// Which hooks of an adapter do anything. The core skips the others.
public struct AdapterHooks: OptionSet, Hashable, Sendable, Codable {
    /// The bits.
    public let rawValue: UInt8

    /// Wraps bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Requests that the trunk's peer sent.
    public static var ingressRequest: AdapterHooks { AdapterHooks(rawValue: 1) }
    /// Responses that the trunk's peer sent.
    public static var ingressResponse: AdapterHooks { AdapterHooks(rawValue: 2) }
    /// Requests that we send to the trunk's peer.
    public static var egressRequest: AdapterHooks { AdapterHooks(rawValue: 4) }
    /// Responses that we send to the trunk's peer.
    public static var egressResponse: AdapterHooks { AdapterHooks(rawValue: 8) }
    /// Every hook.
    public static var all: AdapterHooks { AdapterHooks(rawValue: 15) }
}
