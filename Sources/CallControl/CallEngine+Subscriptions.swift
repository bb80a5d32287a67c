import SIPDialog
import SIPTransaction
import TandemKit

/// Subscriptions outside of calls: where they are kept and found.
extension CallEngine {
    /// Subscriptions alive.
    public var subscriptionCount: Int { subscriptions.count }

    /// A SUBSCRIBE outside of any dialog.
    func subscribe(_ request: SIPRequest, _ id: ServerTransactionID, _ trunk: TrunkContext, _ flow: Flow) {
        guard request.headers.firstIndex(of: HeaderID.event) >= 0 else { return refuse(request, id, 489, trunk) }
        guard request.headers.firstIndex(of: HeaderID.contact) >= 0 else {
            return refuse(request, id, 400, trunk, reason: "Missing Contact header field")
        }
        guard subscriptions.count < limits.subscriptions else {
            counters.refusedSubscriptions &+= 1
            return refuse(request, id, 503, trunk)
        }
        passOn(request, id, trunk, flow)
    }

    /// Begins to keep a subscription whose first SUBSCRIBE is about to be sent.
    func makeSubscription(
        _ request: SIPRequest, _ localTag: Bytes, _ number: CallNumber, _ trunk: TrunkContext, _ flow: Flow
    ) -> EventSubscription {
        subscriptionSerial += 1
        let side = EventSubscription.Side(
            trunk: trunk, flow: flow, dialog: Dialog(receiving: request, localTag: localTag))
        let subscription = EventSubscription(self, handle: subscriptionSerial, number: number, subscriber: side)
        subscriptions[subscription.handle] = subscription
        if let key = ShardHint.key(ofTag: localTag) { subscriptionKeys[key] = subscription.handle }
        return subscription
    }

    /// The SUBSCRIBE was sent to a trunk, or to the next.
    func sent(_ request: SIPRequest, of subscription: EventSubscription, to trunk: TrunkContext, _ flow: Flow) {
        if let key = subscription.sent.flatMap({ ShardHint.key(ofTag: $0.request.fromTag) }) {
            subscriptionKeys[key] = nil
        }
        subscription.sent = (request, trunk, flow)
        if let key = ShardHint.key(ofTag: request.fromTag) { subscriptionKeys[key] = subscription.handle }
    }

    /// Forgets a subscription.
    func end(_ subscription: EventSubscription) {
        guard subscriptions.removeValue(forKey: subscription.handle) != nil else { return }
        subscription.end()
        let tags = [
            ShardHint.key(ofTag: subscription.subscriber.dialog.localTag),
            subscription.notifier.flatMap { ShardHint.key(ofTag: $0.dialog.localTag) },
            subscription.sent.flatMap { ShardHint.key(ofTag: $0.request.fromTag) },
        ]
        for case let key? in tags { subscriptionKeys[key] = nil }
    }

    /// Takes a request that belongs to a subscription. Returns false when it belongs to none.
    func receiveSubscribed(
        _ message: inout SIPMessage, _ id: ServerTransactionID, _ trunk: TrunkContext, _ flow: Flow
    ) -> Bool {
        guard !subscriptions.isEmpty, let key = ShardHint.key(ofTag: message.toTag), let handle = subscriptionKeys[key],
            let subscription = subscriptions[handle],
            let isSubscriber = subscription.isFromSubscriber(message.request),
            belongs(trunk, to: subscription.trunk(isSubscriber: isSubscriber))
        else { return false }
        identify(subscription.trace(isSubscriber: isSubscriber))
        subscription.received(&message.request, isFromSubscriber: isSubscriber, id, flow)
        return true
    }
}
