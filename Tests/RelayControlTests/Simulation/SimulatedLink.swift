import Timing

/// A modelled SEQPACKET connection: messages whole and in order, each way at its own pace. When it breaks, what was on
/// its way arrives up to some point, and each end learns of the break in its own time.
final class SimulatedLink {
    let id: UInt64
    /// When it broke; nil while it holds.
    private(set) var brokenAt: Timestamp?
    var receiveAtRelay: (([UInt8]) -> Void)?
    var receiveAtShard: (([UInt8]) -> Void)?
    var endAtRelay: (() -> Void)?
    var endAtShard: (() -> Void)?

    private let time: VirtualTime
    private var random: SplitMix
    private var toRelay = Direction()
    private var toShard = Direction()

    private struct Direction {
        var waiting: [[UInt8]] = []
        var lastArrival = Timestamp(nanoseconds: 0)
    }

    init(id: UInt64, time: VirtualTime, seed: UInt64) {
        self.id = id
        self.time = time
        random = SplitMix(state: seed)
    }

    func sendToRelay(_ bytes: [UInt8]) { send(bytes, \.toRelay) { $0.receiveAtRelay } }
    func sendToShard(_ bytes: [UInt8]) { send(bytes, \.toShard) { $0.receiveAtShard } }

    private func send(
        _ bytes: [UInt8], _ direction: ReferenceWritableKeyPath<SimulatedLink, Direction>,
        _ receiver: @escaping (SimulatedLink) -> (([UInt8]) -> Void)?
    ) {
        guard brokenAt == nil else { return }
        self[keyPath: direction].waiting.append(bytes)
        // Mostly at once, now and then after a stall.
        let delay = random.milliseconds(random.chance(5) ? 3_000 : 5)
        let arrival = max(self[keyPath: direction].lastArrival, time.now + delay)
        self[keyPath: direction].lastArrival = arrival
        time.at(arrival) { [self] in
            guard !self[keyPath: direction].waiting.isEmpty else { return }
            receiver(self)?(self[keyPath: direction].waiting.removeFirst())
        }
    }

    /// Breaks the connection. A message that was lost takes all later ones with it.
    func sever() {
        guard brokenAt == nil else { return }
        brokenAt = time.now
        cut(\.toRelay) { $0.endAtRelay }
        cut(\.toShard) { $0.endAtShard }
    }

    private func cut(
        _ direction: ReferenceWritableKeyPath<SimulatedLink, Direction>,
        _ end: @escaping (SimulatedLink) -> (() -> Void)?
    ) {
        let kept = random.below(self[keyPath: direction].waiting.count + 1)
        self[keyPath: direction].waiting.removeLast(self[keyPath: direction].waiting.count - kept)
        let last = kept > 0 ? self[keyPath: direction].lastArrival : time.now
        time.at(max(last, time.now + random.milliseconds(500))) { [self] in
            end(self)?()
            (receiveAtRelay, endAtRelay) = direction == \.toRelay ? (nil, nil) : (receiveAtRelay, endAtRelay)
            (receiveAtShard, endAtShard) = direction == \.toShard ? (nil, nil) : (receiveAtShard, endAtShard)
        }
    }
}
