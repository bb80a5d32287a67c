/// Why no questions can be asked of DNS.
public struct DNSClientError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong and what to do about it.
    public let description: String
}
