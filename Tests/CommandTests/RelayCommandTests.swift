import Foundation
import Testing

@Suite("Commands to the media relay")
struct RelayCommandTests {
    @Test("The relay is asked over its own socket, whose path the configuration has")
    func questions() throws {
        let command = try Command(
            """
            signalling: { control-socket: t.sock, shards: 1 }
            listeners: { uc: { transport: udp, address: 127.0.0.1, port: \(try Command.freePort()) } }
            media: { interfaces: { lo: { address: 127.0.0.1 } }, ports: 22000-22399, threads: 2 }
            trunks: { uc: { listener: uc, peer: "127.0.0.1:9", sources: [127.0.0.1/32], options-interval: off } }
            """)
        #expect(try command.run("relay", "status").errors.contains("no relay is running at "))
        try command.start()
        try command.logged(until: "every process serves")
        let status = try command.run("relay", "status").output
        #expect(status.contains("\nthreads        2\nsessions       0\n"))
        #expect(status.contains("\ninterface      lo  0 pairs of ports in use, 200 free\n"))
        #expect(try command.run("relay", "status", "--json").output.contains("\"pairsFree\" : 200"))
        #expect(try command.run("relay", "sessions").output == "The relay has no session.\n")
        #expect(try command.run("relay", "sessions", "--json").output == "[\n\n]\n")
        let unknown = try command.run("relay", "sessions", "nobody")
        #expect(unknown.code == 1 && unknown.errors.hasPrefix("tandem: the relay refuses: no session `nobody`"))
        #expect(try command.run("relay", "drain").output == "the relay takes no new sessions\n")
        #expect(try command.run("relay", "status").output.contains("\nsessions       0, no new ones are taken\n"))
        #expect(try command.run("relay", "drain", "--end").output == "the relay takes new sessions again\n")
        #expect(!(try command.run("relay", "status").output.contains("no new ones")))
    }

    @Test("What is no relay's socket is told as such")
    func wrongSocket() throws {
        let command = try Command(
            """
            signalling: { control-socket: t.sock, shards: 1 }
            listeners: { uc: { transport: udp, address: 127.0.0.1, port: \(try Command.freePort()) } }
            trunks: { uc: { listener: uc, peer: "127.0.0.1:9", options-interval: off } }
            """)
        try command.start()
        let result = try command.run("relay", "status", "--socket", "t.sock")
        #expect(result.code == 1 && result.errors.hasPrefix("tandem: what listens at t.sock is no relay;"))
        let absent = try command.run("relay", "status")
        #expect(absent.code == 1 && absent.errors.contains("has no `media` section, so media go between the parties;"))
    }

    @Test("With rtpengines the daemon names them, and the relay's commands say that there is no relay of ours")
    func rtpengines() throws {
        let command = try Command(
            """
            signalling: { control-socket: t.sock, shards: 1 }
            listeners: { uc: { transport: udp, address: 127.0.0.1, port: \(try Command.freePort()) } }
            media: { rtpengines: [127.0.0.1:9] }
            trunks: { uc: { listener: uc, peer: "127.0.0.1:9", options-interval: off } }
            """)
        #expect(try command.start().contains("media pass rtpengines in place of our own relay rtpengines=127.0.0.1:9"))
        let result = try command.run("relay", "status")
        #expect(result.code == 1 && result.errors.contains("has rtpengines in place of Tandem's own relay; ask them"))
    }

    @Test("The relay's socket is told from a control socket")
    func relaySocket() throws {
        let command = try Command(
            """
            signalling: { control-socket: t.sock, shards: 1 }
            listeners: { uc: { transport: udp, address: 127.0.0.1, port: \(try Command.freePort()) } }
            media: { interfaces: { lo: { address: 127.0.0.1 } }, ports: 22400-22499, threads: 1, socket: r.sock }
            trunks: { uc: { listener: uc, peer: "127.0.0.1:9", options-interval: off } }
            """)
        try command.start()
        try command.logged(until: "every process serves")
        let result = try command.run("calls", "--socket", "r.sock")
        #expect(result.code == 1 && result.errors.hasPrefix("tandem: what listens at r.sock is no daemon's control"))
    }
}
