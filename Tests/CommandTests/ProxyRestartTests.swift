import Foundation
import Testing

@Suite("A proxied call and a restart")
struct ProxyRestartTests {
    private func bye(
        _ invite: [String], along routes: [String], from caller: SIPSocket, to gateway: UInt16
    ) throws -> [String] {
        func field(_ name: String) throws -> String { try #require(invite.first { $0.hasPrefix("\(name): ") }) }
        return [
            "BYE sip:0100@127.0.0.1:\(gateway) SIP/2.0",
            "Via: SIP/2.0/UDP 127.0.0.1:\(caller.port);branch=z9hG4bK-\(UUID().uuidString)", "Max-Forwards: 70",
        ] + routes.map { "Route: \($0)" }
            + [try field("From"), try field("To") + ";tag=b", try field("Call-ID"), "CSeq: 2 BYE"]
    }

    @Test("After a restart a proxied call still ends by its Record-Route; an invented one gets 481")
    func restart() throws {
        let listeners = try TwoListeners()
        let (uc, pstn) = (listeners.uc, listeners.pstn)
        let (caller, gateway) = (try SIPSocket(), try SIPSocket())
        let command = try listeners.command(
            """
            \(TwoListeners.routes(to: "gateway"))
            trunks:
              uc: { listener: uc, peer: "127.0.0.1:\(caller.port)", options-interval: off, router: routes, mode: proxy }
              gateway: { listener: pstn, peer: "127.0.0.1:\(gateway.port)", options-interval: off }
            """)
        try command.start()
        caller.invite(to: uc)
        let invite = try gateway.receive("INVITE ")
        gateway.answer(invite, "200 OK", to: pstn)
        _ = try caller.receive("SIP/2.0 200 ")
        #expect(command.stop() == 0)
        try command.start()
        let prefix = "Record-Route: "
        let routes = invite.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }.reversed()
        let forged = routes.map { $0.replacingOccurrences(of: "t=0.1.", with: "t=0.1.0") }
        caller.send(try bye(invite, along: forged, from: caller, to: gateway.port), to: uc)
        _ = try caller.receive("SIP/2.0 481 ")
        caller.send(try bye(invite, along: Array(routes), from: caller, to: gateway.port), to: uc)
        gateway.answer(try gateway.receive("BYE "), "200 OK", to: pstn)
        _ = try caller.receive("SIP/2.0 200 ")
        #expect(FileManager.default.fileExists(atPath: command.folder + "/t.sock.route-key"))
    }
}
