import CCrashReport
import CLinux
import Glibc
import Synchronization

/// The builds whose code has brought a daemon down, as the process itself wrote it down in its last moment. One that did so
/// `limit` times is quarantined: its code runs in no daemon any more, but in a process of its own. From any thread.
public final class PluginCrashes: Sendable {
    /// One crash.
    public struct Crash: Hashable, Sendable, CustomStringConvertible {
        /// The signal; 0 when a thread of the daemon did not come back from the plugin.
        public let signal: Int32
        /// The place in the file, as an offset.
        public let offset: UInt64
        /// Seconds since 1970.
        public let time: Int

        /// `SIGILL at +0x1f40`.
        public var description: String {
            let what = signal == 0 ? "stuck" : sigabbrev_np(signal).map { "SIG" + String(cString: $0) } ?? "\(signal)"
            return "\(what) at +0x\(String(offset, radix: 16))"
        }
    }

    /// Crashes before a build is quarantined.
    public static let limit = 2
    /// Most crashes that are remembered, the last ones.
    static let recordLimit = 1000

    private let path: String
    private let crashes: Mutex<[String: [Crash]]>

    /// Reads what earlier processes wrote.
    init(folder: String) {
        path = "\(folder)/crashes"
        crashes = Mutex([:])
        let records = Self.records(at: path)
        crashes.withLock { $0 = Dictionary(grouping: records) { $0.hash }.mapValues { $0.map(\.crash) } }
    }

    /// The crashes of a build, the oldest first.
    public func crashes(of hash: ContentHash) -> [Crash] { crashes.withLock { $0["\(hash)"] ?? [] } }

    /// Why a build's code is kept out of the daemon; nil when it isn't.
    func quarantine(of hash: ContentHash) -> String? {
        let crashes = crashes(of: hash)
        guard crashes.count >= Self.limit, let last = crashes.last else { return nil }
        return "it has brought the daemon down \(crashes.count) times, the last time by \(last)"
    }

    /// Forgets a build's crashes; false when there was none. It runs in the daemon again from the next start.
    public func forget(_ hash: ContentHash) -> Bool {
        let hadSome = crashes.withLock { $0.removeValue(forKey: "\(hash)") != nil }
        if hadSome { rewrite(Self.records(at: path).filter { $0.hash != "\(hash)" }) }
        return hadSome
    }

    /// Has crashes of this process written down from now on. Once for a process, before its threads start.
    public func watchThisProcess() {
        let records = Self.records(at: path)
        if records.count > Self.recordLimit { rewrite(records.suffix(Self.recordLimit)) }
        // Never closed: it is for the process's last moment.
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return }
        crash_report_install(descriptor)
    }

    private struct Record {
        let hash: String
        let crash: Crash
        let line: Substring
    }

    /// The lines that make sense: the last one of a full disk may not.
    private static func records(at path: String) -> [Record] {
        guard let bytes = PluginStore.read(path, limit: 1 << 20) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count == 4, words[0].utf8.count == Int(CRASH_REPORT_TAG), let signal = Int32(words[1]),
                let offset = UInt64(words[2], radix: 16), let time = Int(words[3])
            else { return nil }
            return Record(
                hash: String(words[0]), crash: Crash(signal: signal, offset: offset, time: time), line: line)
        }
    }

    /// The file is small and the moment quiet: what is lost when the disk is full is a count of crashes.
    private func rewrite(_ records: some Sequence<Record>) {
        let draft = "\(path).\(getpid())"
        guard let file = fopen(draft, "we") else { return }
        for record in records { fputs("\(record.line)\n", file) }
        guard fclose(file) == 0, rename(draft, path) == 0 else {
            unlink(draft)
            return
        }
    }
}
