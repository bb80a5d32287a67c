public import Configuration
public import Logging

/// The log that each of Tandem's processes writes: lines on standard error, which they share.
public enum ProcessLog {
    /// The level that a configuration asks for.
    public static func level(of settings: TandemConfiguration) -> LiveLogLevel {
        LiveLogLevel(Logger.Level(rawValue: settings.log.level.rawValue) ?? .info)
    }

    /// A log without the configuration's secrets.
    ///
    /// - Parameter level: what changes the level while the process runs; nil for one that stays.
    public static func make(of settings: TandemConfiguration, level: LiveLogLevel? = nil) -> Logger {
        make(level: level ?? Self.level(of: settings), secrets: settings.secrets)
    }

    /// The log of a process without a configuration.
    public static func make() -> Logger { make(level: LiveLogLevel(.info), secrets: []) }

    private static func make(level: LiveLogLevel, secrets: [Secret]) -> Logger {
        let redactor = SecretRedactor(secrets)
        return Logger(label: "tandem", factory: { _ in LineLogHandler(level: level, redactor: redactor) })
    }
}
