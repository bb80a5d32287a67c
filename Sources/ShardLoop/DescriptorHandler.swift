import CLinux
import Timing

/// Handles a ready file descriptor: one call per descriptor and batch, on the loop's thread.
///
/// epoll is level-triggered here: a handler that leaves bytes unread is called again in the next batch. It reads up to
/// a bound of its own per call, so that one busy socket can't keep the others waiting.
public protocol DescriptorHandler: AnyObject {
    /// The descriptor that was watched with `context` is ready.
    func ready(_ readiness: Readiness, context: UInt64, now: Timestamp)
}

/// What a descriptor is watched for, and what it is ready for.
public struct Readiness: OptionSet, Sendable {
    /// The bits of epoll.
    public let rawValue: UInt32

    /// Wraps epoll's bits.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Bytes or connections wait to be read, or the peer has ended its side.
    public static let read = Readiness(rawValue: EPOLLIN.rawValue)
    /// Bytes can be written, or a connect has ended.
    public static let write = Readiness(rawValue: EPOLLOUT.rawValue)
    /// An error is pending. Always reported, watched for or not.
    public static let error = Readiness(rawValue: EPOLLERR.rawValue)
    /// Both sides have ended. Always reported, watched for or not.
    public static let hangUp = Readiness(rawValue: EPOLLHUP.rawValue)
}

/// Names one watched descriptor of a loop; harmless after `unwatch`, because each use of a place has a new generation.
public struct Watch: Equatable, Sendable {
    let index: UInt32
    let generation: UInt32

    /// A watch that no descriptor ever has.
    public static let none = Watch(index: .max, generation: 0)

    var word: UInt64 { UInt64(generation) << 32 | UInt64(index) }

    init(index: UInt32, generation: UInt32) {
        self.index = index
        self.generation = generation
    }

    init(word: UInt64) {
        self.init(index: UInt32(truncatingIfNeeded: word), generation: UInt32(word >> 32))
    }
}
