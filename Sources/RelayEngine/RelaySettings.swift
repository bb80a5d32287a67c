import MediaRelay

/// What may be chosen for a relay beside its interfaces.
public struct RelaySettings: Sendable {
    /// Bounds of its sessions, per thread.
    public var limits = RelaySessions<RelayShard>.Limits()
    /// The differentiated services code point of media that are sent: 46, expedited forwarding (RFC 3246).
    public var codePoint: UInt8 = 46
    /// Most commands that wait for a thread; those beyond are refused.
    public var waitingCommands = 65_536
    /// Is told what befalls the relay's socket, on its first thread; must not block.
    public var report: @Sendable (RelayNotice) -> Void = { _ in }
    /// Sessions that a thread gets before the next one gets any.
    public var sessionsPerThread = 500

    /// The defaults.
    public init() {}
}
