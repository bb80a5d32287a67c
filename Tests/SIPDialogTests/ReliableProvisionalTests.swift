import SIPDialog
import TandemKit
import Testing
import Timing

@Suite struct ReliableProvisionalTests {
    @Test("A reliable response is sent again after T1, doubled without a bound, and given up after 64 · T1")
    func retransmission() {
        var now = Timestamp(nanoseconds: 0)
        var timer = ProvisionalRetransmission(t1: .milliseconds(500), at: now)
        now = now + .milliseconds(500)
        var pauses: [UInt64] = []
        while case .sendAgain(let next) = timer.fire(at: now) {
            pauses.append(next.nanoseconds / 1_000_000)
            now = now + next
        }
        #expect(pauses == [1_000, 2_000, 4_000, 8_000, 16_000, 500])
        #expect(now == Timestamp(nanoseconds: 32_000_000_000))
    }

    @Test("RFC 3262 §4: any number is the first, then each is one higher; all others are dropped")
    func order() {
        var heard = ReliableSequence()
        #expect(
            [988, 988, 987, 990, 989, 989, 990].map { heard.take($0) } == [
                true, false, false, false, true, false, true,
            ])
    }

    @Test(
        "A response is reliable when it requires 100rel and has a number",
        arguments: [
            ("183 X", "Require: 100rel\r\nRSeq: 7\r\n", 7),
            ("183 X", "Require: timer, 100REL\r\nRSeq: 4294967295\r\n", .max),
            ("183 X", "RSeq: 7\r\n", nil), ("183 X", "Require: 100rel\r\n", nil),
            ("183 X", "Require: 100rel\r\nRSeq: 0\r\n", nil),
            ("183 X", "Require: 100rel\r\nRSeq: 4294967296\r\n", nil), ("183 X", "Require: 100rel\r\nRSeq: x\r\n", nil),
            ("100 X", "Require: 100rel\r\nRSeq: 7\r\n", nil), ("200 X", "Require: 100rel\r\nRSeq: 7\r\n", nil),
        ] as [(String, String, UInt32?)])
    func reading(status: String, fields: String, expected: UInt32?) throws {
        let text =
            "SIP/2.0 \(status)\r\nVia: SIP/2.0/UDP b;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\n"
            + "To: <sip:a@b>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n\(fields)Content-Length: 0\r\n\r\n"
        #expect(try SIPMessage(text).asResponse?.reliableSequence == expected)
    }
}
