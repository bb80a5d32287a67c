import SIPTransaction
import TandemKit
import Timing

/// A message under way.
struct Packet {
    var source: Endpoint
    var destination: Endpoint
    var transport: TransportProtocol
    var bytes: [UInt8]
}

/// Something with an address on the simulated network.
protocol NetworkNode: AnyObject {
    /// A message has arrived.
    func receive(_ packet: Packet)
    /// A stream to `remote` has broken: what was sent to it lately may be lost.
    func streamBroke(to remote: Endpoint)
}

/// How badly datagrams fare. Streams only have the delay, and keep their order.
struct Weather {
    var lossPercent = 0
    var duplicationPercent = 0
    /// Shortest and longest delay in milliseconds; a wide range is what reorders.
    var delay: ClosedRange<Int> = 1...5
    /// Chance, per message over a stream, that the stream breaks and takes the message with it.
    var breakPerMille = 0
}

/// Virtual time, and packets and timers in it: nothing happens but what is in the queue, in one order.
final class SimulatedNetwork {
    private(set) var now = Timestamp(nanoseconds: 1_000_000_000)
    var weather: Weather
    private(set) var sentCount = 0
    private var random: SeededRandom
    private var queue = EventQueue()
    private var nodes: [Endpoint: any NetworkNode] = [:]
    /// When the last message of a stream arrives: the next may not overtake it.
    private var streamTails: [Stream: Timestamp] = [:]

    private struct Stream: Hashable {
        var source: Endpoint
        var destination: Endpoint
    }

    init(weather: Weather, random: SeededRandom) {
        self.weather = weather
        self.random = random
    }

    func attach(_ node: any NetworkNode, at endpoint: Endpoint) { nodes[endpoint] = node }

    /// Lets go of the nodes, which hold the network, and of all that waits: else no run would ever be freed.
    func close() {
        nodes = [:]
        queue = EventQueue()
    }

    /// Runs `action` at a point in time (not before now).
    func at(_ time: Timestamp, _ action: @escaping () -> Void) { queue.push(max(time, now), action) }

    func after(_ nanoseconds: UInt64, _ action: @escaping () -> Void) {
        at(now + TimeInterval(nanoseconds: nanoseconds), action)
    }

    func send(_ packet: Packet) {
        sentCount += 1
        packet.transport.isReliable ? sendStream(packet) : sendDatagram(packet)
    }

    private func sendDatagram(_ packet: Packet) {
        if random.chance(percent: weather.lossPercent) { return }
        let copies = random.chance(percent: weather.duplicationPercent) ? 2 : 1
        for _ in 0..<copies { deliver(packet, at: now + delay()) }
    }

    private func sendStream(_ packet: Packet) {
        if weather.breakPerMille > 0, random.below(1000) < weather.breakPerMille { return breakStream(packet) }
        let stream = Stream(source: packet.source, destination: packet.destination)
        let time = max(streamTails[stream] ?? now, now + delay())
        streamTails[stream] = time
        deliver(packet, at: time)
    }

    /// Both ends learn of the break, each after its own delay.
    private func breakStream(_ packet: Packet) {
        for (end, other) in [(packet.source, packet.destination), (packet.destination, packet.source)] {
            at(now + delay()) { [weak self] in self?.nodes[end]?.streamBroke(to: other) }
        }
    }

    private func deliver(_ packet: Packet, at time: Timestamp) {
        at(time) { [weak self] in self?.nodes[packet.destination]?.receive(packet) }
    }

    private func delay() -> TimeInterval { TimeInterval(nanoseconds: random.milliseconds(weather.delay)) }

    /// Lets time pass until nothing more is queued before `end`.
    func run(until end: Timestamp) {
        while let event = queue.popFirst(notAfter: end) {
            now = event.time
            event.action()
        }
        now = max(now, end)
    }
}

/// Actions in order of time; those of one instant in the order they were added.
struct EventQueue {
    struct Event {
        let time: Timestamp
        let order: UInt64
        let action: () -> Void
    }

    private var heap: [Event] = []
    private var added: UInt64 = 0

    mutating func push(_ time: Timestamp, _ action: @escaping () -> Void) {
        added += 1
        heap.append(Event(time: time, order: added, action: action))
        var child = heap.count - 1
        while child > 0, precedes(child, (child - 1) / 2) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func popFirst(notAfter end: Timestamp) -> Event? {
        guard let first = heap.first, first.time <= end else { return nil }
        let last = heap.removeLast()
        if heap.isEmpty { return first }
        heap[0] = last
        var parent = 0
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && precedes(child, smallest) {
                smallest = child
            }
            if smallest == parent { return first }
            heap.swapAt(parent, smallest)
            parent = smallest
        }
    }

    private func precedes(_ left: Int, _ right: Int) -> Bool {
        (heap[left].time, heap[left].order) < (heap[right].time, heap[right].order)
    }
}
