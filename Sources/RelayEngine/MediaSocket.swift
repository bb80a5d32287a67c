import CLinux
import Glibc
import Sockets
import TandemKit

/// Opens the UDP sockets of media.
enum MediaSocket {
    /// Opens a socket on a port; nil when the port is somebody else's or the process may open no more. What it sends is
    /// marked with the differentiated services code point. `errno` says why there is none.
    static func open(_ endpoint: Endpoint, codePoint: UInt8 = 46) -> Int32? {
        let isIPv6 = endpoint.address.isIPv6
        let kind = Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(isIPv6 ? AF_INET6 : AF_INET, kind, 0)
        guard descriptor >= 0 else { return nil }
        if isIPv6 { SocketOption.set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1) }
        SocketOption.mark(descriptor, codePoint: Int32(codePoint), isIPv6: isIPv6)
        guard SocketAddress(endpoint).read({ bind(descriptor, $0, $1) }) == 0 else {
            let code = errno
            close(descriptor)
            errno = code
            return nil
        }
        return descriptor
    }
}
