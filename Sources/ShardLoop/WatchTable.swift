/// The watched descriptors of a loop, by place and generation.
struct WatchTable {
    struct Entry {
        var handler: (any DescriptorHandler)?
        var context: UInt64
        var descriptor: Int32
        var generation: UInt32
    }

    private var entries: [Entry] = []
    private var free: [UInt32] = []

    /// Descriptors watched now.
    var count: Int { entries.count - free.count }

    subscript(watch: Watch) -> Entry? {
        guard Int(watch.index) < entries.count else { return nil }
        let entry = entries[Int(watch.index)]
        return entry.generation == watch.generation && entry.handler != nil ? entry : nil
    }

    mutating func add(_ descriptor: Int32, handler: any DescriptorHandler, context: UInt64) -> Watch {
        if let index = free.popLast() {
            entries[Int(index)].handler = handler
            entries[Int(index)].context = context
            entries[Int(index)].descriptor = descriptor
            return Watch(index: index, generation: entries[Int(index)].generation)
        }
        entries.append(Entry(handler: handler, context: context, descriptor: descriptor, generation: 1))
        return Watch(index: UInt32(entries.count - 1), generation: 1)
    }

    /// Forgets a watch and returns its descriptor, or nil when it isn't watched any more.
    mutating func remove(_ watch: Watch) -> Int32? {
        guard let entry = self[watch] else { return nil }
        entries[Int(watch.index)].handler = nil
        entries[Int(watch.index)].generation = (entries[Int(watch.index)].generation &+ 1) & .max >> 1
        free.append(watch.index)
        return entry.descriptor
    }
}
