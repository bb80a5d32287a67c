import Timing

/// Where in the relay a thread is: what a status says of the whole.
public struct RelayPlace: Sendable {
    /// The thread, from 0.
    public let thread: Int
    /// Threads of the relay.
    public let threads: Int
    /// The relay's process; 0 when there is none, as in tests.
    public let process: Int32
    /// When the relay began.
    public let begun: Timestamp

    /// Joins the parts; without any, the only thread of a relay that began at time 0.
    public init(thread: Int = 0, threads: Int = 1, process: Int32 = 0, begun: Timestamp = Timestamp(nanoseconds: 0)) {
        self.thread = thread
        self.threads = threads
        self.process = process
        self.begun = begun
    }
}
