import MediaRelay
import MemoryPorts
import TandemKit
import Testing
import Timing

@Suite struct RelaySessionsTests {
    private static let lan = MediaInterface(name: "lan", address: IPAddress(ipv4: 0x0A00_0001), ports: 40_000...40_019)
    private static let wan = MediaInterface(
        name: "wan", address: IPAddress(ipv4: 0x0A00_0002), advertised: IPAddress(ipv4: 0xC633_6401),
        ports: 50_000...50_003)
    private let host = MemoryHost([Self.lan, Self.wan])
    private let sessions: RelaySessions<MemoryHost>
    private let now = seconds(0)

    init() { sessions = RelaySessions(host: host, interfaces: [Self.lan, Self.wan]) }

    private func audio(_ last: UInt32, _ port: UInt16 = 4_000, more: String = "") throws -> SessionDescription {
        try SessionDescription(
            "v=0\r\no=ann 7 1 IN IP4 192.0.2.\(last)\r\ns=-\r\nc=IN IP4 192.0.2.\(last)\r\nt=0 0\r\n"
                + "m=audio \(port) RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\n" + more)
    }

    private func offer(
        _ description: SessionDescription, from tag: String = "a", in name: String = "call",
        _ options: RelayOptions = RelayOptions()
    ) throws -> SessionDescription {
        try sessions.offer(description, from: tag, in: name, options, now: now)
    }

    private func answer(
        _ description: SessionDescription, from tag: String = "b", _ options: RelayOptions = RelayOptions()
    ) throws -> SessionDescription {
        try sessions.answer(description, from: tag, in: "call", options, now: now)
    }

    @Test("each party is shown the relay, nothing of the other's network")
    func rewriting() throws {
        let offered = try offer(audio(1, more: "a=rtcp:4001\r\na=candidate:1 1 UDP 1 192.0.2.1 4000 typ host\r\n"))
        #expect(offered.media[0].port == 40_000)
        #expect(!offered.description.contains("192.0.2.1"))
        #expect(offered.description.contains("c=IN IP4 10.0.0.1\r\n"))
        #expect(offered.description.contains("a=rtpmap:8 PCMA/8000\r\n"))
        let answered = try answer(audio(2))
        #expect(answered.media[0].port == 40_002)
        #expect(!answered.description.contains("192.0.2.2"))
    }

    @Test("what comes in at one party's port leaves from the other's, to where that one said")
    func joined() throws {
        let towardsB = try offer(audio(1)).media[0].port
        let towardsA = try answer(audio(2, 6_000)).media[0].port
        let report = try sessions.query("call")
        let a = try #require(host.index(ofRTPPort: towardsA, in: report))
        let b = try #require(host.index(ofRTPPort: towardsB, in: report))
        #expect(host.port(a).sink == b)
        #expect(host.port(b).sink == a)
        #expect(host.port(a).latch.destination == endpoint(1, 4_000))
        #expect(host.port(b).latch.destination == endpoint(2, 6_000))
        #expect(host.port(b + 1).latch.destination == endpoint(2, 6_001))
    }

    @Test("interfaces are chosen per direction, and the advertised address is written")
    func interfaces() throws {
        var options = RelayOptions()
        options.from = "lan"
        options.towards = "wan"
        let offered = try offer(audio(1), options)
        #expect(offered.media[0].port == 50_000)
        #expect(offered.description.contains("c=IN IP4 198.51.100.1\r\n"))
        #expect(try answer(audio(2)).media[0].port == 40_000)
    }

    @Test("a re-INVITE keeps the ports and moves the media")
    func reINVITE() throws {
        let first = try offer(audio(1))
        _ = try answer(audio(2))
        let opened = host.openCount
        let second = try offer(audio(3, 9_000), from: "b")
        #expect(host.openCount == opened)
        #expect(second.media[0].port == 40_002)
        #expect(try answer(audio(1), from: "a").media[0].port == first.media[0].port)
        let b = try #require(host.index(ofRTPPort: 40_000, in: try sessions.query("call")))
        #expect(host.port(b).latch.destination == endpoint(3, 9_000))
    }

    @Test("a refused offer is rolled back: its ports close, the media go where they went")
    func rollback() throws {
        _ = try offer(audio(1))
        _ = try answer(audio(2))
        let opened = host.openCount
        _ = try offer(audio(5, more: "m=audio 4002 RTP/AVP 8\r\n"), from: "a")
        #expect(host.openCount == opened + 4)
        try sessions.rollback("call", now: now)
        #expect(host.openCount == opened)
        let a = try #require(host.index(ofRTPPort: 40_002, in: try sessions.query("call")))
        #expect(host.port(a).latch.destination == endpoint(1))
    }

    @Test("the first offer rolled back leaves no session and no port")
    func firstRollback() throws {
        _ = try offer(audio(1))
        try sessions.rollback("call", now: now)
        #expect(sessions.count == 0)
        #expect(host.openCount == 0)
    }

    @Test("media that are not audio are refused by port 0, unless they pass")
    func otherMedia() throws {
        let video = try audio(1, more: "m=video 4002 RTP/AVP 96\r\nm=application 4004 UDP/BFCP *\r\n")
        #expect(try offer(video).media.map(\.port) == [40_000, 0, 0])
        var options = RelayOptions()
        options.passes = ["video"]
        #expect(try offer(video, in: "other", options).media.map(\.port) == [40_004, 40_008, 0])
    }

    @Test("a media that the answer refuses gives its ports back")
    func refusedMedia() throws {
        _ = try offer(audio(1, more: "m=audio 4002 RTP/AVP 8\r\n"))
        let answered = try answer(audio(2, more: "m=audio 0 RTP/AVP 8\r\n"))
        #expect(answered.media.map(\.port) == [40_002, 0])
        #expect(host.openCount == 4)
    }

    @Test("a hold by c=0.0.0.0 stays one, and nothing is sent meanwhile")
    func hold() throws {
        _ = try offer(audio(1))
        _ = try answer(audio(2))
        let held = try SessionDescription(
            "v=0\r\no=ann 7 2 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n")
        let seen = try offer(held)
        #expect(seen.isHold)
        let a = try #require(host.index(ofRTPPort: 40_002, in: try sessions.query("call")))
        #expect(host.port(a).latch.destination == nil)
    }

    @Test("a fork's other callee takes the place of the one before")
    func forks() throws {
        _ = try offer(audio(1))
        _ = try answer(audio(2), from: "b1")
        _ = try? sessions.answer(audio(3), from: "b2", in: "call", RelayOptions(), now: now)
        #expect(try sessions.query("call").tags.count == 2)
    }

    @Test("errors leave everything as it was, and name what is wrong")
    func errors() throws {
        #expect(throws: RelayError.unknownSession("none")) {
            _ = try sessions.answer(audio(2), from: "b", in: "none", RelayOptions(), now: now)
        }
        _ = try offer(audio(1))
        #expect(throws: RelayError.mediaCount(offered: 1, answered: 2)) {
            _ = try answer(audio(2, more: "m=audio 4002 RTP/AVP 8\r\n"))
        }
        var options = RelayOptions()
        options.towards = "wan"
        _ = try offer(audio(1), in: "second", options)
        _ = try offer(audio(1), in: "third", options)
        let opened = host.openCount
        #expect(throws: RelayError.noPorts(interface: "wan", free: 0)) {
            _ = try offer(audio(1), in: "fourth", options)
        }
        #expect(host.openCount == opened)
        #expect(sessions.count == 3)
    }

    @Test("when other programs have the ports, the error doesn't say that sessions have them")
    func portsOfOthers() throws {
        var options = RelayOptions()
        options.towards = "wan"
        _ = try offer(audio(1), in: "first", options)
        host.foreignPorts = [50_002]
        let error = try #require(throws: RelayError.self) { _ = try offer(audio(1), in: "second", options) }
        #expect(error == .noPorts(interface: "wan", free: 1))
        #expect("\(error)".contains("though no session has 1 of them: other programs do"))
    }

    @Test("after 10,000 offers without an answer, deleted, nothing is left")
    func nothingLeft() throws {
        for number in 0..<10_000 {
            _ = try offer(audio(1), in: "call \(number)")
            try sessions.delete("call \(number)")
        }
        #expect(sessions.count == 0)
        #expect(host.openCount == 0)
        #expect(host.pools.map(\.takenCount) == [0, 0])
    }

    @Test("an offer without any media is answered by one, and the media come with the next")
    func noMedia() throws {
        let empty = "v=0\r\no=ann 7 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n"
        #expect(try offer(SessionDescription(empty)).media.isEmpty)
        #expect(try answer(SessionDescription(empty)).media.isEmpty)
        #expect(try offer(audio(1)).media.count == 1)
        #expect(try answer(audio(2)).media.count == 1)
        try sessions.delete("call")
        #expect(host.openCount == 0)
    }

    @Test("a description that names the session's own ports gets no media: they would go round for ever")
    func loop() throws {
        func named(_ port: Int) throws -> SessionDescription {
            let text = try audio(1, UInt16(port)).description
            return try SessionDescription(text.split(separator: "192.0.2.1").joined(separator: "10.0.0.1"))
        }
        let towardsB = Int(try offer(audio(1)).media[0].port)
        let towardsA = Int(try answer(audio(2)).media[0].port)
        let report = try sessions.query("call")
        let a = try #require(host.index(ofRTPPort: UInt16(towardsA), in: report))
        for port in [towardsA, towardsB, towardsB - 1, towardsB + 1] {
            #expect(try offer(named(port)).media[0].port == towardsB)
            #expect(host.port(a).latch.destination == nil)
        }
        _ = try offer(named(towardsA + 10))
        #expect(host.port(a).latch.destination?.port == UInt16(towardsA + 10))
    }

    @Test("while drained, calls go on and no new one begins")
    func draining() throws {
        _ = try offer(audio(1))
        sessions.isDraining = true
        _ = try answer(audio(2))
        #expect(throws: RelayError.draining) { _ = try offer(audio(1), in: "new") }
    }
}
