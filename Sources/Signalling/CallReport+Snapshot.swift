import Admin
import CallControl
import ShardLoop

extension CallReport {
    /// What `tandem calls` shows of a call that is up.
    init(_ call: CallSnapshot, media: [RelaySessionReport], clock: WallClock) {
        self.init(
            call: "\(call.number)", phase: "\(call.phase)", mode: call.isProxied ? "proxy" : "b2bua",
            ingress: call.ingressTrunk, egress: call.egressTrunk, from: call.from, to: call.to, sentTo: call.sentTo,
            callID: call.callID, age: clock.age(of: call.startedAt), talking: call.answeredAt.map(clock.age),
            media: media)
    }
}
