import CallControl
import SIPTransaction
import TandemKit
import Testing
import Timing

@Suite("Unknown sources, and known ones that send too much")
struct StrangerTests {
    private static func invite(_ number: Int) -> String {
        Party.invite(branch: "z9hG4bKn\(number)", tag: "t\(number)", callID: "c\(number)")
    }

    @Test("F87: an unknown source gets ten answers in a second, then none; a second later it gets some again")
    func answersAreBounded() {
        let bench = EngineBench(unknown: .status(403))
        func answered(_ numbers: Range<Int>) -> Int {
            numbers.count { !bench.receive(Self.invite($0), from: 9).isEmpty }
        }
        #expect(answered(0..<50) == 10)
        #expect(bench.engine.counters.silencedSources == 40 && bench.engine.counters.unknownSources == 50)
        bench.wait(milliseconds: 1_000)
        #expect(answered(50..<100) == 10)
    }

    @Test(
        "F87: in the tarpit an INVITE gets 100 at once and 403 after half a minute; what is sent again gets nothing"
    )
    func tarpit() throws {
        let bench = EngineBench(unknown: .tarpit)
        #expect(bench.receive(Self.invite(1), from: 9).startLines == ["SIP/2.0 100 Trying"])
        #expect(bench.receive(Self.invite(1), from: 9).isEmpty)
        #expect(bench.engine.layer.count == 0 && bench.engine.callCount == 0)
        #expect(bench.wait(milliseconds: 29_000).isEmpty)
        let late = bench.wait(milliseconds: 1_000)
        #expect(late.startLines == ["SIP/2.0 403 Unknown Source"])
        #expect(late.first?.field("Call-ID") == "c1" && late.first?.listener == 9)
        #expect(bench.engine.nextDeadline == nil)
    }

    @Test("The tarpit holds no more than it may, and nothing that was made long on purpose")
    func tarpitIsBounded() {
        let bench = EngineBench(limits: CallLimits(tarpit: 3), unknown: .tarpit)
        let held = (0..<10).count { !bench.receive(Self.invite($0), from: 9).isEmpty }
        #expect(held == 3)
        #expect(bench.wait(milliseconds: 30_000).count == 3)
        let long = Self.invite(20).replacing("tag=t20", "tag=" + String(repeating: "x", count: 3_000))
        #expect(bench.receive(long, from: 9).isEmpty)
        #expect(bench.engine.nextDeadline == nil)
    }

    @Test(
        "F87: a source that sends more than requests-per-source gets 503 with Retry-After, in the B2BUA and in the proxy",
        arguments: [SignallingMode.b2bua, .proxy])
    func rate(mode: SignallingMode) {
        let bench = EngineBench(mode: mode, requestsPerSource: 4)
        var told: [CallRefusal] = []
        bench.engine.observeRefusal = { told.append($0) }
        let sent = (0..<10).map { bench.receive(Self.invite($0), from: 0) }
        #expect(sent.count { $0.to(1).first("INVITE") != nil } == 4)
        #expect(
            sent[9].last?.startLine == "SIP/2.0 503 Service Unavailable" && sent[9].last?.field("Retry-After") == "5")
        #expect(bench.engine.counters.hastyRequests == 6 && told == Array(repeating: .sourceTooFast, count: 6))
        bench.wait(milliseconds: 250)
        #expect(bench.receive(Self.invite(20), from: 0).to(1).first("INVITE") != nil)
    }

    @Test("What is sent again and what belongs to a call are not counted")
    func callsAreLeftAlone() throws {
        let bench = EngineBench(requestsPerSource: 1)
        let call = bench.establish()
        for _ in 0..<3 { bench.receive(Party.invite(), from: 0) }
        #expect(bench.engine.counters.hastyRequests == 0)
        #expect(bench.receive(Self.invite(2), from: 0).last?.startLine == "SIP/2.0 503 Service Unavailable")
        let bye = bench.receive(Party.callerRequest("BYE", in: call.ok, cseq: 2, branch: "z9hG4bKbye"), from: 0)
        #expect(bye.to(1).first("BYE") != nil)
    }

    @Test("Shards count a source together; an IPv6 network of 64 bits is one source, another trunk's count another")
    func sharedTable() throws {
        let rates = SourceRates(capacity: 64, key: (1, 2))
        let now = Timestamp(nanoseconds: 5_000_000_000)
        func admitted(_ address: String, realm: UInt64 = 1) throws -> Bool {
            rates.admits(try #require(IPAddress(address)), realm: realm, perSecond: 2, at: now)
        }
        #expect(try admitted("2001:db8::1") && admitted("2001:db8::2:3") && !admitted("2001:db8::4"))
        #expect(try admitted("2001:db8:0:1::1") && admitted("2001:db8::4", realm: 2))
        let benches = [1, 2].map { EngineBench(shard: $0, requestsPerSource: 1, sources: rates) }
        #expect(benches[0].receive(Self.invite(1), from: 0).to(1).first("INVITE") != nil)
        #expect(benches[1].receive(Self.invite(2), from: 0).to(1).isEmpty)
    }

    @Test("A table that more sources use than it has places for never grows; the quietest of a few gives way")
    func crowded() {
        let rates = SourceRates(capacity: 8, key: (1, 2))
        let now = Timestamp(nanoseconds: 5_000_000_000)
        let busy = IPAddress(ipv4: 1)
        for _ in 0..<10 { _ = rates.admits(busy, realm: 1, perSecond: 10, at: now) }
        #expect(!rates.admits(busy, realm: 1, perSecond: 10, at: now))
        for source in 2..<1_000 { _ = rates.admits(IPAddress(ipv4: UInt32(source)), realm: 1, perSecond: 10, at: now) }
        #expect(!rates.admits(busy, realm: 1, perSecond: 10, at: now), "who sends most keeps its place")
    }
}
