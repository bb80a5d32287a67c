import Testing
import Timing

@testable import SIPTransaction

@Suite struct NonInviteClientTransactionTests {
    typealias Machine = NonInviteClientTransaction

    static let arrows: [Arrow<Machine>] = [
        // Trying
        Arrow([], .timerE, .trying, [.retransmit, .start(.e, after: .seconds(1))]),
        Arrow([.timerE], .timerE, .trying, [.retransmit, .start(.e, after: .seconds(2))]),
        Arrow([.timerE, .timerE, .timerE], .timerE, .trying, [.retransmit, .start(.e, after: .seconds(4))]),
        Arrow([], .timerF, .terminated, [.reportTimeout, .terminate]),
        Arrow([], .transportError, .terminated, [.reportTransportError, .terminate]),
        Arrow([], .provisional, .proceeding, [.deliver]),
        Arrow([], .final, .completed, [.stop(.e), .deliver, .start(.k, after: .seconds(5))]),
        Arrow([], .final, .terminated, [.stop(.e), .deliver, .terminate], isReliable: true),
        // Proceeding
        Arrow([.provisional], .timerE, .proceeding, [.retransmit, .start(.e, after: .seconds(4))]),
        Arrow([.provisional], .timerF, .terminated, [.reportTimeout, .terminate]),
        Arrow([.provisional], .transportError, .terminated, [.reportTransportError, .terminate]),
        Arrow([.provisional], .provisional, .proceeding, [.deliver]),
        Arrow([.provisional], .final, .completed, [.stop(.e), .deliver, .start(.k, after: .seconds(5))]),
        Arrow([.provisional], .final, .terminated, [.stop(.e), .deliver, .terminate], isReliable: true),
        // Completed
        Arrow([.final], .timerK, .terminated, [.terminate]),
    ]

    @Test("each arrow of RFC 3261 figure 6", arguments: arrows)
    func arrow(_ arrow: Arrow<Machine>) {
        #expect(arrow.problem() == nil)
    }

    @Test("no other pair of state and event does anything")
    func noOtherArrows() {
        let paths: [Machine.State: [Machine.Event]] = [
            .trying: [], .proceeding: [.provisional], .completed: [.final], .terminated: [.timerF],
        ]
        #expect(unlistedPairsThatAct(Self.arrows, paths: paths) == [])
    }

    @Test("the request is sent at once; only an unreliable transport starts timer E")
    func beginning() {
        let timerF = TransactionEffect.start(.f, after: .seconds(32))
        #expect(Machine.beginning(isReliable: false) == [.transmit, .start(.e, after: .milliseconds(500)), timerF])
        #expect(Machine.beginning(isReliable: true) == [.transmit, timerF])
    }
}
