import Glibc
import MediaRelay
import RelayEngine
import ShardLoop
import Sockets
import TandemKit
import Testing
import Timing

@Suite(.serialized) struct RelayShardTests {
    private let loop: ShardLoop
    private let shard: RelayShard
    private let sessions: RelaySessions<RelayShard>
    private static let v4 = IPAddress(ipv4: 0x7F00_0001)
    private static let v6 = IPAddress(ipv6High: 0, low: 1)

    init() throws {
        let ports: ClosedRange<UInt16> = 46_000...46_199
        let interfaces = [
            MediaInterface(name: "v4", address: Self.v4, ports: ports),
            MediaInterface(name: "v6", address: Self.v6, ports: ports),
        ]
        loop = try ShardLoop(waker: LoopWaker())
        shard = RelayShard(loop: loop, interfaces: interfaces)
        sessions = RelaySessions(host: shard, interfaces: interfaces)
    }

    /// Sets up a call between two phones; gives the relay's place for each.
    private func join(_ caller: Phone, _ callee: Phone, _ options: RelayOptions = RelayOptions()) throws -> (
        Endpoint, Endpoint
    ) {
        let offered = try sessions.offer(caller.description(), from: "a", in: "call", options, now: loop.now)
        let answered = try sessions.answer(callee.description(), from: "b", in: "call", RelayOptions(), now: loop.now)
        return (try place(answered), try place(offered))
    }

    private func place(_ description: SessionDescription) throws -> Endpoint {
        let address = try #require(description.connection(of: description.media[0])?.address)
        return Endpoint(address: try #require(IPAddress(address)), port: description.media[0].port)
    }

    /// Runs the relay until it has taken `count` datagrams more, or for a second.
    private func relay(until isDone: () -> Bool) {
        let deadline = MonotonicClock.now() + .seconds(5)
        while !isDone(), MonotonicClock.now() < deadline {
            loop.waker.wake()
            loop.runBatch()
        }
    }

    private func hear(_ phone: Phone) -> [UInt8]? {
        var heard: [UInt8]?
        relay {
            heard = heard ?? phone.receive()
            return heard != nil
        }
        return heard
    }

    @Test("speech and RTCP pass both ways, byte for byte")
    func bothWays() throws {
        let (caller, callee) = (try Phone(Self.v4), try Phone(Self.v4))
        let (forCaller, forCallee) = try join(caller, callee)
        caller.send(rtp(1), to: forCaller)
        #expect(hear(callee) == rtp(1))
        callee.send(rtp(9), to: forCallee)
        #expect(hear(caller) == rtp(9))
        let report: [UInt8] = [0x80, 201, 0, 1, 0, 0, 0, 1]
        caller.control.send(report, to: Endpoint(address: forCaller.address, port: forCaller.port + 1))
        #expect(hear(callee.control) == report)
    }

    @Test("what waits at the sockets when a call is deleted still reaches the other party, both ways, in order")
    func waiting() throws {
        let (caller, callee) = (try Phone(Self.v4), try Phone(Self.v4))
        let (forCaller, forCallee) = try join(caller, callee)
        for number in 1...20 {
            caller.send(rtp(UInt16(number)), to: forCaller)
            callee.send(rtp(UInt16(100 + number)), to: forCallee)
        }
        try sessions.delete("call")
        for number in 1...20 {
            #expect(callee.receive() == rtp(UInt16(number)))
            #expect(caller.receive() == rtp(UInt16(100 + number)))
        }
        #expect(sessions.traffic.packets == 40 && shard.socketCount == 0)
    }

    @Test("a flood that waits at a socket keeps nobody who deletes the call")
    func floodWaiting() throws {
        let (caller, callee) = (try Phone(Self.v4), try Phone(Self.v4))
        let (forCaller, _) = try join(caller, callee)
        for number in 1...100 { caller.send(rtp(UInt16(number)), to: forCaller) }
        try sessions.delete("call")
        var heard = 0
        while callee.receive() != nil { heard += 1 }
        #expect(heard == 64)
    }

    @Test("a party on IPv6 hears one on IPv4")
    func families() throws {
        let (caller, callee) = (try Phone(Self.v6), try Phone(Self.v4))
        var options = RelayOptions()
        options.from = "v6"
        options.towards = "v4"
        let (forCaller, forCallee) = try join(caller, callee, options)
        #expect(forCaller.address.isIPv6)
        caller.send(rtp(1), to: forCaller)
        #expect(hear(callee) == rtp(1))
        callee.send(rtp(2), to: forCallee)
        #expect(hear(caller) == rtp(2))
    }

    @Test("a stranger's flood is counted, changes nothing, and the call goes on")
    func stranger() throws {
        let (caller, callee) = (try Phone(Self.v4), try Phone(Self.v4))
        let thief = try Phone(IPAddress(ipv4: 0x7F00_0002))
        let (forCaller, forCallee) = try join(caller, callee)
        for sequence in 0..<100 { thief.send(rtp(UInt16(sequence)), to: forCaller) }
        for byte in 0..<100 { thief.send([UInt8](repeating: UInt8(byte), count: byte), to: forCallee) }
        caller.send(rtp(1), to: forCaller)
        #expect(hear(callee) == rtp(1))
        callee.send(rtp(2), to: forCallee)
        #expect(hear(caller) == rtp(2))
        #expect(thief.receive() == nil)
        let party = try #require(try sessions.query("call").media[0].parties[0])
        #expect(party.rtp.foreign == 100)
        #expect(party.rtp.packets == 1)
    }

    @Test("once the party was heard, a flood doesn't even fill the socket's queue")
    func flood() throws {
        let (caller, callee) = (try Phone(Self.v4), try Phone(Self.v4))
        let thief = try Phone(IPAddress(ipv4: 0x7F00_0002))
        let (forCaller, _) = try join(caller, callee)
        caller.send(rtp(1), to: forCaller)
        #expect(hear(callee) == rtp(1))
        for sequence in 0..<5_000 { thief.send(rtp(UInt16(sequence)), to: forCaller) }
        caller.send(rtp(2), to: forCaller)
        #expect(hear(callee) == rtp(2))
        #expect(try #require(try sessions.query("call").media[0].parties[0]).rtp.foreign == 0)
    }

    @Test("a re-INVITE moves a party whose old place was settled")
    func moved() throws {
        let (caller, callee, other) = (try Phone(Self.v4), try Phone(Self.v4), try Phone(Self.v4))
        let (forCaller, forCallee) = try join(caller, callee)
        caller.send(rtp(1), to: forCaller)
        #expect(hear(callee) == rtp(1))
        let (moved, _) = try join(other, callee)
        #expect(moved == forCaller)
        other.send(rtp(1), to: forCaller)
        #expect(hear(callee) == rtp(1))
        callee.send(rtp(2), to: forCallee)
        #expect(hear(other) == rtp(2))
    }

    @Test("datagrams that are no media are counted and dropped, even from the party")
    func malformed() throws {
        let (caller, callee) = (try Phone(Self.v4), try Phone(Self.v4))
        let (forCaller, _) = try join(caller, callee)
        for bytes in [[], [0x80], Array(rtp(1)[..<11]), [0x80, 200, 0xFF, 0xFF, 0, 0, 0, 0], [0xFF, 0xFF, 1, 2]]
            as [[UInt8]]
        {
            caller.send(bytes, to: forCaller)
        }
        caller.send(rtp(1), to: forCaller)
        #expect(hear(callee) == rtp(1))
        #expect(try #require(try sessions.query("call").media[0].parties[0]).rtp.malformed == 5)
    }

    @Test("a port that somebody else has is skipped")
    func portInUse() throws {
        let squatter = try Phone(Self.v4, port: 46_001)
        let (caller, callee) = (try Phone(Self.v4), try Phone(Self.v4))
        let (_, forCallee) = try join(caller, callee)
        #expect(forCallee.port == 46_002)
        withExtendedLifetime(squatter) {}
    }

    @Test("20,000 offers without an answer, deleted, leave no socket and no port")
    func nothingLeft() throws {
        let caller = try Phone(Self.v4)
        for number in 0..<20_000 {
            _ = try sessions.offer(caller.description(), from: "a", in: "\(number)", RelayOptions(), now: loop.now)
            try sessions.delete("\(number)")
        }
        #expect(shard.socketCount == 0)
        #expect(sessions.count == 0)
    }

    private func rtp(_ sequence: UInt16) -> [UInt8] {
        [0x80, 8, UInt8(sequence >> 8), UInt8(sequence & 0xFF), 0, 0, 0, 1, 0, 0, 0, 7]
            + [UInt8](repeating: 0xD5, count: 160)
    }
}
