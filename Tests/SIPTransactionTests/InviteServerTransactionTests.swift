import Testing
import Timing

@testable import SIPTransaction

@Suite struct InviteServerTransactionTests {
    typealias Machine = InviteServerTransaction

    static let timerH = TransactionEffect.start(.h, after: .seconds(32))
    static let arrows: [Arrow<Machine>] = [
        // Proceeding
        Arrow([], .request, .proceeding, [.transmitTrying, .stop(.trying)]),
        Arrow([.request], .request, .proceeding, [.retransmit]),
        Arrow([.provisional], .request, .proceeding, [.retransmit]),
        Arrow([], .tryingTimer, .proceeding, [.transmitTrying]),
        Arrow([.tryingTimer], .request, .proceeding, [.retransmit]),
        Arrow([], .provisional, .proceeding, [.stop(.trying), .transmit]),
        Arrow([], .success, .accepted, [.stop(.trying), .transmit, .start(.l, after: .seconds(32))]),
        Arrow(
            [], .success, .accepted, [.stop(.trying), .transmit, .start(.l, after: .seconds(32))], isReliable: true),
        Arrow(
            [], .failure, .completed, [.stop(.trying), .transmit, .start(.g, after: .milliseconds(500)), timerH]),
        Arrow([], .failure, .completed, [.stop(.trying), .transmit, timerH], isReliable: true),
        Arrow([], .transportError, .proceeding, [.reportTransportError]),
        // Accepted
        Arrow([.success], .success, .accepted, [.transmit]),
        Arrow([.success], .ack, .accepted, [.deliver]),
        Arrow([.success], .transportError, .accepted, [.reportTransportError]),
        Arrow([.success], .timerL, .terminated, [.terminate]),
        // Completed
        Arrow([.failure], .request, .completed, [.retransmit]),
        Arrow([.failure], .timerG, .completed, [.retransmit, .start(.g, after: .seconds(1))]),
        Arrow([.failure, .timerG, .timerG], .timerG, .completed, [.retransmit, .start(.g, after: .seconds(4))]),
        Arrow(
            [.failure, .timerG, .timerG, .timerG], .timerG, .completed, [.retransmit, .start(.g, after: .seconds(4))]),
        Arrow([.failure], .ack, .confirmed, [.stop(.g), .start(.i, after: .seconds(5))]),
        Arrow([.failure], .ack, .terminated, [.terminate], isReliable: true),
        Arrow([.failure], .timerH, .terminated, [.reportTimeout, .terminate]),
        Arrow([.failure], .transportError, .terminated, [.reportTransportError, .terminate]),
        // Confirmed
        Arrow([.failure, .ack], .timerI, .terminated, [.terminate]),
    ]

    @Test("each arrow of RFC 6026 figure 1", arguments: arrows)
    func arrow(_ arrow: Arrow<Machine>) {
        #expect(arrow.problem() == nil)
    }

    @Test("no other pair of state and event does anything")
    func noOtherArrows() {
        let paths: [Machine.State: [Machine.Event]] = [
            .proceeding: [], .accepted: [.success], .completed: [.failure], .confirmed: [.failure, .ack],
            .terminated: [.failure, .timerH],
        ]
        #expect(unlistedPairsThatAct(Self.arrows, paths: paths) == [])
    }

    @Test("100 Trying is sent after 200 ms, or at once when so configured")
    func beginning() {
        #expect(Machine.beginning(isReliable: false) == [.start(.trying, after: .milliseconds(200)), .deliver])
        var timers = TimerValues()
        timers.inviteTrying = TimeInterval(nanoseconds: 0)
        #expect(Machine.beginning(isReliable: false, timers: timers) == [.transmitTrying, .deliver])
        var machine = Machine(after: [], timers: timers)
        #expect(machine.take(.request) == [.retransmit])
    }
}
