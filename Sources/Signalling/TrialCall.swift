import CallControl
import LookUps
import SIPTransaction
import ShardLoop
import TandemKit
import Timing

/// A call that exists only in an engine without sockets: nobody answers it, and each attempt fails in a way that its
/// route lets move on.
final class TrialCall {
    /// What an attempt would have sent.
    struct Invite {
        let trunk: String
        let transaction: UInt64
        let flow: Flow
        let message: SIPMessage

        /// The start line and the header fields that say something about this call.
        var lines: [String] {
            let silent = ["via", "call-id", "cseq", "max-forwards", "content-length", "content-type", "record-route"]
            let text = message.string.split(separator: "\r\n", omittingEmptySubsequences: false).prefix { !$0.isEmpty }
            return text.filter { line in !silent.contains(line.prefix { $0 != ":" }.lowercased()) }
                .map { line in String(line.prefix(upTo: line.firstRange(of: ";tag=")?.lowerBound ?? line.endIndex)) }
        }
    }

    private static let steps = 64

    private let engine: CallEngine
    private let ingress: TrunkContext
    private let lookUps: LookUpDesk
    private(set) var invites: [Invite] = []
    private var now = Timestamp(nanoseconds: 1_000_000)

    init(engine: CallEngine, ingress: TrunkContext, lookUps: LookUpDesk) {
        self.engine = engine
        self.ingress = ingress
        self.lookUps = lookUps
    }

    /// Places the call and fails its attempts until it ends. Nil when the numbers make no request.
    func run(from: String, to: String) -> CallStory? {
        guard var message = invite(from: from, to: to) else { return nil }
        engine.receive(&message, on: ingress.nextHop, at: now)
        while engine.hasLookUpCommands { lookUp() }
        collect()
        for _ in 0..<Self.steps {
            guard engine.endedStories.isEmpty, let last = invites.last else { break }
            let known = invites.count
            fail(last)
            if invites.count == known { break }
        }
        return engine.endedStories.first ?? engine.snapshot().first.flatMap { engine.story(of: $0.number) }
    }

    /// Looks up what the call has to know: really, and waits for it.
    private func lookUp() {
        for command in engine.takeLookUpCommands() {
            let begin = MonotonicClock.now()
            let finding = lookUps.findAndWait(command.lookUp, within: command.time)
            now = now + TimeInterval(nanoseconds: MonotonicClock.now().nanoseconds - begin.nanoseconds)
            engine.receive(finding, for: command.ticket, at: now)
        }
    }

    /// Fails an attempt by what its route moves on after; stays where it is when nothing does.
    private func fail(_ invite: Invite) {
        let choice = engine.snapshot().first.flatMap { engine.story(of: $0.number) }?.plan.choices
            .first { $0.trunk == invite.trunk }
        let rule = choice?.failover ?? .standard
        if rule.onTransportError {
            engine.sendFailed(transaction: invite.transaction, at: now)
        } else if let status = rule.statuses.first?.lowerBound {
            var response = SIPResponse(to: invite.message.request, status: status, toTag: Bytes("trial")).message
            engine.receive(&response, on: invite.flow, at: now)
        } else if rule.onTimeout, let deadline = engine.nextDeadline {
            now = max(now, deadline)
            engine.advance(to: now)
        }
        collect()
    }

    /// Takes what the engine has sent out of its queue.
    private func collect() {
        let output = engine.output
        for index in 0..<output.count {
            let record = output[index]
            guard record.kind != .retransmission, let message = try? SIPMessage(output.bytes(of: record)),
                message.isRequest, message.method == .invite, let trunk = engine.snapshot().first?.egressTrunk
            else { continue }
            invites.append(Invite(trunk: trunk, transaction: record.transaction, flow: record.flow, message: message))
        }
        output.removeAll()
    }

    /// The INVITE as a phone behind the trunk would send it.
    private func invite(from: String, to: String) -> SIPMessage? {
        let host = "\(ingress.nextHop.remote)"
        let advertised = ingress.facts.advertisedHost
        let ours = advertised.contains(":") ? "[\(advertised)]" : advertised
        let caller =
            from == "anonymous"
            ? "\"Anonymous\" <sip:anonymous@anonymous.invalid>" : "<sip:\(PhoneNumber(from).userPart)@\(host)>"
        let target = "sip:\(PhoneNumber(to).userPart)@\(ours)"
        let transport = "\(ingress.facts.transport)".uppercased()
        let body =
            "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 49170 RTP/AVP 0 8\r\n"
        let text = """
            INVITE \(target) SIP/2.0\r
            Via: SIP/2.0/\(transport) \(host);branch=z9hG4bKtrial\r
            From: \(caller);tag=trial\r
            To: <\(target)>\r
            Call-ID: trial@\(host)\r
            CSeq: 1 INVITE\r
            Contact: <sip:\(host)>\r
            Max-Forwards: 70\r
            Content-Type: application/sdp\r
            Content-Length: \(body.utf8.count)\r
            \r
            \(body)
            """
        return try? SIPMessage(text)
    }
}
