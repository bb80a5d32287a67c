import Foundation
import Testing

@Suite("Peers given by name")
struct PeerNameTests {
    @Test("Two trunks whose names lead to one source are told at the start, with what to do")
    func tie() throws {
        let command = try TwoListeners().command(
            """
            trunks:
              uc:    { listener: uc, peer: 127.0.0.1:9, options-interval: off }
              first: { listener: pstn, peer: localhost:9, options-interval: off }
              other: { listener: pstn, peer: 127.0.0.1:10, options-interval: off }
            """)
        #expect(try command.run("check").code == 0)
        let told = try command.start().split(separator: "\n").filter { $0.contains("two trunks have the same source") }
        #expect(told.count == 1)
        let line = try #require(told.first)
        #expect(line.contains(" error ") && line.contains(" source=127.0.0.1/32"))
        #expect(line.contains(" gets=first gets-none=other remedy=\"give the trunks different listeners or sources"))
    }

    @Test("A trunk whose peer has no address takes no call: the next one is tried, and nothing is sent anywhere else")
    func unresolved() throws {
        let listeners = try TwoListeners()
        let (caller, gateway) = (try SIPSocket(), try SIPSocket())
        let command = try listeners.command(
            """
            \(TwoListeners.routes(to: "lost, gateway"))
            trunks:
              uc:      { listener: uc, peer: "127.0.0.1:\(caller.port)", options-interval: off, router: routes }
              lost:    { listener: pstn, peer: nowhere.invalid }
              gateway: { listener: pstn, peer: "127.0.0.1:\(gateway.port)", options-interval: off }
            """)
        try command.start()
        caller.invite(to: listeners.uc)
        let invite = try gateway.receive("INVITE ")
        gateway.answer(invite, "486 Busy Here", to: listeners.pstn)
        _ = try caller.receive("SIP/2.0 486 ")
        let story = try command.run("trace", "uc").output
        #expect(story.contains("lost is down"), "\(story)")
        #expect(try command.run("trunks").output.contains("\nlost     down"))
    }
}
