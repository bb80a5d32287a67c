import PlainText
import Synchronization
import TandemKit

/// The metrics of one instance's name, which its generations share. From any thread.
final class MetricBook: Sendable {
    /// Most metrics of an instance.
    static let limit = 100
    /// Most bytes of a name.
    static let nameLimit = 80

    struct Entry {
        let kind: MetricKind
        let help: String
        /// The numbers of what runs here, and of processes that have ended.
        let figures: Figures
        /// The generations that have it.
        var users: Set<Int>
        /// The numbers of processes that run.
        var remotes: [Figures] = []
    }

    private let entries = Mutex<[String: Entry]>([:])

    /// The numbers of a name, for a generation.
    func figures(
        _ name: String, _ kind: MetricKind, _ help: String, user: Int
    ) throws(ServiceError) -> Figures {
        guard Self.isName(name) else {
            throw ServiceError(
                .badName,
                "no metric can be called '\(PlainText.excerpt(name))'; use a-z, 0-9 and _, and at most \(Self.nameLimit) of them"
            )
        }
        let result: Result<Figures, ServiceError> = entries.withLock { entries in
            if var entry = entries[name] {
                if entry.kind == kind {
                    entry.users.insert(user)
                    entries[name] = entry
                    return .success(entry.figures)
                }
                guard !entry.users.contains(user) else {
                    return .failure(ServiceError(.otherKind, "the metric \(name) is a \(entry.kind) already"))
                }
            }
            guard entries[name] != nil || entries.count < Self.limit else {
                return .failure(
                    ServiceError(.full, "an instance has at most \(Self.limit) metrics; \(name) would be one more"))
            }
            // Of another kind than in the generation before: the newer one is right.
            let figures = Figures(kind)
            entries[name] = Entry(
                kind: kind, help: PlainText.excerpt(help, limit: 200), figures: figures, users: [user])
            return .success(figures)
        }
        return try result.get()
    }

    /// A process counts as well.
    func attach(_ remote: Figures, to name: String) { entries.withLock { $0[name]?.remotes.append(remote) } }

    /// A process has ended: what it has counted stays.
    func detach(_ remotes: [String: Figures]) {
        entries.withLock { entries in
            for (name, remote) in remotes {
                guard let entry = entries[name], entry.remotes.contains(where: { $0 === remote }) else { continue }
                entry.figures.absorb(remote)
                entries[name]?.remotes.removeAll { $0 === remote }
            }
        }
    }

    /// A generation has ended; what only it had goes with it.
    func leave(_ user: Int) {
        entries.withLock { entries in
            for name in entries.keys { entries[name]?.users.remove(user) }
            entries = entries.filter { !$0.value.users.isEmpty }
        }
    }

    /// All of them, by name.
    var all: [(name: String, entry: Entry)] {
        entries.withLock { $0 }.sorted { $0.key < $1.key }.map { (name: $0.key, entry: $0.value) }
    }

    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= nameLimit else { return false }
        return UInt8(ascii: "a")...UInt8(ascii: "z") ~= first
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
