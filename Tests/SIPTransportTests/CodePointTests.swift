import CLinux
import Glibc
import SIPTransaction
import Sockets
import TandemKit
import Testing

@testable import SIPTransport

@Suite("Differentiated services code points (RFC 2474)")
struct CodePointTests {
    /// The code point of the next datagram at a socket, as it came; nil when none is told.
    private func received(_ peer: Peer, isIPv6: Bool) -> Int? {
        var bytes = [UInt8](repeating: 0, count: 2_048)
        var control = [UInt8](repeating: 0, count: 256)
        let count = bytes.withUnsafeMutableBytes { bytes in
            control.withUnsafeMutableBytes { control in
                var part = iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
                return withUnsafeMutablePointer(to: &part) { part in
                    var message = msghdr()
                    (message.msg_iov, message.msg_iovlen) = (part, 1)
                    (message.msg_control, message.msg_controllen) = (control.baseAddress, control.count)
                    return recvmsg(peer.descriptor, &message, 0) < 0 ? 0 : Int(message.msg_controllen)
                }
            }
        }
        guard count >= 20 else { return nil }
        // The header has a length of 8 bytes, a level and a kind; IPv4 tells one byte, IPv6 four.
        return Int(control[16]) >> 2
    }

    @Test(
        "F85: Signalling is marked with the listener's code point, 24 unless said otherwise, in both families",
        arguments: [(UInt8(24), false), (24, true), (40, false), (40, true), (0, false)])
    func datagrams(codePoint: UInt8, isIPv6: Bool) throws {
        let address = isIPv6 ? TransportBed.loopback6 : TransportBed.loopback
        let bed = try TransportBed()
        _ = try bed.listen(.udp, at: address)
        bed.transport.options = [codePoint == 24 ? ListenerOptions() : ListenerOptions(codePoint: codePoint)]
        let peer = Peer(datagramsAt: address)
        if isIPv6 {
            SocketOption.set(peer.descriptor, Int32(IPPROTO_IPV6), IPV6_RECVTCLASS, 1)
        } else {
            SocketOption.set(peer.descriptor, Int32(IPPROTO_IP), IP_RECVTOS, 1)
        }
        _ = bed.send("hello", to: Flow(listener: 0, transport: .udp, remote: peer.endpoint))
        #expect(received(peer, isIPv6: isIPv6) == Int(codePoint))
    }

    @Test("F85: Connections that we accept and those that we open are marked too", arguments: [false, true])
    func connections(isIPv6: Bool) throws {
        let address = isIPv6 ? TransportBed.loopback6 : TransportBed.loopback
        let bed = try TransportBed()
        let place = try bed.listen(.tcp, at: address)
        bed.transport.options = [ListenerOptions(codePoint: 26)]
        let server = Peer(listeningAt: address)
        let caller = Peer(connectedTo: place)
        _ = bed.send("hello", to: Flow(listener: 0, transport: .tcp, remote: server.endpoint))
        #expect(bed.run { bed.transport.connectionCount == 2 })
        let (level, option) = isIPv6 ? (Int32(IPPROTO_IPV6), IPV6_TCLASS) : (Int32(IPPROTO_IP), IP_TOS)
        let marks = bed.transport.table.all.map { SocketOption.get($0.descriptor, level, option) >> 2 }
        #expect(marks == [26, 26])
        _ = caller
    }
}
