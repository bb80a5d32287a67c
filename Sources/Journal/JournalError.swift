import Glibc

/// Why a journal can't be used, in one sentence with the remedy.
public struct JournalError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The sentence.
    public let description: String

    init(_ path: String, _ problem: String, remedy: String) {
        description = "the journal \(path) \(problem); \(remedy)"
    }

    init(_ path: String, cannot deed: String, _ code: Int32, remedy: String) {
        self.init(path, "cannot be \(deed) (\(String(cString: strerror(code))))", remedy: remedy)
    }
}
