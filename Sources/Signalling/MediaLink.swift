import CallControl
import Timing

/// A shard's way to the media relay, whichever kind it is. Used on the shard's thread.
protocol MediaLink: AnyObject {
    /// Whether the relay, or one of several, is there.
    var isConnected: Bool { get }

    /// Sends a command; what becomes of an offer or an answer is told to the engine later. Returns the outcome when it is
    /// known at once.
    func send(_ command: MediaCommand, now: Timestamp) -> MediaOutcome?
}
