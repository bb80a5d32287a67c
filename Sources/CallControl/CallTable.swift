/// Objects by place and generation: a handle stays harmless when its object has gone and the place is used again.
struct CallTable<Element: AnyObject> {
    private var places: [Element?] = []
    private var generations: [UInt32] = []
    private var free: [UInt32] = []
    private(set) var count = 0

    /// The handle that the next `insert` will use: objects know their handle from birth.
    var nextHandle: UInt64 {
        let place = free.last ?? UInt32(places.count)
        let generation = Int(place) < generations.count ? generations[Int(place)] : 1
        return UInt64(generation) << 32 | UInt64(place)
    }

    mutating func insert(_ element: Element) {
        count += 1
        if let place = free.popLast() {
            places[Int(place)] = element
            skipUsed()
        } else {
            places.append(element)
            generations.append(1)
        }
    }

    /// Whether no element has a handle's place.
    func isFree(_ handle: UInt64) -> Bool {
        let place = Int(UInt32(truncatingIfNeeded: handle))
        return place < Self.restoredLimit && handle >> 32 != 0 && (place >= places.count || places[place] == nil)
    }

    /// The highest place that a handle from outside may name.
    private static var restoredLimit: Int { 1 << 22 }

    /// Puts an element where it was in an earlier process; its place is free.
    mutating func insert(_ element: Element, at handle: UInt64) {
        let place = Int(UInt32(truncatingIfNeeded: handle))
        while places.count <= place {
            free.append(UInt32(places.count))
            places.append(nil)
            generations.append(1)
        }
        places[place] = element
        generations[place] = UInt32(handle >> 32)
        count += 1
        skipUsed()
    }

    /// Places are taken out of turn when calls are put where they were: they stay in `free` until it is their turn.
    private mutating func skipUsed() {
        while let place = free.last, places[Int(place)] != nil { free.removeLast() }
    }

    subscript(handle: UInt64) -> Element? {
        let place = Int(UInt32(truncatingIfNeeded: handle))
        guard place < places.count, generations[place] == UInt32(handle >> 32) else { return nil }
        return places[place]
    }

    /// The element of a `CompactHandle`.
    func compact(_ handle: UInt64) -> Element? {
        let place = Int(handle & 0xFF_FFFF)
        guard place < places.count, UInt64(generations[place]) & 0xFF_FFFF == handle >> 24 & 0xFF_FFFF else {
            return nil
        }
        return places[place]
    }

    /// Takes an element out. Returns false when it has gone before.
    mutating func remove(_ handle: UInt64) -> Bool {
        guard self[handle] != nil else { return false }
        let place = Int(UInt32(truncatingIfNeeded: handle))
        places[place] = nil
        generations[place] = generations[place] == .max ? 1 : generations[place] + 1
        free.append(UInt32(place))
        count -= 1
        return true
    }

    func first(where test: (Element) -> Bool) -> Element? {
        for element in places { if let element, test(element) { return element } }
        return nil
    }

    func forEach(_ body: (Element) -> Void) {
        for element in places { if let element { body(element) } }
    }
}
