import Foundation
import Glibc
import MediaRelay
import RelayControl
import RelayEngine
import Sockets
import TandemKit
import Testing

@Suite(.serialized) struct CommandListenerTests {
    private static let v4 = IPAddress(ipv4: 0x7F00_0001)

    private func rtp(_ sequence: UInt16) -> [UInt8] {
        [0x80, 8, UInt8(sequence >> 8), UInt8(sequence & 0xFF), 0, 0, 0, 1, 0, 0, 0, 7]
            + [UInt8](repeating: 0xD5, count: 160)
    }

    @Test("two connections at once have their own calls, and media flow through both", arguments: [1, 3])
    func twoConnections(threads: Int) throws {
        let relay = try RunningRelay(threads: threads)
        let connections = [try relay.connect(), try relay.connect()]
        for (number, connection) in connections.enumerated() {
            for call in 0..<8 {
                let (caller, callee) = (try Phone(Self.v4), try Phone(Self.v4))
                let (forCaller, forCallee) = try connection.join(caller, callee, in: "\(number)-\(call)")
                caller.send(rtp(1), to: forCaller)
                #expect(callee.hear() == rtp(1))
                callee.send(rtp(2), to: forCallee)
                #expect(caller.hear() == rtp(2))
            }
        }
        let sessions = try (0..<threads).map { try relay.status(thread: $0).sessions }
        #expect(sessions.reduce(0, +) == 16)
        #expect(threads == 1 || sessions.allSatisfy { $0 < 16 }, "the sessions are shared among the threads")
        var names: Set<String> = []
        for thread in 0..<threads {
            guard case .sessions(let some) = try connections[0].ask(.list(thread: thread)) else { continue }
            names.formUnion(some)
        }
        #expect(names.count == 16)
    }
}
