import TandemKit
import Testing
import Timing

@testable import SIPTransaction

@Suite struct LimitTests {
    private func fullBench() throws -> LayerBench {
        var limits = TransactionLimits()
        limits.transactionCount = 1
        limits.retryAfterSeconds = 7
        let bench = LayerBench(limits: limits)
        _ = try bench.begin(LayerBench.request("OPTIONS", branch: "z9hG4bKfirst", callID: "first"))
        return bench
    }

    @Test("a request beyond the limit is answered with 503 and Retry-After, each time with the same To tag")
    func refusesRequests() throws {
        let bench = try fullBench()
        let invite = LayerBench.request("INVITE")
        #expect(try bench.receive(invite) == .absorbed)
        let first = bench.drain()
        #expect(first.count == 1 && first[0].hasPrefix("SIP/2.0 503 Service Unavailable\r\n"))
        #expect(first[0].contains("\r\nRetry-After: 7\r\n"))
        let response = try SIPMessage(first[0])
        #expect(ShardHint.shard(of: response) == nil && ShardHint.shard(ofTag: response.toTag) == 5)
        #expect(try bench.receive(invite) == .absorbed)
        #expect(bench.drain() == first)
        #expect(bench.layer.count == 1 && bench.layer.counters.refusedRequests == 2)
    }

    @Test("an ACK is never answered, whatever the limits")
    func ignoresACK() throws {
        let bench = try fullBench()
        #expect(try bench.receive(LayerBench.request("ACK", cseq: "1 ACK")) == .ack(nil))
        bench.layer.answerStatelessly(
            try SIPMessage(LayerBench.request("ACK", cseq: "1 ACK")), on: LayerBench.udp, status: 500, reason: "No")
        #expect(bench.drain() == [])
    }

    @Test("a retransmission still finds its transaction when the limit is reached")
    func stillAbsorbs() throws {
        let bench = try fullBench()
        let first = LayerBench.request("OPTIONS", branch: "z9hG4bKfirst", callID: "first")
        #expect(try bench.receive(first) == .absorbed)
        #expect(bench.drain() == [])
    }

    @Test("a request of ours beyond the limit is refused and not sent")
    func refusesSends() throws {
        let bench = try fullBench()
        #expect(throws: TransactionError.limitReached) { try bench.send("OPTIONS") }
        #expect(bench.drain() == [] && bench.layer.counters.refusedSends == 1)
    }

    @Test("stored bytes are limited too")
    func limitsBytes() throws {
        var limits = TransactionLimits()
        limits.storedByteCount = 100
        let bench = LayerBench(limits: limits)
        #expect(throws: TransactionError.limitReached) { try bench.send("OPTIONS") }
    }

    @Test("requests that cannot be a client transaction are refused with the reason")
    func refusesUnfitRequests() throws {
        let bench = LayerBench()
        func send(_ method: String, _ branch: String) throws {
            let text = LayerBench.request(method, branch: branch)
            _ = try bench.layer.send(
                SIPMessage(text).request, over: LayerBench.udp, owner: .none, at: bench.now)
        }
        let branch = bench.layer.makeBranch().string
        #expect(throws: TransactionError.foreignBranch) { try send("OPTIONS", "z9hG4bKabc") }
        #expect(throws: TransactionError.ackHasNoTransaction) { try send("ACK", branch) }
        try send("OPTIONS", branch)
        #expect(throws: TransactionError.branchInUse) { try send("OPTIONS", branch) }
    }

    @Test("when the queue is full a request is refused and a response can be given again")
    func fullQueue() throws {
        let bench = LayerBench(output: TransmitQueue(byteLimit: 400))
        let options = LayerBench.request("OPTIONS")
        let id = try bench.begin(options)
        #expect(try bench.respond(id, 200, to: options))
        #expect(throws: TransactionError.notQueued) { try bench.send("OPTIONS") }
        let other = LayerBench.request("OPTIONS", branch: "z9hG4bKother", callID: "other")
        let second = try bench.begin(other)
        #expect(try !bench.respond(second, 200, to: other))
        bench.output.removeAll()
        #expect(try bench.respond(second, 200, to: other))
    }

    @Test("a pile of retransmissions is spread over several turns")
    func pausesWhenHalfFull() throws {
        let bench = LayerBench(output: TransmitQueue(byteLimit: 4000))
        for _ in 0..<20 {
            _ = try bench.send("OPTIONS")
            bench.output.removeAll()
        }
        bench.now = bench.now + .milliseconds(600)
        var turns: [Int] = []
        while let deadline = bench.layer.nextDeadline, deadline <= bench.now {
            bench.layer.advance(to: bench.now)
            turns.append(bench.drain().count)
        }
        #expect(turns.reduce(0, +) == 20 && turns.count > 1 && bench.output.droppedCount == 0)
    }
}
