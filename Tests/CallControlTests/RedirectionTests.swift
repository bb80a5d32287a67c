import CallControl
import TandemKit
import Testing
import Timing

/// What becomes of a 3xx.
@Suite struct RedirectionTests {
    private static let contacts =
        "Contact: <sip:0300@192.0.2.2>;q=0.5, <sip:0400@192.0.2.2>;q=0.9, <tel:0300>;q=0.1\r\n"

    private func bench(_ policy: RedirectionPolicy, limits: CallLimits = CallLimits()) -> EngineBench {
        EngineBench(limits: limits, redirects: ["out": policy])
    }

    private func begin(_ bench: EngineBench) throws -> Sent {
        try #require(bench.receive(Party.invite(), from: 0).to(1).first("INVITE"))
    }

    @Test("Unless the trunk says otherwise a redirection is refused with 480, and nobody hears its addresses")
    func refused() throws {
        let bench = bench(.refuse)
        let sent = bench.receive(Party.response(302, to: try begin(bench), extra: Self.contacts), from: 1)
        #expect(sent.to(0).last?.startLine.hasPrefix("SIP/2.0 480") == true)
        #expect(sent.to(0).last?.field("Contact") == nil)
    }

    @Test(
        "A redirection is followed in the order of q, by the trunk's own route, and the number called stands in the history"
    )
    func followed() throws {
        let bench = bench(.follow)
        let sent = bench.receive(Party.response(302, to: try begin(bench), extra: Self.contacts), from: 1)
        #expect(sent.to(0).isEmpty)
        let second = try #require(sent.to(1).first("INVITE"))
        #expect(second.startLine.hasPrefix("INVITE sip:0400@"))
        #expect(second.field("History-Info")?.contains("0100") == true)
        // 0400's trunks answer no better: 0300 is called, then the caller hears the last failure.
        let third = bench.receive(Party.response(503, to: second), from: 1)
        #expect(third.to(2).first("INVITE")?.startLine.hasPrefix("INVITE sip:0400@") == true)
        let fourth = bench.receive(Party.response(503, to: try #require(third.to(2).first("INVITE"))), from: 2)
        let invite = try #require(fourth.to(1).first("INVITE") ?? fourth.to(2).first("INVITE"))
        #expect(invite.startLine.hasPrefix("INVITE sip:0300@"))
        let answered = bench.receive(Party.response(200, to: invite, body: Party.answer), from: invite.listener)
        #expect(answered.to(0).first("SIP/2.0 200") != nil)
    }

    @Test("Call forwarding after ringing is followed; the caller goes on in its early dialog")
    func followedAfterRinging() throws {
        let bench = bench(.follow)
        let invite = try begin(bench)
        let ringing = try #require(bench.receive(Party.response(180, to: invite), from: 1).to(0).first("SIP/2.0 180"))
        let sent = bench.receive(Party.response(302, to: invite, extra: Self.contacts), from: 1)
        let second = try #require(sent.to(1).first("INVITE"))
        let ok = bench.receive(Party.response(200, to: second, tag: "other", body: Party.answer), from: 1).to(0)
        #expect(ok.first("SIP/2.0 200")?.field("To")?.parameter("tag") == ringing.field("To")?.parameter("tag"))
    }

    @Test("Redirections that lead to each other end: the sixth is refused")
    func loop() throws {
        let bench = bench(.follow)
        var invite = try begin(bench)
        for turn in 0..<5 {
            let number = turn % 2 == 0 ? "0300" : "0400"
            let sent = bench.receive(Party.response(302, to: invite, extra: "Contact: <sip:\(number)@a>\r\n"), from: 1)
            invite = try #require(sent.to(1).first("INVITE"))
        }
        let sent = bench.receive(Party.response(302, to: invite, extra: "Contact: <sip:0400@a>\r\n"), from: 1)
        #expect(sent.to(1).first("INVITE") == nil && bench.engine.counters.refusedRedirections == 1)
        bench.wait(milliseconds: 300_000)
        #expect(bench.engine.callCount == 0 && bench.engine.timerCount == 0)
    }

    @Test("A gateway that redirects to the number that it was called for is not called for it again")
    func sameNumber() throws {
        let bench = bench(.follow)
        let target = "Contact: <sip:0300@a>\r\n"
        let second = bench.receive(Party.response(302, to: try begin(bench), extra: target), from: 1).to(1)
        let sent = bench.receive(Party.response(302, to: try #require(second.first("INVITE")), extra: target), from: 1)
        #expect(sent.to(1).first("INVITE") == nil && sent.to(2).first("INVITE") != nil)
    }

    @Test("A redirection that goes on names numbers at our address, and nothing of the gateway's")
    func passed() throws {
        let bench = bench(.pass)
        let sent = bench.receive(Party.response(302, to: try begin(bench), extra: Self.contacts), from: 1)
        let told = try #require(sent.to(0).last)
        #expect(told.startLine.hasPrefix("SIP/2.0 302") && !told.text.contains("192.0.2.2"))
        #expect(told.fields("Contact") == ["<sip:0400@198.51.100.1>", "<sip:0300@198.51.100.1>"])
    }

    @Test("A redirection without a number that can be called is a failure like any other")
    func empty() throws {
        for extra in ["", "Contact: <mailto:a@b>\r\n", "Contact: <sip:192.0.2.2>\r\n"] {
            let bench = bench(.follow)
            let sent = bench.receive(Party.response(301, to: try begin(bench), extra: extra), from: 1)
            #expect(sent.to(0).last?.startLine.hasPrefix("SIP/2.0 480") == true)
        }
    }

    @Test("A caller that cancels while a redirection is followed ends it")
    func cancelled() throws {
        let bench = bench(.follow)
        let sent = bench.receive(Party.response(302, to: try begin(bench), extra: Self.contacts), from: 1)
        let second = try #require(sent.to(1).first("INVITE"))
        bench.receive(Party.response(180, to: second), from: 1)
        let cancel = bench.receive(Party.invite(method: "CANCEL"), from: 0)
        #expect(cancel.to(0).last?.startLine.hasPrefix("SIP/2.0 487") == true && cancel.to(1).first("CANCEL") != nil)
    }
}
