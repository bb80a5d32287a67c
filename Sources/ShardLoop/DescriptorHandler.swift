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

/// Handles many descriptors of one kind that a loop watches for reading without a table of its own: one call per batch.
///
/// For a part with thousands of sockets, each of which has little to say at a time, such as the ports of a media relay.
public protocol DescriptorCrowd: AnyObject {
    /// Some of the crowd's descriptors are ready: those in `events` for which `CrowdEvent.number` isn't nil. Called
    /// before the handlers of other descriptors, on the loop's thread.
    func ready(_ events: UnsafeBufferPointer<epoll_event>, now: Timestamp)
}

/// How an event of epoll names a descriptor of the crowd.
public enum CrowdEvent {
    /// No `Watch` has this bit.
    static let mark: UInt64 = 1 << 63

    static func word(_ number: UInt32) -> UInt64 { mark | UInt64(number) }

    /// The number that the crowd has given the descriptor; nil when the event is somebody else's.
    @inline(__always)
    public static func number(_ event: epoll_event) -> UInt32? {
        event.data.u64 & mark == 0 ? nil : UInt32(truncatingIfNeeded: event.data.u64)
    }
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

    /// The highest bit stays clear, for `CrowdEvent`.
    var word: UInt64 { UInt64(generation) << 32 | UInt64(index) }

    init(index: UInt32, generation: UInt32) {
        self.index = index
        self.generation = generation
    }

    init(word: UInt64) {
        self.init(index: UInt32(truncatingIfNeeded: word), generation: UInt32(word >> 32))
    }
}
