import Synchronization

/// The sessions of a relay by name: which thread has each, and which is to have a new one. From any thread.
///
/// New sessions fill a thread before the next one gets any: a thread that finds many packets at each wake-up spends less
/// on each than two threads that are woken for every one or two.
///
/// A name stays with its thread while commands for it wait there, whether or not there is a session yet: commands of one
/// session are carried out in the order in which they were read.
public final class SessionCensus: Sendable {
    /// Beyond this share of its time a thread gets no new session while another has room.
    public static let busyShare = 0.6

    private struct Entry {
        let thread: Int
        var waiting = 0
        var isPresent = false
    }

    private struct Book {
        var entries: [String: Entry] = [:]
        var presentCount = 0
        var sessions: [Int]
        var shares: [Double]
    }

    private let sessionsPerThread: Int
    private let book: Mutex<Book>

    /// No session yet, on so many threads. Once a thread has `sessionsPerThread`, the next one is filled; once all have
    /// as many, the one that has fewest gets the new ones.
    public init(threads: Int = 1, sessionsPerThread: Int = 500) {
        precondition(threads > 0, "a relay has at least one thread")
        self.sessionsPerThread = sessionsPerThread
        let book = Book(
            sessions: Array(repeating: 0, count: threads), shares: Array(repeating: 0, count: threads))
        self.book = Mutex(book)
    }

    /// The thread that is to carry out a command for a session. Each call is followed by one of `settle` or `withdraw`.
    public func place(_ name: String) -> Int {
        book.withLock { book in
            let thread = book.entries[name]?.thread ?? choose(book)
            update(name, in: &book, newOn: thread) { $0.waiting += 1 }
            return thread
        }
    }

    /// A command for a session was carried out; `isPresent` says whether there is such a session now.
    public func settle(_ name: String, isPresent: Bool) {
        book.withLock { book in
            update(name, in: &book) {
                $0.waiting = max(0, $0.waiting - 1)
                $0.isPresent = isPresent
            }
        }
    }

    /// A command for a session could not be brought to its thread.
    public func withdraw(_ name: String) {
        book.withLock { book in update(name, in: &book) { $0.waiting = max(0, $0.waiting - 1) } }
    }

    /// A session has ended by itself.
    public func forget(_ name: String) {
        book.withLock { book in update(name, in: &book) { $0.isPresent = false } }
    }

    /// Notes which share of the last second a thread was busy, from 0 to 1.
    public func note(share: Double, of thread: Int) { book.withLock { $0.shares[thread] = share } }

    /// Sessions now.
    public var count: Int { book.withLock { $0.presentCount } }

    /// Names of at most so many sessions, in no order.
    public func names(limit: Int) -> [String] {
        book.withLock { Array($0.entries.lazy.filter(\.value.isPresent).prefix(limit).map(\.key)) }
    }

    private func choose(_ book: Book) -> Int {
        let threads = book.sessions.indices
        let next = threads.first { book.sessions[$0] < sessionsPerThread && book.shares[$0] < Self.busyShare }
        return next ?? threads.min { book.sessions[$0] < book.sessions[$1] } ?? 0
    }

    private func update(_ name: String, in book: inout Book, newOn thread: Int = 0, _ change: (inout Entry) -> Void) {
        let old = book.entries[name]
        var entry = old ?? Entry(thread: thread)
        change(&entry)
        let isKept = entry.isPresent || entry.waiting > 0
        book.entries[name] = isKept ? entry : nil
        book.presentCount += (entry.isPresent ? 1 : 0) - (old?.isPresent == true ? 1 : 0)
        book.sessions[entry.thread] += (isKept ? 1 : 0) - (old == nil ? 0 : 1)
    }
}
