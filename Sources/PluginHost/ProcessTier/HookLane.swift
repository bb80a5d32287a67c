import CLinux
import Glibc

/// Memory that the daemon and a plugin's process share for one hook at a time: a word that says whose turn it is, a question
/// and its answer. Pipes beside it wake the other side.
///
/// The daemon writes the question, hands the turn over and waits; the child writes the answer and hands it back. What the
/// child writes is anybody's: it is copied before it is read.
struct HookLane: @unchecked Sendable {  // its word says whose turn it is
    /// Whose turn it is.
    enum Turn: UInt32 {
        case idle = 0
        case child = 1
        case daemon = 2
    }

    /// The largest question or answer, in bytes: a message and what a call keeps, with room.
    static let contentLimit = 192 << 10
    private static let headerByteCount = 64
    /// Bytes of a lane.
    static let byteCount = headerByteCount + 2 * contentLimit

    /// Why a question has no answer.
    enum Silence: Error {
        /// There is none in time.
        case late
        /// The process has ended.
        case gone
    }

    private let base: UnsafeMutableRawPointer
    private let end: LaneEnd

    /// The lane at a place of the shared memory, and one side's end of its pipes.
    init(_ memory: UnsafeMutableRawPointer, index: Int, end: LaneEnd) {
        base = memory + index * Self.byteCount
        self.end = end
    }

    private var turn: UnsafeMutablePointer<UInt32> { base.assumingMemoryBound(to: UInt32.self) }
    private var lengths: UnsafeMutablePointer<UInt32> { turn + 1 }
    private var question: UnsafeMutableRawPointer { base + Self.headerByteCount }
    private var answer: UnsafeMutableRawPointer { base + Self.headerByteCount + Self.contentLimit }

    // MARK: The daemon's side

    /// Asks, and waits for the answer at most `nanoseconds`; longer only as far as `patience` says that whoever has to answer
    /// waits for a core. The question has at most `contentLimit` bytes; an answer that can't be one is empty.
    func ask(_ bytes: [UInt8], within nanoseconds: Int64, patience: ProcessPatience) throws(Silence) -> [UInt8] {
        precondition(bytes.count <= Self.contentLimit)
        bytes.withUnsafeBytes {
            question.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(base), byteCount: $0.count)
        }
        lengths[0] = UInt32(bytes.count)
        clinux_store(turn, Turn.child.rawValue)
        guard end.giveTurn() else { throw .gone }
        var arrival = end.waitForTurn(nanoseconds: nanoseconds)
        if case .late = arrival { arrival = patience.prolong(end.waitForTurn) }
        switch arrival {
        case .turn: break
        case .late: throw .late
        case .gone: throw .gone
        }
        let count = Int(clinux_load(lengths + 1))  // once: it may be another number the next time
        guard clinux_load(turn) == Turn.daemon.rawValue, count <= Self.contentLimit else { return [] }
        return Array(UnsafeRawBufferPointer(start: answer, count: count))
    }

    // MARK: The child's side

    /// Waits for questions and answers them, until the daemon has gone.
    func serve(_ respond: (UnsafeRawBufferPointer) -> [UInt8]) {
        while case .turn = end.waitForTurn(nanoseconds: -1) {
            guard clinux_load(turn) == Turn.child.rawValue else { continue }
            let count = min(Int(lengths[0]), Self.contentLimit)
            let bytes = respond(UnsafeRawBufferPointer(start: question, count: count))
            let length = min(bytes.count, Self.contentLimit)
            bytes.withUnsafeBytes {
                answer.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(base), byteCount: length)
            }
            lengths[1] = UInt32(length)
            clinux_store(turn, Turn.daemon.rawValue)
            end.giveTurn()
        }
    }
}
