import Testing

@testable import Timing

/// Random operations on the wheel and on a sorted array; both must do the same.
struct TimerWheelModelTests {
    /// A pending timer as the model knows it; the order is that of firing.
    struct Entry: Comparable {
        var tick: UInt64
        var serial: UInt64
        var id: TimerID

        static func < (left: Entry, right: Entry) -> Bool {
            (left.tick, left.serial) < (right.tick, right.serial)
        }
    }

    struct Model {
        static let tick: UInt64 = 1_000_000

        let wheel: WheelBox
        var entries: [Entry] = []
        var old: [TimerID] = []
        var now: UInt64
        /// The first tick that was not turned.
        var position: UInt64
        var serial: UInt64 = 0
        var random: SplitMix
        var mismatches: [String] = []

        init(seed: UInt64, start: UInt64) {
            wheel = WheelBox(now: start, limit: 400)
            now = start
            position = start / Self.tick
            random = SplitMix(state: seed)
        }
    }

    @Test("The wheel does what a sorted array does", arguments: 1...60 as ClosedRange<UInt64>)
    func model(seed: UInt64) {
        let starts: [UInt64] = [0, 8_191_999_999, 8_388_607_000_001, 4_294_967_295_000_000, 123_456_789_012_345]
        var model = Model(seed: seed, start: starts[Int(seed) % starts.count])
        for _ in 0..<4_000 {
            switch model.random.next() % 16 {
            case 0..<8: model.schedule()
            case 8..<11: model.cancel()
            case 11: model.cancelOld()
            default: model.advance()
            }
            model.compare()
        }
        #expect(model.mismatches.isEmpty, "seed \(seed): \(model.mismatches.prefix(3))")
    }
}

extension TimerWheelModelTests.Model {
    /// A span of time in which short, medium and far ones are all frequent.
    mutating func span() -> UInt64 { random.next() >> (random.next() % 48 + 16) }

    mutating func schedule() {
        let delay = span() % (20 * 86_400_000_000_000)
        let deadline = random.next() % 8 == 0 ? now &- min(now, delay) : now &+ delay
        let id = wheel.schedule(at: deadline, serial, ~serial)
        guard entries.count < 400 else {
            if id != nil { mismatches.append("took a timer over the limit") }
            return
        }
        guard let id else { return mismatches.append("refused a timer below the limit") }
        let tick = max((deadline + Self.tick - 1) / Self.tick, position)
        let entry = TimerWheelModelTests.Entry(tick: tick, serial: serial, id: id)
        let place = entries.firstIndex { entry < $0 } ?? entries.count
        entries.insert(entry, at: place)
        serial += 1
    }

    mutating func cancel() {
        guard let entry = entries.randomElement(using: &random) else { return }
        if !wheel.cancel(entry.id) { mismatches.append("could not cancel \(entry)") }
        entries.removeAll { $0.serial == entry.serial }
        old.append(entry.id)
    }

    mutating func cancelOld() {
        guard let id = old.randomElement(using: &random) else { return }
        if wheel.cancel(id) { mismatches.append("cancelled by an old id") }
    }

    mutating func advance() {
        now &+= span() % (10 * 86_400_000_000_000)
        let limit = now / Self.tick
        let most = random.next() % 4 == 0 ? Int(random.next() % 5) : Int.max
        var taken = 0
        while taken < most, let timer = wheel.popExpired(now: now) {
            taken += 1
            guard let entry = entries.first, entry.tick <= limit else { return mismatches.append("fired too early") }
            entries.removeFirst()
            old.append(entry.id)
            position = max(position, entry.tick + 1)
            if timer != entry.serial { mismatches.append("fired \(timer) for \(entry)") }
        }
        guard taken < most else { return }
        if let entry = entries.first, entry.tick <= limit { mismatches.append("did not fire \(entry)") }
        position = max(position, limit + 1)
    }

    mutating func compare() {
        if wheel.count != entries.count { mismatches.append("holds \(wheel.count), not \(entries.count)") }
        switch (wheel.nextDeadline, entries.first) {
        case (nil, nil): break
        case (let deadline?, let entry?):
            let isNear = entry.tick >> 13 == position >> 13
            if deadline > entry.tick * Self.tick { mismatches.append("reports a deadline that is too late") }
            if isNear, deadline != entry.tick * Self.tick { mismatches.append("reports \(deadline)") }
        default: mismatches.append("reports a deadline without a timer, or none with one")
        }
    }
}
