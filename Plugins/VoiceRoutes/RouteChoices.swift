import Synchronization
import TandemKit

/// The trunks of one route, in every order in which a call may try them.
final class RouteChoices: Sendable {
    /// One order: as a decision and for the log.
    struct Order: Sendable {
        let decision: RouteDecision
        let text: String
    }

    private let orders: [Order]
    private let turn = Atomic<UInt>(0)

    init(_ route: VoiceRoute, failover: FailoverRule) {
        let starts = route.balance == .ordered ? 0..<1 : route.trunks.indices
        orders = starts.map { start in
            let trunks = Array(route.trunks[start...] + route.trunks[..<start])
            return Order(
                decision: .trunks(trunks.map { TrunkChoice(trunk: $0, failover: failover) }),
                text: trunks.joined(separator: ", "))
        }
    }

    /// The order for the next call; without taking its turn, the same one again.
    func order(takingTurn: Bool) -> Order {
        if orders.count == 1 { return orders[0] }
        let number =
            takingTurn ? turn.wrappingAdd(1, ordering: .relaxed).oldValue : turn.load(ordering: .relaxed)
        return orders[Int(number % UInt(orders.count))]
    }
}
