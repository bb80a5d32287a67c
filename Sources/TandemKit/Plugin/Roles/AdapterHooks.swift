/// Which hooks of an adapter do anything. The core skips the others.
@frozen public struct AdapterHooks: OptionSet, Hashable, Sendable, Codable {
    /// The bits.
    public let rawValue: UInt8

    /// Wraps bits.
    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Requests that the trunk's peer sent.
    @inlinable public static var ingressRequest: AdapterHooks { AdapterHooks(rawValue: 1) }
    /// Responses that the trunk's peer sent.
    @inlinable public static var ingressResponse: AdapterHooks { AdapterHooks(rawValue: 2) }
    /// Requests that we send to the trunk's peer.
    @inlinable public static var egressRequest: AdapterHooks { AdapterHooks(rawValue: 4) }
    /// Responses that we send to the trunk's peer.
    @inlinable public static var egressResponse: AdapterHooks { AdapterHooks(rawValue: 8) }
    /// Every hook.
    @inlinable public static var all: AdapterHooks { AdapterHooks(rawValue: 15) }

    /// Whether all hooks of `other` are among these.
    @inlinable public func contains(_ other: AdapterHooks) -> Bool { rawValue & other.rawValue == other.rawValue }
    /// Whether there is none.
    @inlinable public var isEmpty: Bool { rawValue == 0 }
}
