import CLinux
import Glibc
import TandemKit

/// What the daemon shares with one plugin process: lanes for hooks, and the numbers of its metrics. The memory goes away with
/// the last end of it.
final class HookMemory: @unchecked Sendable {  // the lanes keep their order by themselves
    /// What the child inherits.
    let descriptor: Int32
    let lanes: [HookLane]
    /// Metrics that there is room for.
    let figureCount: Int
    private let base: UnsafeMutableRawPointer
    private let byteCount: Int

    /// Makes the memory for the lanes of these pipes and so many metrics; an `errno` value when there is none.
    init(lanes ends: [LaneEnd], figures figureCount: Int) throws(HookMemoryError) {
        self.figureCount = figureCount
        byteCount = ends.count * HookLane.byteCount + figureCount * Figures.byteCount
        descriptor = clinux_shared_memory("tandem-hooks", Int64(byteCount))
        guard descriptor >= 0 else { throw HookMemoryError(code: errno) }
        guard let memory = Self.map(descriptor, byteCount) else {
            let code = errno
            close(descriptor)
            throw HookMemoryError(code: code)
        }
        base = memory
        lanes = ends.enumerated().map { HookLane(memory, index: $0, end: $1) }
    }

    /// Takes over the memory that a child has inherited.
    init(inherited descriptor: Int32, lanes ends: [LaneEnd], figures figureCount: Int) throws(HookMemoryError) {
        self.figureCount = figureCount
        byteCount = ends.count * HookLane.byteCount + figureCount * Figures.byteCount
        self.descriptor = descriptor
        guard let memory = Self.map(descriptor, byteCount) else { throw HookMemoryError(code: errno) }
        base = memory
        lanes = ends.enumerated().map { HookLane(memory, index: $0, end: $1) }
    }

    /// The numbers of the metric at a place below `figureCount`.
    func figures(_ kind: MetricKind, at place: Int) -> Figures {
        Figures(kind, at: base + lanes.count * HookLane.byteCount + place * Figures.byteCount, owner: self)
    }

    deinit {
        munmap(base, byteCount)
        close(descriptor)
    }

    private static func map(_ descriptor: Int32, _ count: Int) -> UnsafeMutableRawPointer? {
        let memory = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
        return memory == MAP_FAILED ? nil : memory
    }
}

/// No memory could be shared.
struct HookMemoryError: Error {
    let code: Int32
}
