import TandemKit
import Testing

@testable import SIPTransaction

@Suite struct TableTests {
    @Test("the hash index finds what a dictionary finds, with few hashes and many collisions", arguments: 0..<20)
    func hashIndex(_ seed: UInt64) {
        var random = SplitMix(seed: seed)
        var index = HashIndex(capacity: 16)
        var model: [UInt64: Set<UInt32>] = [:]
        var free = Set((0..<400).map(UInt32.init))
        for _ in 0..<4000 {
            let hash = UInt64.random(in: 0..<60, using: &random) << (seed % 3 == 0 ? 0 : 58)
            if Bool.random(using: &random), let place = free.min() {
                free.remove(place)
                index.insert(place, hash: hash)
                model[hash, default: []].insert(place)
            } else if let place = model[hash]?.randomElement(using: &random) {
                index.remove(place, hash: hash)
                model[hash]?.remove(place)
                free.insert(place)
            }
        }
        #expect(index.count == 400 - free.count)
        for (hash, places) in model {
            var found: Set<UInt32> = []
            var cursor = index.start(hash)
            while let place = index.next(&cursor) { found.insert(place) }
            #expect(found == places)
        }
    }

    @Test("blocks hold what was asked for, do not overlap and are used again", arguments: 0..<8)
    func blockPool(_ seed: UInt64) {
        var random = SplitMix(seed: seed)
        var pool = BlockPool()
        var blocks: [(block: Block, mark: UInt8)] = []
        for step in 0..<2000 {
            if blocks.count < 50, Bool.random(using: &random) {
                let size = Int.random(in: 0...(step % 50 == 0 ? 200_000 : 3000), using: &random)
                let block = pool.take(size)
                let mark = UInt8(truncatingIfNeeded: step)
                block.base!.update(repeating: mark, count: size)
                blocks.append((block, mark))
            } else if !blocks.isEmpty {
                var (block, mark) = blocks.remove(at: Int.random(in: 0..<blocks.count, using: &random))
                #expect((0..<Int(block.count)).allSatisfy { block.base![$0] == mark })
                pool.giveBack(&block)
                #expect(block.base == nil)
            }
        }
        for var (block, _) in blocks { pool.giveBack(&block) }
        #expect(pool.usedBytes == 0)
    }

    @Test("a block given back is the next one taken of its size")
    func blockReuse() {
        var pool = BlockPool()
        var block = pool.take(100)
        let base = block.base
        pool.giveBack(&block)
        let again = pool.take(70)
        #expect(again.base == base && pool.usedBytes == 128)
    }

    @Test("each use of a place has another identity")
    func generations() {
        var store = TransactionStore(limit: 10)
        let first = store.insert(flow: LayerBench.udp, method: .options)
        let generation = store[first].pointee.generation
        store.remove(first)
        let second = store.insert(flow: LayerBench.udp, method: .options)
        #expect(second == first && store[second].pointee.generation == generation + 1 && store.count == 1)
    }
}
