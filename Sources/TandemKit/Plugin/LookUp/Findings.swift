/// What was found for one call so far, by look-up. Plugins of the same call share it: what one has asked for, the next need
/// not ask again.
public struct Findings: Hashable, Sendable, Codable {
    /// The most bytes of all look-ups and findings of a call: with more the last look-up has failed.
    public static var byteCountMax: Int { 131_072 }

    private struct Entry: Hashable, Sendable, Codable {
        let lookUp: LookUp
        let finding: Finding
    }

    private var entries: [Entry] = []

    /// Nothing was found, since nothing was asked.
    public init() {}

    /// How many look-ups were answered.
    public var count: Int { entries.count }

    /// Bytes of all that was asked and found.
    public var byteCount: Int { entries.reduce(0) { $0 + $1.lookUp.byteCount + $1.finding.byteCount } }

    /// What was found for an equal look-up; nil before it was done.
    public subscript(lookUp: LookUp) -> Finding? { entries.first { $0.lookUp == lookUp }?.finding }

    /// Adds what was found; the first finding of a look-up stays. For the core, and for tests of a plugin.
    public mutating func add(_ finding: Finding, for lookUp: LookUp) {
        guard self[lookUp] == nil else { return }
        entries.append(Entry(lookUp: lookUp, finding: finding))
    }

    /// Each look-up with what was found, in the order of their asking.
    public var all: [(lookUp: LookUp, finding: Finding)] { entries.map { ($0.lookUp, $0.finding) } }
}
