import Testing
import Timing

@testable import SIPDialog

@Suite struct RetransmissionTests {
    private let start = Timestamp(nanoseconds: 1_000_000_000)

    @Test("a 2xx is sent again at T1, doubled up to T2, and given up after 64*T1 (RFC 3261 13.3.1.4)")
    func success() {
        var machine = SuccessRetransmission(t1: .milliseconds(500), t2: .seconds(4), at: start)
        var time = machine.firstDeadline
        var sent: [UInt64] = []
        while case .sendAgain(let next) = machine.fire(at: time) {
            sent.append((time - start).wholeMilliseconds)
            time = next
        }
        #expect(sent == [500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500])
        let last = machine.fire(at: time)
        #expect(time == start + .seconds(32) && last == .giveUp)
    }

    @Test("the ACK ends the retransmission of a 2xx")
    func acknowledged() {
        var machine = SuccessRetransmission(t1: .milliseconds(500), t2: .seconds(4), at: start)
        machine.acknowledge()
        let action = machine.fire(at: machine.firstDeadline)
        #expect(action == .none)
    }

    @Test("a reliable response is sent again at T1, doubled without limit, and given up after 64*T1 (RFC 3262 3)")
    func reliable() throws {
        var responses = ReliableResponses(inviteSequence: 7, random: .max)
        let begun = responses.send(t1: .milliseconds(500), at: start)
        let first = try #require(begun)
        #expect(first.rSeq == 1 << 31)
        var time = first.deadline
        var sent: [UInt64] = []
        while case .sendAgain(let next) = responses.fire(at: time) {
            sent.append((time - start).wholeMilliseconds)
            time = next
        }
        #expect(sent == [500, 1500, 3500, 7500, 15500, 31500])
        let last = responses.fire(at: time)
        #expect(time == start + .seconds(32) && last == .giveUp)
    }

    @Test("the next reliable response waits for the PRACK of the one before, which names RSeq and CSeq")
    func prack() {
        var responses = ReliableResponses(inviteSequence: 7, random: 41)
        let half = TimeInterval.milliseconds(500)
        let numbers = [responses.send(t1: half, at: start)?.rSeq, responses.send(t1: half, at: start)?.rSeq]
        #expect(numbers == [42, nil])
        let wrong = [responses.acknowledge(rSeq: 41, cseq: 7), responses.acknowledge(rSeq: 42, cseq: 8)]
        #expect(wrong == [false, false])
        let right = [responses.acknowledge(rSeq: 42, cseq: 7), responses.acknowledge(rSeq: 42, cseq: 7)]
        let action = responses.fire(at: start)
        #expect(right == [true, false] && action == .none)
        let next = responses.send(t1: half, at: start)?.rSeq
        #expect(next == 43)
    }

    @Test("the calling side takes reliable responses in order and once (RFC 3262 4)")
    func order() {
        var order = ReliableResponseOrder()
        let verdicts = [9, 9, 11, 10, 11, 8].map { order.receive(rSeq: $0) }
        #expect(verdicts == [.next, .dropped, .dropped, .next, .next, .dropped])
    }
}
