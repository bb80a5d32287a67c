import CLinux
import Glibc
import MediaRelay
import ShardLoop
import Sockets
import TandemKit
import Timing

/// The sockets of one relay thread: receives, judges and sends on packets, and owns the ports of the sessions.
///
/// The sockets are the loop's crowd: a packet passes no table of watches. Used on the loop's thread.
public final class RelayShard: MediaPortHost, DescriptorCrowd, LoopMember {
    /// The largest datagram that passes, in bytes: no medium has larger ones on an Ethernet, jumbo frames included.
    static let datagramByteLimit = 9_216

    /// Most datagrams of a socket that are relayed before it is closed: those of more than a second of speech.
    static let waitingLimit = 64

    /// How often silent parties are looked for.
    static let sweepInterval = TimeInterval.seconds(1)

    private let interfaces: [MediaInterface]
    private let codePoint: UInt8
    private let pools: [SharedPortPool]
    private var table = SocketTable()
    private var nextSweep: Timestamp
    private unowned let loop: ShardLoop
    private let buffer: UnsafeMutableRawBufferPointer

    /// A shard without ports, watched by `loop`. What it sends is marked with `codePoint` (RFC 2474).
    public convenience init(loop: ShardLoop, interfaces: [MediaInterface], codePoint: UInt8 = 46) {
        self.init(loop: loop, interfaces: interfaces, pools: SharedPortPool.all(of: interfaces), codePoint: codePoint)
    }

    /// A shard that shares the interfaces' ports with others.
    init(loop: ShardLoop, interfaces: [MediaInterface], pools: [SharedPortPool], codePoint: UInt8) {
        self.loop = loop
        self.interfaces = interfaces
        self.codePoint = codePoint
        self.pools = pools
        nextSweep = loop.now + Self.sweepInterval
        buffer = .allocate(byteCount: Self.datagramByteLimit, alignment: 16)
        loop.setCrowd(self)
        loop.add(self)
    }

    deinit { buffer.deallocate() }

    /// Sockets open now.
    public var socketCount: Int { table.openCount }

    /// Relays what the ready sockets have: one datagram of each.
    public func ready(_ events: UnsafeBufferPointer<epoll_event>, now: Timestamp) {
        let records = table.records
        for event in events {
            guard let index = CrowdEvent.number(event) else { continue }
            Self.relay(records, Int(index), buffer, now)
        }
    }

    /// Takes one datagram from a socket and sends it out of the sink's; false when none waited.
    @inline(__always) @discardableResult
    private static func relay(
        _ records: UnsafeMutablePointer<SocketTable.Record>, _ index: Int, _ buffer: UnsafeMutableRawBufferPointer,
        _ now: Timestamp
    ) -> Bool {
        let record = records + index
        var address = SocketAddress()
        let descriptor = record.pointee.descriptor
        let count = address.write { recvfrom(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_TRUNC), $0, $1) }
        // A connected socket tells of its party's closed port in place of a datagram.
        guard count >= 0 else { return errno == ECONNREFUSED }
        guard count <= buffer.count, let source = address.endpoint else { return true }
        let datagram = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        let verdict = record.pointee.port.receive(datagram, from: source, at: now)
        guard verdict != .drop else { return true }
        if verdict == .latch { latch(record, to: address) }
        let sink = record.pointee.port.sink
        guard sink >= 0, case let out = records + Int(sink), out.pointee.hasDestination else {
            record.pointee.port.unsent &+= 1
            return true
        }
        let outDescriptor = out.pointee.descriptor
        let sent =
            out.pointee.isConnected
            ? send(outDescriptor, datagram.baseAddress, count, 0)
            : out.pointee.destination.read { sendto(outDescriptor, datagram.baseAddress, count, 0, $0, $1) }
        if sent != count { record.pointee.port.unsent &+= 1 }
        return true
    }

    /// Relays what waits at sockets that are about to be closed.
    public func relayWaiting(at pair: MediaPortPair) {
        for index in [pair.rtp, pair.rtcp] {
            let sink = table.records[Int(index)].port.sink
            guard sink >= 0, table.records[Int(sink)].hasDestination else { continue }
            var left = Self.waitingLimit
            while left > 0, Self.relay(table.records, Int(index), buffer, loop.now) { left -= 1 }
        }
    }

    /// Sends a party's media to where it was heard from. Once that is the place that was signalled, the kernel is told:
    /// a stranger's flood then doesn't even reach the socket's queue, and no route is looked up per packet.
    @inline(never)
    private static func latch(_ record: UnsafeMutablePointer<SocketTable.Record>, to address: SocketAddress) {
        record.pointee.destination = address
        record.pointee.hasDestination = true
        guard record.pointee.port.latch.isFinal else { return }
        let descriptor = record.pointee.descriptor
        record.pointee.isConnected = address.read { connect(descriptor, $0, $1) } == 0
    }

    /// Lets anybody's packets in again, for the latch to judge.
    private static func disconnect(_ record: UnsafeMutablePointer<SocketTable.Record>) {
        guard record.pointee.isConnected else { return }
        record.pointee.isConnected = false
        var nobody = sockaddr()
        nobody.sa_family = sa_family_t(AF_UNSPEC)
        connect(record.pointee.descriptor, &nobody, socklen_t(MemoryLayout<sockaddr>.size))
    }

    /// When silent parties are looked for next.
    public var nextDeadline: Timestamp? { nextSweep }

    /// Looks for silent parties.
    public func fireTimers(now: Timestamp) {
        guard now >= nextSweep else { return }
        nextSweep = now + Self.sweepInterval
        for index in 0..<table.count where table.records[index].isConnected {
            let record = table.records + index
            // Behind a NAT that forgot it, a silent party may come back from another port.
            if record.pointee.port.latch.isSilent(at: now) { Self.disconnect(record) }
        }
    }

    /// Opens a pair of sockets in the interface's range.
    public func openPair(on interface: Int, policy: LatchPolicy, now: Timestamp) -> MediaPortPair? {
        let address = interfaces[interface].address
        var descriptors: (Int32, Int32) = (-1, -1)
        let number = pools[interface].take { port in
            let (first, second) = (
                Endpoint(address: address, port: port), Endpoint(address: address, port: port + 1)
            )
            guard let rtp = MediaSocket.open(first, codePoint: codePoint) else { return false }
            guard let rtcp = MediaSocket.open(second, codePoint: codePoint) else {
                Glibc.close(rtp)
                return false
            }
            descriptors = (rtp, rtcp)
            return true
        }
        guard let number else { return nil }
        let rtp = add(descriptors.0, MediaPort(isControl: false, policy: policy, now: now))
        let rtcp = add(descriptors.1, MediaPort(isControl: true, policy: policy, now: now))
        guard let rtp, let rtcp else {
            if let rtp { table.remove(rtp) }
            if let rtcp { table.remove(rtcp) }
            pools[interface].giveBack(number)
            return nil
        }
        return MediaPortPair(rtp: rtp, rtcp: rtcp, number: number, interface: interface)
    }

    private func add(_ descriptor: Int32, _ port: MediaPort) -> Int32? {
        guard let index = table.add(descriptor, port) else {
            Glibc.close(descriptor)
            return nil
        }
        guard loop.watchInCrowd(descriptor, number: UInt32(index)) else {
            table.remove(index)
            return nil
        }
        return index
    }

    /// Pairs that an interface has left for this shard and those it shares with.
    public func pairsFree(on interface: Int) -> Int { pools[interface].freeCount }

    /// Closes both sockets; what was still in their queues beyond `waitingLimit` is lost.
    public func close(_ pair: MediaPortPair) {
        table.remove(pair.rtp)
        table.remove(pair.rtcp)
        pools[pair.interface].giveBack(pair.number)
    }

    /// Has what comes in at one socket leave from the other, and the reverse.
    public func join(_ one: Int32, _ other: Int32) {
        table.records[Int(one)].port.sink = other
        table.records[Int(other)].port.sink = one
    }

    /// Sends a party's media to where its description says, unless it was heard from elsewhere since.
    public func expect(_ port: Int32, _ expectation: MediaExpectation, now: Timestamp) {
        let record = table.records + Int(port)
        record.pointee.port.clockRate = expectation.clockRate
        record.pointee.port.latch.expect(
            expectation.endpoint, signalledFrom: expectation.signallingAddress, policy: expectation.policy, now: now)
        let destination = record.pointee.port.latch.destination
        if destination != record.pointee.destination.endpoint { Self.disconnect(record) }
        record.pointee.hasDestination = destination != nil
        if let destination { record.pointee.destination = SocketAddress(destination) }
    }

    /// What a socket has seen until now.
    public func port(_ index: Int32) -> MediaPort { table.records[Int(index)].port }
}
