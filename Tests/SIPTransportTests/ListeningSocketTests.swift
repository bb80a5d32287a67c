import Glibc
import TandemKit
import Testing

@testable import SIPTransport

struct ListeningSocketTests {
    static let anyPort = Endpoint(address: TransportBed.loopback, port: 0)

    @Test(
        "A port that is in use is refused, for one shard and for several", arguments: [(1, 1), (1, 2), (2, 1), (2, 2)])
    func portInUse(first: Int, second: Int) throws {
        for transport in [TransportProtocol.udp, .tcp] {
            let sockets = try ListeningSocket.open(transport, at: Self.anyPort, shards: first)
            let error = #expect(throws: ListenError.self) {
                try ListeningSocket.open(transport, at: sockets[0].endpoint, shards: second)
            }
            #expect(error?.code == EADDRINUSE)
        }
    }

    @Test("An address of another host is refused; the error says where, why and what to do")
    func foreignAddress() throws {
        let endpoint = Endpoint(address: IPAddress(ipv4: 0xC000_0201), port: 5060)
        let error = #expect(throws: ListenError.self) { try ListeningSocket.open(.udp, at: endpoint) }
        #expect(
            error?.description
                == "cannot listen on udp 192.0.2.1:5060: the address is not on this host; choose one that "
                + "`ip address` shows, or the wildcard address")
    }

    @Test(
        "Each error names the place and a remedy",
        arguments: [
            (EADDRINUSE, "the port is in use"), (EACCES, "CAP_NET_BIND_SERVICE"), (EAFNOSUPPORT, "no IPv6"),
            (EMFILE, "ulimit -n"), (EINVAL, "%eth0"), (EIO, "choose another address or port"),
        ])
    func texts(code: Int32, part: String) {
        let endpoint = Endpoint(address: TransportBed.loopback6, port: 5061)
        let text = ListenError(transport: .tcp, endpoint: endpoint, code: code).description
        #expect(text.hasPrefix("cannot listen on tcp [::1]:5061: "))
        #expect(text.contains(part))
    }

    @Test("A datagram socket tells what buffers it got")
    func buffers() throws {
        let socket = try #require(try ListeningSocket.open(.udp, at: Self.anyPort).first)
        #expect(socket.receiveBuffer >= 65_536)
        #expect(socket.sendBuffer >= 65_536)
    }
}
