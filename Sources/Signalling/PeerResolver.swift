import CLinux
import Glibc
import TandemKit

/// Finds the addresses of a name with the system's resolver. Blocks: off the call path only.
enum PeerResolver {
    /// The addresses of a name; empty, with the reason, when it isn't known.
    static func addresses(of name: String) -> (found: [IPAddress], problem: String?) {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(name, nil, &hints, &list)
        guard code == 0 else { return ([], "\(name): \(String(cString: gai_strerror(code)))") }
        defer { freeaddrinfo(list) }
        var found: [IPAddress] = []
        var next = list
        while let entry = next {
            if let address = address(entry.pointee.ai_addr), !found.contains(address) { found.append(address) }
            next = entry.pointee.ai_next
        }
        return (found, found.isEmpty ? "\(name): no address" : nil)
    }

    private static func address(_ raw: UnsafeMutablePointer<sockaddr>?) -> IPAddress? {
        guard let raw else { return nil }
        switch Int32(raw.pointee.sa_family) {
        case AF_INET:
            return raw.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                IPAddress(ipv4: UInt32(bigEndian: $0.pointee.sin_addr.s_addr))
            }
        case AF_INET6:
            return raw.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { pointer in
                var bytes = pointer.pointee.sin6_addr
                return withUnsafeBytes(of: &bytes) { buffer in
                    IPAddress(
                        ipv6High: UInt64(bigEndian: buffer.loadUnaligned(as: UInt64.self)),
                        low: UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                        scope: pointer.pointee.sin6_scope_id)
                }
            }
        default: return nil
        }
    }
}
