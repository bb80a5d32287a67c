import Foundation
import Testing

@Suite("The story of attempts that were lost")
struct LostAttemptTests {
    @Test("F11 F78 in part: a refused port and a refused connection each go on at once, and the ladder says why")
    func transportErrors() throws {
        let (uc, pstn, closed) = (try Command.freePort(), try Command.freePort(), try Command.freePort())
        let (caller, gateway) = (try SIPSocket(), try SIPSocket())
        let command = try Command(
            """
            signalling: { control-socket: t.sock, shards: 1 }
            listeners:
              uc:   { transport: udp, address: 127.0.0.1, port: \(uc) }
              pstn: { transport: udp, address: 127.0.0.1, port: \(pstn) }
              tcp:  { transport: tcp, address: 127.0.0.1, port: \(pstn) }
            plugins:
              folder: plugins
              instances:
                routes:
                  plugin: VoiceRoutes
                  settings: { routes: [{ name: all, pattern: '.', trunks: [no-port, no-connection, gateway] }] }
            trunks:
              uc:            { listener: uc, peer: "127.0.0.1:\(caller.port)", options-interval: off, router: routes }
              no-port:       { listener: pstn, peer: "127.0.0.2:\(closed)", options-interval: off }
              no-connection: { listener: tcp, peer: "127.0.0.3:\(closed)", options-interval: off }
              gateway:       { listener: pstn, peer: "127.0.0.1:\(gateway.port)", options-interval: off }
            """)
        try command.start()
        caller.invite(to: uc)
        gateway.answer(try gateway.receive("INVITE "), "486 Busy Here", to: pstn)
        _ = try caller.receive("SIP/2.0 486 ")
        let drawn = try command.run("trace", "uc").output
        let story = drawn.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let cause =
            "(10006 (status 503, cause 41): The connection to the next hop failed or was refused; check address, port "
            + "and firewall. (connection refused))"
        let steps = [
            "INVITE 0100", "tandem, attempt 1: failed on no-port \(cause)", "INVITE 0100",
            "tandem, attempt 2: failed on no-connection \(cause)", "INVITE 0100", "486 Busy Here",
            "tandem, attempt 3: failed on gateway (10003 (status 486,", "486 Busy Here",
        ]
        var rest = story[...]
        for step in steps {
            let found = try #require(rest.range(of: step), "\(step) is missing in:\n\(drawn)")
            rest = rest[found.upperBound...]
        }
    }
}
