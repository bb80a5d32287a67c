import Testing
import Timing

@testable import SIPTransaction

@Suite struct InviteClientTransactionTests {
    typealias Machine = InviteClientTransaction

    static let arrows: [Arrow<Machine>] = [
        // Calling
        Arrow([], .timerA, .calling, [.retransmit, .start(.a, after: .milliseconds(1000))]),
        Arrow([.timerA], .timerA, .calling, [.retransmit, .start(.a, after: .milliseconds(2000))]),
        Arrow([.timerA, .timerA, .timerA], .timerA, .calling, [.retransmit, .start(.a, after: .seconds(8))]),
        Arrow([], .timerB, .terminated, [.reportTimeout, .terminate]),
        Arrow([], .transportError, .terminated, [.reportTransportError, .terminate]),
        Arrow([], .provisional, .proceeding, [.stop(.a), .stop(.b), .deliver]),
        Arrow([], .success, .accepted, [.stop(.a), .start(.m, after: .seconds(32)), .deliver]),
        Arrow([], .failure, .completed, [.stop(.a), .transmitACK, .deliver, .start(.d, after: .seconds(32))]),
        Arrow([], .failure, .terminated, [.stop(.a), .transmitACK, .deliver, .terminate], isReliable: true),
        // Proceeding
        Arrow([.provisional], .provisional, .proceeding, [.deliver]),
        Arrow([.provisional], .success, .accepted, [.start(.m, after: .seconds(32)), .deliver]),
        Arrow([.provisional], .success, .accepted, [.start(.m, after: .seconds(32)), .deliver], isReliable: true),
        Arrow([.provisional], .failure, .completed, [.transmitACK, .deliver, .start(.d, after: .seconds(32))]),
        Arrow([.provisional], .failure, .terminated, [.transmitACK, .deliver, .terminate], isReliable: true),
        Arrow([.provisional], .cancelled, .proceeding, [.start(.cancel, after: .seconds(32))]),
        Arrow([.provisional, .cancelled], .cancelTimer, .terminated, [.reportTimeout, .terminate]),
        // Accepted
        Arrow([.success], .success, .accepted, [.deliver]),
        Arrow([.success], .timerM, .terminated, [.terminate]),
        // Completed
        Arrow([.failure], .failure, .completed, [.retransmit]),
        Arrow([.failure], .timerD, .terminated, [.terminate]),
        Arrow([.failure], .transportError, .terminated, [.reportTransportError, .terminate]),
    ]

    @Test("each arrow of RFC 6026 figure 2", arguments: arrows)
    func arrow(_ arrow: Arrow<Machine>) {
        #expect(arrow.problem() == nil)
    }

    @Test("no other pair of state and event does anything")
    func noOtherArrows() {
        let paths: [Machine.State: [Machine.Event]] = [
            .calling: [], .proceeding: [.provisional], .accepted: [.success], .completed: [.failure],
            .terminated: [.timerB],
        ]
        #expect(unlistedPairsThatAct(Self.arrows, paths: paths) == [])
    }

    @Test("the INVITE is sent at once; only an unreliable transport starts timer A")
    func beginning() {
        let timerB = TransactionEffect.start(.b, after: .seconds(32))
        #expect(Machine.beginning(isReliable: false) == [.transmit, .start(.a, after: .milliseconds(500)), timerB])
        #expect(Machine.beginning(isReliable: true) == [.transmit, timerB])
    }
}
