import CLinux
import Glibc
import TandemKit

/// A socket address of either family, as the kernel wants it: `sockaddr_in` or `sockaddr_in6` in the room of the latter.
@frozen public struct SocketAddress {
    @usableFromInline var storage: sockaddr_in6
    /// Bytes of the address.
    public var length: socklen_t

    /// Room for an address that the kernel writes.
    @inlinable public init() {
        storage = sockaddr_in6()
        length = socklen_t(MemoryLayout<sockaddr_in6>.size)
    }

    /// What the kernel wrote elsewhere.
    @inlinable public init(_ address: sockaddr_in6) {
        storage = address
        length = socklen_t(MemoryLayout<sockaddr_in6>.size)
    }

    /// The form of an endpoint.
    @inlinable public init(_ endpoint: Endpoint) {
        self.init()
        let address = endpoint.address
        if address.isIPv6 {
            storage.sin6_family = sa_family_t(AF_INET6)
            storage.sin6_port = endpoint.port.bigEndian
            storage.sin6_scope_id = address.scope
            withUnsafeMutableBytes(of: &storage.sin6_addr) { bytes in
                bytes.storeBytes(of: address.high.bigEndian, as: UInt64.self)
                bytes.storeBytes(of: address.low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
        } else {
            withUnsafeMutableBytes(of: &storage) { bytes in
                let v4 = bytes.assumingMemoryBound(to: sockaddr_in.self)
                v4[0].sin_family = sa_family_t(AF_INET)
                v4[0].sin_port = endpoint.port.bigEndian
                v4[0].sin_addr.s_addr = UInt32(truncatingIfNeeded: address.low).bigEndian
            }
            length = socklen_t(MemoryLayout<sockaddr_in>.size)
        }
    }

    /// What the kernel wrote; nil when it is neither IPv4 nor IPv6. An IPv4-mapped address is given as IPv4.
    @inlinable public var endpoint: Endpoint? {
        switch Int32(storage.sin6_family) {
        case AF_INET6:
            let (high, low) = withUnsafeBytes(of: storage.sin6_addr) { bytes in
                (
                    UInt64(bigEndian: bytes.load(as: UInt64.self)),
                    UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
                )
            }
            let port = UInt16(bigEndian: storage.sin6_port)
            if high == 0, low >> 32 == 0xFFFF {
                return Endpoint(address: IPAddress(ipv4: UInt32(truncatingIfNeeded: low)), port: port)
            }
            return Endpoint(address: IPAddress(ipv6High: high, low: low, scope: storage.sin6_scope_id), port: port)
        case AF_INET:
            return withUnsafeBytes(of: storage) { bytes in
                let v4 = bytes.assumingMemoryBound(to: sockaddr_in.self)[0]
                return Endpoint(
                    address: IPAddress(ipv4: UInt32(bigEndian: v4.sin_addr.s_addr)),
                    port: UInt16(bigEndian: v4.sin_port))
            }
        default:
            return nil
        }
    }

    /// Calls a system function that reads an address.
    @inlinable @inline(__always)
    public func read<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafeBytes(of: storage) { body($0.assumingMemoryBound(to: sockaddr.self).baseAddress!, length) }
    }

    /// Calls a system function that writes an address.
    @inlinable @inline(__always)
    public mutating func write<Result>(
        _ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Result
    )
        -> Result
    {
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        defer { self.length = length }
        return withUnsafeMutableBytes(of: &storage) {
            body($0.assumingMemoryBound(to: sockaddr.self).baseAddress!, &length)
        }
    }
}
