/// Lines in the daemon's log, each with the instance's name. A line is cut after 1,000 bytes; beyond 100 a second lines are
/// counted instead, and the log says how many were left out. Logging never waits for a disk.
public struct PluginLog: Sendable {
    /// How much a line matters: swift-log's words.
    public enum Level: String, Sendable, Codable, CaseIterable {
        /// For whoever looks for a mistake.
        case debug
        /// Worth knowing.
        case info
        /// Worth knowing, and not every day's business.
        case notice
        /// Somebody should look at it.
        case warning
        /// Something does not work.
        case error
    }

    let host: any ServiceHost

    /// For whoever looks for a mistake. The text is made only if somebody wants it, which goes for all levels.
    public func debug(_ message: @autoclosure () -> String, call: CallNumber? = nil) { write(.debug, message, call) }
    /// Worth knowing.
    public func info(_ message: @autoclosure () -> String, call: CallNumber? = nil) { write(.info, message, call) }
    /// Worth knowing, and not every day's business.
    public func notice(_ message: @autoclosure () -> String, call: CallNumber? = nil) { write(.notice, message, call) }
    /// Somebody should look at it.
    public func warning(_ message: @autoclosure () -> String, call: CallNumber? = nil) {
        write(.warning, message, call)
    }
    /// Something does not work.
    public func error(_ message: @autoclosure () -> String, call: CallNumber? = nil) { write(.error, message, call) }

    private func write(_ level: Level, _ message: () -> String, _ call: CallNumber?) {
        if host.logs(level) { host.log(level, message(), call: call) }
    }
}
