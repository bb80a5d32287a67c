/// One thing that is written to a journal about a key.
public enum JournalChange: UInt8, Sendable, Hashable {
    /// All that is known of the key, in place of what was written before.
    case put = 1
    /// Something more that is known of it.
    case add = 2
    /// Nothing more is to be known of it.
    case remove = 3
}
