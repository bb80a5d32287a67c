import SIPTransaction
import ShardLoop
import TandemKit
import Testing

@testable import SIPTransport

struct DatagramTests {
    @Test(
        "A datagram is delivered with its sender, and an answer to that flow comes from the listener",
        arguments: [TransportBed.loopback, TransportBed.loopback6])
    func toAndFro(address: IPAddress) throws {
        let bed = try TransportBed()
        let place = try bed.listen(.udp, listener: 3, at: address)
        let peer = Peer(datagramsAt: address)
        peer.send("hello", to: place)
        #expect(bed.run { !bed.received.isEmpty })
        let flow = Flow(listener: 3, transport: .udp, remote: peer.endpoint)
        #expect(bed.received == [.init(text: "hello", flow: flow)])
        #expect(bed.send("answer", to: flow) == .accepted(connection: 0))
        let answer = try #require(peer.receive())
        #expect(answer.text == "answer" && answer.from == place)
        #expect(bed.transport.counters.datagramsReceived == 1)
        #expect(bed.transport.counters.datagramsSent == 1)
    }

    @Test("IPv4 and IPv6 listeners share a port number")
    func bothFamilies() throws {
        let bed = try TransportBed()
        let v4 = try bed.listen(.udp, listener: 0)
        let v6 = Endpoint(address: TransportBed.loopback6, port: v4.port)
        try bed.transport.add(try #require(try ListeningSocket.open(.udp, at: v6).first), listener: 1)
        Peer(datagramsAt: TransportBed.loopback6).send("six", to: v6)
        Peer().send("four", to: v4)
        #expect(bed.run { bed.received.count == 2 })
        #expect(Set(bed.received.map { "\($0.text) \($0.flow.listener)" }) == ["six 1", "four 0"])
    }

    @Test("An IPv6 wildcard listener leaves IPv4 to others")
    func wildcards() throws {
        let six = Endpoint(address: IPAddress(ipv6High: 0, low: 0), port: 0)
        let socket = try #require(try ListeningSocket.open(.udp, at: six).first)
        let four = Endpoint(address: IPAddress(ipv4: 0), port: socket.endpoint.port)
        #expect(throws: Never.self) { try ListeningSocket.open(.udp, at: four) }
    }

    @Test(
        "Datagrams that keep a NAT binding open are counted and not delivered",
        arguments: ["", "\r\n\r\n", "\r\n", "\0"])
    func keepAlives(text: String) throws {
        let bed = try TransportBed()
        let place = try bed.listen(.udp)
        let peer = Peer()
        peer.send(text, to: place)
        peer.send("\r\nhello", to: place)
        #expect(bed.run { !bed.received.isEmpty })
        #expect(bed.received.map(\.text) == ["\r\nhello"])
        #expect(bed.transport.counters.datagramsIgnored == 1)
    }

    @Test("One batch reads a bounded number of datagrams, and the next one goes on")
    func batchBound() throws {
        var limits = TransportLimits()
        limits.datagramsPerBatch = 3
        let bed = try TransportBed(limits: limits)
        let place = try bed.listen(.udp)
        let peer = Peer()
        for number in 0..<7 { peer.send("\(number)", to: place) }
        bed.loop.runBatch()
        #expect(bed.received.count == 3)
        #expect(bed.run { bed.received.count == 7 })
        #expect(bed.received.map(\.text) == (0..<7).map(String.init))
    }

    @Test(
        "A peer that nobody listens at is told as refused, with its flow",
        arguments: [TransportBed.loopback, TransportBed.loopback6])
    func portUnreachable(address: IPAddress) throws {
        let bed = try TransportBed()
        _ = try bed.listen(.udp, at: address)
        let gone = Peer(datagramsAt: address).endpoint
        let flow = Flow(listener: 0, transport: .udp, remote: gone)
        #expect(bed.send("hello", to: flow) == .accepted(connection: 0))
        #expect(bed.run { !bed.failed.isEmpty })
        #expect(bed.failed == [.init(failure: .refused, flow: flow)])
        #expect(bed.transport.counters.icmpErrors == 1)
    }

    @Test("The pending error of one peer doesn't keep a datagram from another")
    func errorOfAnotherPeer() throws {
        let bed = try TransportBed()
        let place = try bed.listen(.udp)
        let gone = Peer().endpoint
        let peer = Peer()
        for _ in 0..<3 {
            #expect(bed.send("x", to: Flow(listener: 0, transport: .udp, remote: gone)) == .accepted(connection: 0))
            #expect(
                bed.send("y", to: Flow(listener: 0, transport: .udp, remote: peer.endpoint)) == .accepted(connection: 0)
            )
        }
        for _ in 0..<3 { #expect(peer.receive()?.text == "y") }
        peer.send("hello", to: place)
        #expect(bed.run { !bed.received.isEmpty && !bed.failed.isEmpty })
        #expect(bed.failed.allSatisfy { $0.flow.remote == gone })
    }

    @Test("A message that no datagram can carry fails at once")
    func tooLong() throws {
        let bed = try TransportBed()
        _ = try bed.listen(.udp)
        let flow = Flow(listener: 0, transport: .udp, remote: Peer().endpoint)
        #expect(bed.send(String(repeating: "x", count: 65_508), to: flow) == .failed(.messageTooLong))
        #expect(bed.transport.counters.datagramsFailed == 1)
    }

    @Test("A flow whose listener doesn't exist, or has no such addresses, fails at once")
    func noListener() throws {
        let bed = try TransportBed()
        _ = try bed.listen(.udp, listener: 2)
        let four = Endpoint(address: TransportBed.loopback, port: 9)
        let six = Endpoint(address: TransportBed.loopback6, port: 9)
        for (listener, remote) in [(0, four), (1, four), (3, four), (2, six)] as [(UInt16, Endpoint)] {
            let flow = Flow(listener: listener, transport: .udp, remote: remote)
            #expect(bed.send("x", to: flow) == .failed(.noListener))
        }
    }

    @Test("The sockets of several shards share a port; each datagram reaches one of them")
    func sharedPort() throws {
        let anyPort = Endpoint(address: TransportBed.loopback, port: 0)
        let sockets = try ListeningSocket.open(.udp, at: anyPort, shards: 3)
        #expect(Set(sockets.map(\.endpoint)).count == 1)
        let beds = try sockets.map { socket in
            let bed = try TransportBed()
            try bed.transport.add(socket, listener: 0)
            return bed
        }
        let peers = (0..<60).map { _ in Peer() }
        for peer in peers { peer.send("x", to: sockets[0].endpoint) }
        for bed in beds { #expect(bed.run { bed.received.count > 5 }) }
        #expect(beds.map(\.received.count).reduce(0, +) == 60)
    }

    @Test("Closing ends the reading, and lets the port go")
    func close() throws {
        let bed = try TransportBed()
        let place = try bed.listen(.udp)
        bed.transport.close()
        #expect(bed.loop.watchCount == 0)
        #expect(throws: Never.self) { try ListeningSocket.open(.udp, at: place) }
    }
}
