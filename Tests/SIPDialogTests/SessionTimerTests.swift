import SIPDialog
import TandemKit
import Testing
import Timing

@Suite struct SessionTimerTests {
    private static func terms(_ fields: String) throws -> SessionTerms {
        let text =
            "INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP b;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\n"
            + "Call-ID: 1\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\n\(fields)Content-Length: 0\r\n\r\n"
        return SessionTerms(of: try SIPMessage(text).headers)
    }

    private static let none = SessionTerms()

    @Test("Session-Expires, Min-SE and the option tag are read in long and in compact form, whatever their case")
    func reading() throws {
        let long = try Self.terms(
            "Supported: 100rel, TIMER\r\nSession-Expires: 1800 ; Refresher = UAS;x=y\r\nMin-SE: 120;z\r\n")
        #expect(long.isSupported)
        #expect(long.interval == 1800)
        #expect(long.refresher == .uas)
        #expect(long.minimum == 120)
        let compact = try Self.terms("k: timer\r\nx: 90;refresher=uac\r\n")
        #expect(compact.isSupported && compact.interval == 90 && compact.refresher == .uac && compact.minimum == 0)
        #expect(try Self.terms("Session-Expires: soon\r\n").interval == nil)
        #expect(try Self.terms("Session-Expires: 99999999999\r\n").interval == .max)
    }

    @Test("Half of the interval after the last refresh comes the next; who waits gives up 32 s before it is over")
    func times() {
        let start = Timestamp(nanoseconds: 7_000_000_000)
        let ours = SessionTimer(interval: 1800, isRefresher: true, refreshedAt: start)
        #expect(ours.refreshAt == start + .seconds(900))
        #expect(ours.expiresAt == start + .seconds(1800))
        #expect(
            SessionTimer(interval: 1800, isRefresher: false, refreshedAt: start).expiresAt == start + .seconds(1768))
        #expect(SessionTimer(interval: 90, isRefresher: false, refreshedAt: start).expiresAt == start + .seconds(60))
    }

    @Test(
        "RFC 4028 §9, table 2: who refreshes, by what the request says",
        arguments: [
            // Does the sender know the extension; whom does it name; whom do we name.
            (false, nil, SessionTerms.Refresher.uas), (true, nil, .uac), (true, .uac, .uac), (true, .uas, .uas),
        ] as [(Bool, SessionTerms.Refresher?, SessionTerms.Refresher)])
    func refresher(isSupported: Bool, named: SessionTerms.Refresher?, expected: SessionTerms.Refresher) {
        var terms = Self.none
        (terms.isSupported, terms.interval, terms.refresher) = (isSupported, 600, named)
        let answer = SessionTimerPolicy().answer(to: terms)
        #expect(answer?.interval == 600 && answer?.refresher == expected)
    }

    @Test("An interval below the least gets 422, but not from a sender that does not know the extension")
    func refusal() throws {
        let policy = SessionTimerPolicy(minimum: 300)
        #expect(policy.refusal(of: try Self.terms("Supported: timer\r\nSession-Expires: 299\r\n")) == 300)
        #expect(policy.refusal(of: try Self.terms("Supported: timer\r\nSession-Expires: 300\r\n")) == nil)
        #expect(policy.refusal(of: try Self.terms("Session-Expires: 299\r\n")) == nil)
        let off = SessionTimerPolicy(use: .off, minimum: 300)
        #expect(off.refusal(of: try Self.terms("Supported: timer\r\nSession-Expires: 299\r\n")) == nil)
    }

    @Test("accept: a timer only where the peer asks for one")
    func accepting() throws {
        let policy = SessionTimerPolicy()
        #expect(policy.answer(to: try Self.terms("Supported: timer\r\n")) == nil)
        #expect(policy.offer(keeping: nil, minimum: 90) == nil)
        #expect(policy.agreement(in: Self.none, minimum: 90) == nil)
        let agreed = policy.agreement(in: try Self.terms("Session-Expires: 400;refresher=uac\r\n"), minimum: 90)
        #expect(agreed?.interval == 400 && agreed?.isRefresher == true)
    }

    @Test("require: a timer always; a larger wish is made smaller, but not below the Min-SE of the request")
    func requiring() throws {
        let policy = SessionTimerPolicy(use: .require, interval: 600)
        let alone = policy.answer(to: Self.none)
        #expect(alone?.interval == 600 && alone?.refresher == .uas)
        #expect(policy.answer(to: try Self.terms("Supported: timer\r\nSession-Expires: 3600\r\n"))?.interval == 600)
        #expect(
            policy.answer(to: try Self.terms("Supported: timer\r\nSession-Expires: 3600\r\nMin-SE: 900\r\n"))?.interval
                == 900)
        #expect(policy.answer(to: try Self.terms("Supported: timer\r\nSession-Expires: 500\r\n"))?.interval == 500)
        let lonely = policy.agreement(in: Self.none, minimum: 90)
        #expect(lonely?.interval == 600 && lonely?.isRefresher == true)
    }

    @Test("A request inside the dialog names who refreshes as it was agreed, seen from its sender")
    func keeping() {
        let policy = SessionTimerPolicy()
        let start = Timestamp(nanoseconds: 0)
        let ours = policy.offer(
            keeping: SessionTimer(interval: 600, isRefresher: true, refreshedAt: start), minimum: 90)
        #expect(ours?.interval == 600 && ours?.refresher == .uac)
        let theirs = policy.offer(
            keeping: SessionTimer(interval: 600, isRefresher: false, refreshedAt: start), minimum: 700)
        #expect(theirs?.interval == 700 && theirs?.refresher == .uas)
    }

    @Test("off: as if the extension were unknown")
    func off() throws {
        let policy = SessionTimerPolicy(use: .off)
        let terms = try Self.terms("Supported: timer\r\nSession-Expires: 1800;refresher=uas\r\n")
        #expect(policy.answer(to: terms) == nil)
        #expect(policy.agreement(in: terms, minimum: 0) == nil)
        #expect(policy.offer(keeping: nil, minimum: 0) == nil)
    }
}
