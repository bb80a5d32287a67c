import Testing
import Timing

@testable import SIPTransaction

@Suite struct NonInviteServerTransactionTests {
    typealias Machine = NonInviteServerTransaction

    static let arrows: [Arrow<Machine>] = [
        // Trying
        Arrow([], .tryingTimer, .proceeding, [.transmitTrying]),
        Arrow([], .provisional, .proceeding, [.stop(.trying), .transmit]),
        Arrow([], .final, .completed, [.stop(.trying), .transmit, .start(.j, after: .seconds(32))]),
        Arrow([], .final, .terminated, [.stop(.trying), .transmit, .terminate], isReliable: true),
        Arrow([], .expiryTimer, .terminated, [.terminate]),
        // Proceeding
        Arrow([.provisional], .request, .proceeding, [.retransmit]),
        Arrow([.tryingTimer], .request, .proceeding, [.retransmit]),
        Arrow([.provisional], .provisional, .proceeding, [.transmit]),
        Arrow([.provisional], .final, .completed, [.stop(.trying), .transmit, .start(.j, after: .seconds(32))]),
        Arrow([.provisional], .final, .terminated, [.stop(.trying), .transmit, .terminate], isReliable: true),
        Arrow([.provisional], .transportError, .terminated, [.reportTransportError, .terminate]),
        Arrow([.provisional], .expiryTimer, .terminated, [.terminate]),
        // Completed
        Arrow([.final], .request, .completed, [.retransmit]),
        Arrow([.final], .timerJ, .terminated, [.terminate]),
        Arrow([.final], .transportError, .terminated, [.reportTransportError, .terminate]),
    ]

    @Test("each arrow of RFC 3261 figure 8 with RFC 4320", arguments: arrows)
    func arrow(_ arrow: Arrow<Machine>) {
        #expect(arrow.problem() == nil)
    }

    @Test("no other pair of state and event does anything")
    func noOtherArrows() {
        let paths: [Machine.State: [Machine.Event]] = [
            .trying: [], .proceeding: [.provisional], .completed: [.final], .terminated: [.expiryTimer],
        ]
        #expect(unlistedPairsThatAct(Self.arrows, paths: paths) == [])
    }

    @Test("100 Trying waits until the client's timer E has reached T2 (RFC 4320 4.1)")
    func beginning() {
        let expiry = TransactionEffect.start(.expiry, after: .seconds(32))
        #expect(
            Machine.beginning(isReliable: false) == [.start(.trying, after: .milliseconds(3500)), expiry, .deliver])
    }
}
