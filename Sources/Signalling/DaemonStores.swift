import Glibc
import Logging
import PluginHost
import TandemKit

/// What the daemon does for the services of plugins: a place for stores, lines in its log, news of trunks.
enum DaemonStores {
    /// Where stores lie: in the journal's folder, which is made if need be.
    static func folder(beside journal: String) -> String {
        mkdir(journal, 0o700)
        return "\(journal)/stores"
    }
}

extension ServiceCenter {
    /// Has lines of plugins written into the daemon's log, each as what it is: the words of somebody else.
    func attach(to log: Logger) {
        follow(log.logLevel)
        attach { line in
            var facts: Logger.Metadata = ["instance": "\(line.instance)", "says": "\(line.text)"]
            if let call = line.call { facts["call"] = "\(call)" }
            guard !line.instance.isEmpty else { return log.log(level: Logger.Level(line.level), "\(line.text)") }
            log.log(level: Logger.Level(line.level), "plugin", metadata: facts)
        }
    }

    /// Wants the lines that the log wants.
    func follow(_ wanted: Logger.Level) {
        level = PluginLog.Level.allCases.first { Logger.Level($0) >= wanted } ?? .error
    }
}

extension Logger.Level {
    init(_ level: PluginLog.Level) { self = Logger.Level(rawValue: level.rawValue) ?? .info }
}
