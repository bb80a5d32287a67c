public import MediaRelay
public import TandemKit
public import Timing

/// Ports without sockets: what the simulation and the tests of the sessions use.
public final class MemoryHost: MediaPortHost {
    /// The ports of each interface.
    public var pools: [PortPool]
    /// The open ports by index.
    public private(set) var ports: [Int32: MediaPort] = [:]
    /// What is expected of them.
    public private(set) var expected: [Int32: MediaExpectation] = [:]
    /// Whether a pair that is closed stays taken: the fault that a simulation has to find.
    public var leaksPorts = false
    /// RTP ports that another program has.
    public var foreignPorts: Set<UInt16> = []
    private var next: Int32 = 0

    /// All ports of the interfaces are free.
    public init(_ interfaces: [MediaInterface]) { pools = interfaces.map { PortPool($0.ports) } }

    /// Ports open now.
    public var openCount: Int { ports.count }

    /// Opens the next pair.
    public func openPair(on interface: Int, policy: LatchPolicy, now: Timestamp) -> MediaPortPair? {
        guard let number = pools[interface].take({ !foreignPorts.contains($0) }) else { return nil }
        next += 2
        ports[next] = MediaPort(isControl: false, policy: policy, now: now)
        ports[next + 1] = MediaPort(isControl: true, policy: policy, now: now)
        return MediaPortPair(rtp: next, rtcp: next + 1, number: number, interface: interface)
    }

    /// Pairs that an interface has left.
    public func pairsFree(on interface: Int) -> Int { pools[interface].pairCount - pools[interface].takenCount }

    /// Nothing waits here: what comes in has been taken.
    public func relayWaiting(at pair: MediaPortPair) {}

    /// Closes a pair, which is open.
    public func close(_ pair: MediaPortPair) {
        precondition(ports.removeValue(forKey: pair.rtp) != nil, "a port is closed once")
        ports[pair.rtcp] = nil
        if !leaksPorts { pools[pair.interface].giveBack(pair.number) }
    }

    /// Joins two open ports.
    public func join(_ one: Int32, _ other: Int32) {
        ports[one]?.sink = other
        ports[other]?.sink = one
    }

    /// Notes what an open port expects.
    public func expect(_ port: Int32, _ expectation: MediaExpectation, now: Timestamp) {
        precondition(ports[port] != nil, "only an open port expects something")
        expected[port] = expectation
        ports[port]?.latch.expect(
            expectation.endpoint, signalledFrom: expectation.signallingAddress, policy: expectation.policy, now: now)
    }

    /// An open port.
    public func port(_ index: Int32) -> MediaPort {
        guard let port = ports[index] else { preconditionFailure("port \(index) is closed") }
        return port
    }

    /// Has a port receive an RTP packet.
    public func hear(_ port: Int32, from source: Endpoint, at now: Timestamp) {
        let packet: [UInt8] = [0x80, 8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0xD5]
        _ = packet.withUnsafeBytes { ports[port]?.receive($0, from: source, at: now) }
    }

    /// The open RTP port with a number.
    public func index(ofRTPPort number: UInt16, in report: RelayReport) -> Int32? {
        for media in report.media {
            for party in media.parties.compactMap(\.self) where party.pair.number == number { return party.pair.rtp }
        }
        return nil
    }
}
