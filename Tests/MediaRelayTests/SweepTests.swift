import MediaRelay
import MemoryPorts
import TandemKit
import Testing
import Timing

@Suite struct SweepTests {
    private static let interface = MediaInterface(
        name: "lan", address: IPAddress(ipv4: 0x0A00_0001), ports: 40_000...40_019)
    private let host = MemoryHost([Self.interface])
    private let sessions: RelaySessions<MemoryHost>

    init() { sessions = RelaySessions(host: host, interfaces: [Self.interface]) }

    private func begin(connection: UInt64?, isAnswered: Bool = true) throws {
        func audio(_ last: Int) throws -> SessionDescription {
            try SessionDescription(
                "v=0\r\no=- 1 1 IN IP4 192.0.2.\(last)\r\ns=-\r\nc=IN IP4 192.0.2.\(last)\r\nt=0 0\r\n"
                    + "m=audio 4000 RTP/AVP 8\r\n")
        }
        let options = RelayOptions()
        _ = try sessions.offer(audio(1), from: "a", in: "call", options, connection: connection, now: seconds(0))
        if isAnswered { _ = try sessions.answer(audio(2), from: "b", in: "call", options, now: seconds(0)) }
    }

    private func events(at time: Double) -> [RelayEvent] { sessions.sweep(now: seconds(time)).map(\.event) }

    @Test("a session whose owner has gone lives for 60 s, and longer when it is adopted")
    func owners() throws {
        try begin(connection: 1)
        sessions.disown(1, now: seconds(10))
        _ = events(at: 69)
        #expect(sessions.count == 1)
        try sessions.adopt("call", by: 2)
        _ = events(at: 1_000)
        #expect(sessions.count == 1)
        sessions.disown(1, now: seconds(1_000))
        sessions.disown(2, now: seconds(1_000))
        #expect(events(at: 1_060) == [RelayEvent(session: "call", .abandoned)])
        #expect(sessions.count == 0)
        #expect(host.openCount == 0)
    }

    @Test("a first offer that nobody answers gives its ports back", arguments: [UInt64?.none, 1])
    func unanswered(_ connection: UInt64?) throws {
        try begin(connection: connection, isAnswered: false)
        #expect(events(at: 599).isEmpty)
        #expect(events(at: 600).map(\.kind) == [.abandoned])
        #expect(host.openCount == 0)
    }

    @Test("silence is told after 30 s, for RTP and RTCP apart, and ends nothing")
    func silence() throws {
        try begin(connection: 1)
        #expect(events(at: 29).isEmpty)
        let told = events(at: 30)
        #expect(told.count == 4)
        #expect(told.allSatisfy { $0.kind == .silent })
        #expect(Set(told.map(\.isControl)) == [true, false])
        #expect(events(at: 31).isEmpty)
        #expect(sessions.count == 1)
    }

    @Test("who is heard again is told too")
    func heardAgain() throws {
        try begin(connection: 1)
        _ = events(at: 30)
        let pair = try #require(try sessions.query("call").media[0].parties[1]).pair
        host.hear(pair.rtp, from: endpoint(2), at: seconds(31))
        #expect(
            events(at: 32) == [
                RelayEvent(session: "call", .firstPacket, party: 1), RelayEvent(session: "call", .heardAgain, party: 1),
            ])
        #expect(events(at: 61).map(\.kind) == [.silent])
    }

    @Test("a client without connection is forgotten after an hour of silence, not while media flow")
    func forgotten() throws {
        try begin(connection: nil)
        let pair = try #require(try sessions.query("call").media[0].parties[1]).pair
        host.hear(pair.rtp, from: endpoint(2), at: seconds(3_000))
        _ = events(at: 6_599)
        #expect(sessions.count == 1)
        _ = events(at: 6_600)
        #expect(sessions.count == 0)
    }
}
