import CLinux
import Glibc

/// Options of a socket. Those set here improve a socket that works without them; a refusal is no error.
public enum SocketOption {
    /// Sets an option.
    public static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    /// An option's value; 0 when it can't be read.
    public static func get(_ descriptor: Int32, _ level: Int32, _ option: Int32) -> Int {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, level, option, &value, &length) == 0 ? Int(value) : 0
    }

    /// Asks for large buffers: beyond the host's limit when we may, up to it otherwise.
    public static func enlargeBuffers(_ descriptor: Int32, to size: Int32) {
        set(descriptor, SOL_SOCKET, SO_RCVBUF, size)
        set(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, size)
        set(descriptor, SOL_SOCKET, SO_SNDBUF, size)
        set(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, size)
    }

    /// Has the kernel queue the ICMP errors that our datagrams meet.
    public static func reportICMPErrors(_ descriptor: Int32, isIPv6: Bool) {
        if isIPv6 {
            set(descriptor, Int32(IPPROTO_IPV6), IPV6_RECVERR, 1)
        } else {
            set(descriptor, Int32(IPPROTO_IP), IP_RECVERR, 1)
        }
    }

    /// What a signalling connection wants: no delay for small writes, and an end within `deadSeconds` when the peer's
    /// host is gone, whether or not we are sending.
    public static func tuneConnection(_ descriptor: Int32, deadSeconds: Int32) {
        let tcp = Int32(IPPROTO_TCP)
        set(descriptor, tcp, TCP_NODELAY, 1)
        set(descriptor, tcp, TCP_USER_TIMEOUT, deadSeconds * 1000)
        set(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1)
        set(descriptor, tcp, TCP_KEEPIDLE, max(1, deadSeconds / 2))
        set(descriptor, tcp, TCP_KEEPINTVL, max(1, deadSeconds / 8))
    }

    /// Marks what is sent with a differentiated services code point (RFC 2474): 46 for speech (RFC 3246).
    public static func mark(_ descriptor: Int32, codePoint: Int32, isIPv6: Bool) {
        if isIPv6 {
            set(descriptor, Int32(IPPROTO_IPV6), IPV6_TCLASS, codePoint << 2)
        } else {
            set(descriptor, Int32(IPPROTO_IP), IP_TOS, codePoint << 2)
        }
    }
}
