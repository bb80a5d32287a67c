public import TandemKit

/// A record that was asked for.
public enum DNSRecord: Hashable, Sendable {
    /// An address of either family.
    case address(IPAddress)
    /// Where a service is (RFC 2782).
    case service(ServiceRecord)
    /// Which service a domain has (RFC 3403).
    case authority(AuthorityRecord)
}

/// An SRV record (RFC 2782).
public struct ServiceRecord: Hashable, Sendable {
    /// The least is tried first.
    public var priority: UInt16
    /// Among those of a priority, how often this one comes first.
    public var weight: UInt16
    /// The port of the service.
    public var port: UInt16
    /// The host; empty when the service decidedly isn't there.
    public var target: String

    /// Joins the parts.
    public init(priority: UInt16, weight: UInt16, port: UInt16, target: String) {
        (self.priority, self.weight, self.port, self.target) = (priority, weight, port, target)
    }
}

/// A NAPTR record (RFC 3403), as far as RFC 3263 needs one: without its regular expression.
public struct AuthorityRecord: Hashable, Sendable {
    /// The least is taken first.
    public var order: UInt16
    /// The least of an order is taken first.
    public var preference: UInt16
    /// `S` when the replacement is a name for SRV.
    public var flags: String
    /// `SIP+D2U` and the like.
    public var service: String
    /// The name to go on with.
    public var replacement: String

    /// Joins the parts.
    public init(order: UInt16, preference: UInt16, flags: String, service: String, replacement: String) {
        (self.order, self.preference, self.flags) = (order, preference, flags)
        (self.service, self.replacement) = (service, replacement)
    }
}

/// What came of a question.
public enum DNSAnswer: Hashable, Sendable {
    /// Records, which hold for so many seconds.
    case records([DNSRecord], seconds: UInt32)
    /// There are none, by the word of those who would know; nil when it wasn't said for how long that holds.
    case none(seconds: UInt32?)
    /// Nobody has answered, or none that can be used: why, in a few words.
    case failed(String)
}
