import CallControl
import TandemKit
import Timing

/// A call that both parties have confirmed.
struct Established {
    /// The INVITE we sent to the callee.
    let invite: Sent
    /// The 200 we sent to the caller.
    let ok: Sent
}

extension EngineBench {
    /// Sets a call up: INVITE, 200, ACK.
    func establish(body: String = Party.offer) -> Established {
        let invite = receive(Party.invite(body: body), from: 0).last!
        let answered = receive(Party.response(200, to: invite, body: Party.answer), from: 1)
        let ok = answered.first { $0.startLine.hasPrefix("SIP/2.0 200") }!
        receive(Party.callerRequest("ACK", in: ok, cseq: 1, branch: "z9hG4bKack"), from: 0)
        return Established(invite: invite, ok: ok)
    }

    /// The failure a call ended with.
    var endedWith: Failure? {
        for case .ended(let failure) in events { return failure }
        return nil
    }
}

extension [Sent] {
    var startLines: [String] { map(\.startLine) }

    /// What goes to a listener's side.
    func to(_ listener: Int) -> [Sent] { filter { $0.listener == listener } }

    /// The first message whose start line begins so.
    func first(_ prefix: String) -> Sent? { first { $0.startLine.hasPrefix(prefix) } }
}
