/// A piece of memory of a `BlockPool` and how much of it is used. No memory when `base` is nil.
struct Block {
    /// The memory, nil when none.
    var base: UnsafeMutablePointer<UInt8>?
    /// Bytes used.
    var count: UInt32
    /// The pool's size class.
    var sizeClass: UInt8

    /// No memory.
    static var none: Block { Block(base: nil, count: 0, sizeClass: 0) }
}

/// Memory for the keys and messages that transactions keep: blocks of a few sizes, used again through free lists, so
/// that in steady state nothing is allocated.
///
/// Sizes are multiples of 64 bytes up to 2 KiB, then powers of two up to 64 KiB; a larger block is allocated and
/// freed each time.
struct BlockPool: ~Copyable {
    /// Bytes handed out now, counted by block size.
    private(set) var usedBytes = 0

    private let freeLists: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    private var slabs: [UnsafeMutableRawPointer] = []

    init() {
        freeLists = .allocate(capacity: Self.classCount)
        freeLists.initialize(repeating: nil, count: Self.classCount)
    }

    deinit {
        for slab in slabs { slab.deallocate() }
        freeLists.deallocate()
    }

    /// A block with room for `size` bytes and none used.
    mutating func take(_ size: Int) -> Block {
        let sizeClass = Self.sizeClass(for: size)
        guard sizeClass < Self.classCount else {
            usedBytes += size
            let base = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
            return Block(base: base, count: UInt32(size), sizeClass: UInt8(Self.classCount))
        }
        usedBytes += Self.size(of: sizeClass)
        if freeLists[sizeClass] == nil { addSlab(for: sizeClass) }
        let block = freeLists[sizeClass].unsafelyUnwrapped
        freeLists[sizeClass] = block.load(as: UnsafeMutableRawPointer?.self)
        let base = block.assumingMemoryBound(to: UInt8.self)
        return Block(base: base, count: UInt32(size), sizeClass: UInt8(sizeClass))
    }

    /// Gives a block back and leaves `Block.none` in its place.
    mutating func giveBack(_ block: inout Block) {
        guard let base = block.base else { return }
        let sizeClass = Int(block.sizeClass)
        if sizeClass < Self.classCount {
            usedBytes -= Self.size(of: sizeClass)
            let raw = UnsafeMutableRawPointer(base)
            raw.storeBytes(of: freeLists[sizeClass], as: UnsafeMutableRawPointer?.self)
            freeLists[sizeClass] = raw
        } else {
            usedBytes -= Int(block.count)
            base.deallocate()
        }
        block = .none
    }

    private mutating func addSlab(for sizeClass: Int) {
        let size = Self.size(of: sizeClass)
        let count = max(1, Self.slabSize / size)
        let slab = UnsafeMutableRawPointer.allocate(byteCount: count * size, alignment: 64)
        slabs.append(slab)
        for index in (0..<count).reversed() {
            let block = slab + index * size
            block.storeBytes(of: freeLists[sizeClass], as: UnsafeMutableRawPointer?.self)
            freeLists[sizeClass] = block
        }
    }

    private static let smallClassCount = 32
    private static let classCount = smallClassCount + 5
    private static let slabSize = 65_536

    /// The class of the smallest block with `size` bytes; `classCount` when there is none.
    private static func sizeClass(for size: Int) -> Int {
        if size <= smallClassCount * 64 { return max(size + 63, 64) / 64 - 1 }
        if size > slabSize { return classCount }
        return smallClassCount + (Int.bitWidth - (size - 1).leadingZeroBitCount) - 12
    }

    private static func size(of sizeClass: Int) -> Int {
        sizeClass < smallClassCount ? (sizeClass + 1) * 64 : 4096 << (sizeClass - smallClassCount)
    }
}
