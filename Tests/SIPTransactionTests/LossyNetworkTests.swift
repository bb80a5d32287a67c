import TandemKit
import Testing
import Timing

@testable import SIPTransaction

/// Two layers talk over a network that loses, doubles, delays and reorders datagrams.
@Suite struct LossyNetworkTests {
    @Test(
        "each request is told once, ends in exactly one final response or time-out, and leaves nothing",
        arguments: 0..<40)
    func lossyNetwork(_ seed: UInt64) throws {
        var network = LossyNetwork(seed: seed)
        try network.run()
        #expect(network.problems == [], "seed \(seed)")
    }
}

private struct LossyNetwork {
    private struct Datagram {
        let arrival: Timestamp
        let toServer: Bool
        let text: String
    }

    private let client = LayerBench()
    private let server = LayerBench()
    private var random: SplitMix
    private var datagrams: [Datagram] = []
    /// When the server's user answers, and how.
    private var answers: [(time: Timestamp, id: ServerTransactionID, request: String, status: UInt16)] = []
    private var told: [String: Int] = [:]
    private var finals: [UInt64: Int] = [:]
    private(set) var problems: [String] = []

    init(seed: UInt64) { random = SplitMix(seed: seed) }

    mutating func run() throws {
        for number in 0..<12 {
            let text = LayerBench.request(
                number % 3 == 0 ? "OPTIONS" : "INVITE", branch: client.layer.makeBranch().string,
                callID: "call-\(number)")
            let id = try client.layer.send(
                SIPMessage(text).request, over: LayerBench.udp, owner: .none, at: client.now)
            finals[id.raw] = 0
            transmit(client, toServer: true)
        }
        let patience = client.now + .seconds(70)
        var isCancelled = false
        while let next = nextTime(orAt: isCancelled ? nil : patience) {
            client.now = next
            server.now = next
            try step(next)
            guard next >= patience, !isCancelled else { continue }
            isCancelled = true
            for id in finals.keys.sorted() { _ = client.layer.cancel(ClientTransactionID(raw: id), at: next) }
            transmit(client, toServer: true)
        }
        check()
    }

    private func nextTime(orAt time: Timestamp?) -> Timestamp? {
        let times =
            datagrams.map(\.arrival) + answers.map(\.time)
            + [time, client.layer.nextDeadline, server.layer.nextDeadline].compactMap { $0 }
        return times.min().map { max($0, client.now) }
    }

    private mutating func step(_ now: Timestamp) throws {
        for datagram in datagrams.filter({ $0.arrival <= now }) { try deliver(datagram) }
        datagrams.removeAll { $0.arrival <= now }
        for answer in answers.filter({ $0.time <= now }) {
            if answer.status == 0 {
                server.layer.abandon(answer.id)
            } else {
                _ = try server.respond(answer.id, answer.status, to: answer.request)
            }
        }
        answers.removeAll { $0.time <= now }
        client.layer.advance(to: now)
        server.layer.advance(to: now)
        transmit(client, toServer: true)
        transmit(server, toServer: false)
        for event in client.events() {
            if case .clientTimedOut(let id, _) = event { finals[id.raw]? += 1 }
        }
        _ = server.events()
    }

    private mutating func deliver(_ datagram: Datagram) throws {
        if datagram.toServer { return try deliverToServer(datagram.text) }
        guard case .response(let id, _) = try client.receive(datagram.text) else { return }
        let response = try SIPMessage(datagram.text).response
        let isRepeated = response.cseq.method == .invite && response.status < 300 && finals[id.raw] == 1
        if response.status >= 200, !isRepeated { finals[id.raw]? += 1 }
    }

    private mutating func deliverToServer(_ text: String) throws {
        switch try server.receive(text) {
        case .request(let id):
            let branch = try SIPMessage(text).topVia.branch.string
            told[branch, default: 0] += 1
            if Bool.random(using: &random) { answers.append((later(2000), id, text, 180)) }
            let status: UInt16 = [0, 200, 404, 486, 503].randomElement(using: &random)!
            answers.append((status == 0 ? client.now + .seconds(64) : later(40_000), id, text, status))
        case .cancel(let own, let matching):
            _ = try server.respond(own, matching == nil ? 481 : 200, to: text)
            if let matching, server.layer.isUnanswered(matching) {
                _ = try server.respond(matching, 487, to: text.replacing("CANCEL", with: "INVITE"))
            }
        case .absorbed, .ack: break
        case let other: problems.append("received \(other)")
        }
    }

    private mutating func later(_ milliseconds: UInt64) -> Timestamp {
        client.now + .milliseconds(UInt64.random(in: 1...milliseconds, using: &random))
    }

    private mutating func transmit(_ bench: LayerBench, toServer: Bool) {
        for text in bench.drain() {
            for _ in 0..<[0, 1, 1, 1, 2].randomElement(using: &random)! {
                datagrams.append(Datagram(arrival: later(400), toServer: toServer, text: text))
            }
        }
    }

    private mutating func check() {
        for (branch, count) in told where count != 1 { problems.append("\(branch) was told \(count) times") }
        for (id, count) in finals where count != 1 { problems.append("\(id) has ended \(count) times") }
        for bench in [client, server] {
            if bench.layer.storedByteCount != 0 { problems.append("\(bench.layer.storedByteCount) bytes left") }
            if bench.layer.count != 0 { problems.append("\(bench.layer.count) transactions left") }
        }
    }
}
