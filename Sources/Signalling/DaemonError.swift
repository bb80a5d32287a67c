/// Why the daemon doesn't start or go on: one sentence for the operator.
public struct DaemonError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong and what to do about it.
    public let description: String

    init(_ description: String) { self.description = description }
}
