import MediaRelay
import MemoryPorts
import RelayControl
import TandemKit
import Testing
import Timing

@Suite struct RelayServerTests {
    private static let interfaces = [
        MediaInterface(name: "lan", address: IPAddress(ipv4: 0x0A00_0001), ports: 40_000...40_099),
        MediaInterface(name: "wan", address: IPAddress(ipv4: 0x0A00_0002), ports: 50_000...50_099),
    ]
    private let host = MemoryHost(Self.interfaces)
    private let server: RelayServer<MemoryHost>
    private let sessions: RelaySessions<MemoryHost>
    private static let sdp =
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n"

    init() {
        sessions = RelaySessions(host: host, interfaces: Self.interfaces)
        let place = RelayPlace(thread: 1, threads: 4, process: 77, begun: Timestamp(nanoseconds: 1_000_000_000))
        server = RelayServer(sessions: sessions, census: SessionCensus(), place: place)
    }

    private func time(_ seconds: UInt64) -> Timestamp { Timestamp(nanoseconds: (1 + seconds) * 1_000_000_000) }

    private func ask(_ command: RelayCommand, connection: UInt64 = 1, at seconds: UInt64 = 0) -> RelayReply {
        guard case .reply(9, let reply) = server.receive(command, number: 9, from: connection, now: time(seconds))
        else {
            return .refused("the reply has another number")
        }
        return reply
    }

    private func offer(_ session: String, _ options: RelayOptions = RelayOptions(), sdp: String = sdp) -> RelayReply {
        ask(.offer(session: session, from: "a", description: Array(sdp.utf8), options))
    }

    private func status(at seconds: UInt64 = 0) throws -> RelayStatus {
        guard case .status(let status) = ask(.status(thread: 1), at: seconds) else { throw NoStatus() }
        return status
    }

    private struct NoStatus: Error {}

    @Test("interfaces are chosen by name; an unknown name is refused and leaves nothing behind")
    func byName() throws {
        var options = RelayOptions()
        options.towards = "wan"
        _ = offer("one", options)
        #expect(host.pools.map(\.takenCount) == [1, 1])
        options.from = "moon"
        #expect(offer("two", options) == .refused(RelayError.unknownInterface("moon").description))
        #expect(sessions.count == 1)
        #expect(host.pools.map(\.takenCount) == [1, 1])
    }

    @Test("a status has the thread's place, its sessions, ports and time")
    func facts() throws {
        _ = offer("one")
        let status = try status(at: 5)
        #expect((status.thread, status.threads, status.process) == (1, 4, 77))
        #expect(status.uptime == 5_000)
        #expect(status.sessions == 1)
        #expect(
            status.interfaces == [
                .init(name: "lan", pairsInUse: 2, pairsFree: 48), .init(name: "wan", pairsInUse: 0, pairsFree: 50),
            ])
    }

    @Test("packets of ended sessions, of rolled back media and of living ones are in the sum")
    func traffic() throws {
        for name in ["one", "two"] {
            _ = offer(name)
            let pair = try #require(try sessions.query(name).media[0].parties[0]).pair
            host.hear(pair.rtp, from: Endpoint(address: IPAddress(ipv4: 0xC000_0201), port: 4_000), at: time(1))
            host.hear(pair.rtp, from: Endpoint(address: IPAddress(ipv4: 0xC000_0299), port: 4_000), at: time(1))
        }
        _ = ask(.delete(session: "one"))
        let traffic = try status().traffic
        #expect((traffic.packets, traffic.foreign, traffic.bytes) == (2, 2, 26))
        _ = ask(.rollback(session: "two"))
        #expect(try status().traffic == traffic)
        #expect(try status().sessions == 0)
        #expect(sessions.pairsInUse(on: 0) == 0)
    }

    @Test("a drained thread says so, refuses new sessions and answers for those that are up")
    func drain() throws {
        _ = offer("one")
        #expect(ask(.drain(thread: 1, isDraining: true)) == .done)
        #expect(try status().isDraining)
        #expect(offer("two") == .refused(RelayError.draining.description))
        guard case .figures = ask(.delete(session: "one")) else { throw NoStatus() }
        #expect(ask(.drain(thread: 1, isDraining: false)) == .done)
        guard case .description = offer("two") else { throw NoStatus() }
    }

    @Test("names and descriptions beyond the bounds are refused")
    func bounds() {
        #expect(offer(String(repeating: "x", count: 513)) == .refused(RelayError.nameTooLong(limit: 512).description))
        let long = Self.sdp + String(repeating: "a=x\r\n", count: 20_000)
        #expect(offer("one", sdp: long) == .unacceptable(RelayError.descriptionTooLong(limit: 65_536).description))
        #expect(sessions.count == 0)
    }

    @Test("a list that doesn't fit in a message is refused; in parts it is whole, each name once")
    func parts() throws {
        let interfaces = [MediaInterface(name: "lan", address: IPAddress(ipv4: 1), ports: 1_024...65_535)]
        let host = MemoryHost(interfaces)
        let sessions = RelaySessions(host: host, interfaces: interfaces)
        let server = RelayServer(sessions: sessions, census: SessionCensus())
        func ask(_ command: RelayCommand) -> RelayReply? {
            guard case .reply(_, let reply) = server.receive(command, number: 1, from: 1, now: time(0)) else {
                return nil
            }
            return reply
        }
        for number in 0..<500 {
            let name = String(repeating: "n", count: 400) + "\(number)"
            _ = ask(.offer(session: name, from: "a", description: Array(Self.sdp.utf8), RelayOptions()))
        }
        guard case .refused = ask(.list(thread: 0)) else { throw NoStatus() }
        guard case .status(let status) = ask(.status(thread: 0)) else { throw NoStatus() }
        var names: [String] = []
        for part in 0..<status.listParts {
            guard case .sessions(let some) = ask(.list(thread: 0, part: part, of: status.listParts)) else {
                throw NoStatus()
            }
            names += some
        }
        #expect(Set(names).count == 500 && names.count == 500)
    }

    @Test("100,000 offers that nobody answers, of owners that stay or go, leave nothing behind")
    func unanswered() throws {
        var most = 0
        for number in 0..<100_000 {
            let now = Timestamp(nanoseconds: 1_000_000_000 * UInt64(number + 1))
            let offer = RelayCommand.offer(
                session: "\(number)", from: "a", description: Array(Self.sdp.utf8), RelayOptions())
            _ = server.receive(offer, number: 1, from: UInt64(number), now: now)
            if number % 2 == 0 { server.disconnect(UInt64(number), now: now) }
            if number % 30 == 0 { _ = server.sweep(now: now) }
            most = max(most, sessions.count)
        }
        #expect(most == 25, "as many as there are ports")
        _ = server.sweep(now: time(200_000))
        #expect(sessions.count == 0)
        #expect(host.pools.map(\.takenCount) == [0, 0])
        #expect(host.openCount == 0)
    }
}
