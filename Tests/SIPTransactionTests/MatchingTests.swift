import TandemKit
import Testing
import Timing

@testable import SIPTransaction

@Suite struct MatchingTests {
    @Test(
        "requests that differ in branch, sent-by or method are different transactions (RFC 3261 17.2.3)",
        arguments: [
            LayerBench.request("OPTIONS", branch: "z9hG4bKabd"),
            LayerBench.request("OPTIONS", host: "192.0.2.9:5060"),
            LayerBench.request("OPTIONS", host: "192.0.2.1:5061"),
            LayerBench.request("OPTIONS", host: "192.0.2.1"),
            LayerBench.request("INFO"),
            LayerBench.request("FOO"),
        ])
    func differentTransactions(_ other: String) throws {
        let bench = LayerBench()
        let first = try bench.begin(LayerBench.request("OPTIONS", toTag: "in-dialog"))
        let second = try bench.begin(
            other.replacing("To: <sip:bob@example.com>", with: "To: <sip:bob@example.com>;tag=x"))
        #expect(first != second && bench.layer.count == 2)
    }

    @Test("the host of sent-by is compared without its case")
    func hostCase() throws {
        let bench = LayerBench()
        _ = try bench.begin(LayerBench.request("OPTIONS", host: "Proxy.Example.com"))
        #expect(try bench.receive(LayerBench.request("OPTIONS", host: "proxy.example.COM")) == .absorbed)
    }

    @Test("an RFC 2543 request is matched by all its parts, its ACK and CANCEL too", arguments: ["", "1"])
    func legacy(_ branch: String) throws {
        let bench = LayerBench()
        let invite = LayerBench.request("INVITE", branch: branch)
        let id = try bench.begin(invite)
        #expect(try bench.receive(invite) == .absorbed)
        let cancel = try bench.receive(LayerBench.request("CANCEL", branch: branch, cseq: "1 CANCEL"))
        guard case .cancel(_, matching: id) = cancel else { throw Unexpected(cancel) }
        #expect(try bench.respond(id, 487, to: invite))
        #expect(try bench.receive(LayerBench.request("ACK", branch: branch, cseq: "1 ACK", toTag: "to-1")) == .absorbed)
    }

    @Test(
        "an RFC 2543 request that differs in any part is another one",
        arguments: [
            LayerBench.request("INVITE", branch: "1", cseq: "2 INVITE"),
            LayerBench.request("INVITE", branch: "1", callID: "call-2"),
            LayerBench.request("INVITE", branch: "1", fromTag: "from-2"),
            LayerBench.request("INVITE", branch: "1", uri: "sip:carol@example.com", extra: "Subject: spiral\r\n"),
            LayerBench.request("INVITE", branch: "2"),
        ])
    func legacyDifferences(_ other: String) throws {
        let bench = LayerBench()
        _ = try bench.begin(LayerBench.request("INVITE", branch: "1"))
        #expect(try bench.receive(other) != .absorbed)
        #expect(bench.layer.count == 2)
    }

    @Test("the same request over another path is a merged one as long as the first lives (RFC 3261 8.2.2.2)")
    func merged() throws {
        let bench = LayerBench()
        let first = try bench.begin(LayerBench.request("OPTIONS"))
        let second = LayerBench.request("OPTIONS", branch: "z9hG4bKother", host: "198.51.100.7")
        guard case .mergedRequest(let id) = try bench.receive(second) else { throw Unexpected("not merged") }
        #expect(try bench.respond(id, 482, to: second))
        #expect(try bench.respond(first, 200, to: LayerBench.request("OPTIONS")))
        #expect(bench.layer.counters.mergedRequests == 1)
        bench.run(.seconds(33))
        _ = try bench.begin(LayerBench.request("OPTIONS", branch: "z9hG4bKthird"))
    }

    @Test("a request within a dialog, and one with another CSeq, From tag or Call-ID, is no merged one")
    func notMerged() throws {
        let bench = LayerBench()
        _ = try bench.begin(LayerBench.request("OPTIONS"))
        _ = try bench.begin(LayerBench.request("OPTIONS", branch: "z9hG4bK1", toTag: "t"))
        _ = try bench.begin(LayerBench.request("OPTIONS", branch: "z9hG4bK2", cseq: "2 OPTIONS"))
        _ = try bench.begin(LayerBench.request("OPTIONS", branch: "z9hG4bK3", callID: "call-2"))
        _ = try bench.begin(LayerBench.request("OPTIONS", branch: "z9hG4bK4", fromTag: "from-2"))
        _ = try bench.begin(LayerBench.request("MESSAGE", branch: "z9hG4bK5"))
        #expect(bench.layer.counters.mergedRequests == 0)
    }

    @Test("a CANCEL tells the INVITE it belongs to; its own retransmission gets its answer again")
    func cancel() throws {
        let bench = LayerBench()
        let invite = try bench.begin(LayerBench.request("INVITE"))
        let cancel = LayerBench.request("CANCEL", cseq: "1 CANCEL")
        guard case .cancel(let own, matching: invite) = try bench.receive(cancel) else { throw Unexpected("no cancel") }
        #expect(bench.layer.isUnanswered(invite))
        #expect(try bench.respond(own, 200, to: cancel))
        #expect(bench.drainLines() == ["SIP/2.0 200 OK"])
        #expect(try bench.receive(cancel) == .absorbed)
        #expect(bench.drainLines() == ["SIP/2.0 200 OK"])
    }

    @Test("a CANCEL without a transaction to cancel says so")
    func cancelOfNothing() throws {
        let bench = LayerBench()
        guard case .cancel(_, matching: nil) = try bench.receive(LayerBench.request("CANCEL", cseq: "1 CANCEL")) else {
            throw Unexpected("no cancel")
        }
    }

    @Test("a proxy's branch may go on behind our token with the hash for loop detection (RFC 3261 16.6)")
    func branchWithLoopHash() throws {
        let bench = LayerBench()
        let request = LayerBench.request("OPTIONS", branch: bench.layer.makeBranch().string + ".5f3a")
        let id = try bench.layer.send(
            SIPMessage(request).request, over: LayerBench.udp, owner: OwnerToken(4), at: bench.now)
        #expect(try bench.receive(LayerBench.response(200, to: request)) == .response(id, owner: OwnerToken(4)))
    }

    @Test("a response whose branch or method is not that of a request of ours is stray")
    func strayResponses() throws {
        let bench = LayerBench()
        _ = try bench.send("OPTIONS")
        let request = bench.drain()[0]
        let branch = String(try #require(request.firstMatch(of: /branch=([^;\r]+)/)).1)
        let ok = try LayerBench.response(200, to: request)
        for text in [
            ok.replacing("1 OPTIONS", with: "1 INFO"),
            ok.replacing(branch, with: "z9hG4bKforeign"),
            ok.replacing(branch, with: branch.uppercased()),
            ok.replacing(branch, with: String(branch.dropLast())),
            ok.replacing("tdm05", with: "tdm06"),
        ] {
            #expect(try bench.receive(text) == .strayResponse, "\(text)")
        }
        #expect(bench.layer.counters.strayResponses == 5)
    }
}
