import Configuration
import Glibc
import Logging
import PlainText

/// Writes one line per message to standard error: time (UTC), level, message, then the facts as `key=value`.
///
/// A line is one `write`, so that lines of several threads never mix. Control characters from the network are written
/// as `?`: nobody forges a line.
struct LineLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level {
        get { level.current }
        set { level.current = newValue }
    }
    private let level: LiveLogLevel
    private let redactor: SecretRedactor

    init(level: LiveLogLevel, redactor: SecretRedactor) {
        self.level = level
        self.redactor = redactor
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line = Self.timestamp()
        line += " "
        line += event.level.rawValue
        line += " "
        line += event.message.description
        let facts = event.metadata.map { metadata.merging($0) { _, new in new } } ?? metadata
        for (key, value) in facts.sorted(by: { $0.key < $1.key }) {
            let text = value.description
            line += " \(key)=\(Self.quoted(text))"
        }
        let bytes = Array((PlainText.clean(redactor.redact(line)) + "\n").utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }

    /// A fact's value; in quotes when it has spaces, so that nobody forges a fact behind it.
    static func quoted(_ text: String) -> String {
        guard text.isEmpty || text.contains(where: { $0.isWhitespace || $0 == "\"" }) else { return text }
        return "\"\(String(text.map { $0 == "\"" ? "'" : $0 }))\""
    }

    private static func timestamp() -> String {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        var parts = tm()
        gmtime_r(&now.tv_sec, &parts)
        func pad(_ value: Int, _ width: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        let day = "\(Int(parts.tm_year) + 1900)-\(pad(Int(parts.tm_mon) + 1, 2))-\(pad(Int(parts.tm_mday), 2))"
        let time = "\(pad(Int(parts.tm_hour), 2)):\(pad(Int(parts.tm_min), 2)):\(pad(Int(parts.tm_sec), 2))"
        return "\(day)T\(time).\(pad(now.tv_nsec / 1_000_000, 3))Z"
    }
}
