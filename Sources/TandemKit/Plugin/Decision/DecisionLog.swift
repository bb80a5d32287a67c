/// What was decided about a call and why: each rule that matched, and, on request, each that was tried.
///
/// Values only, so that `tandem explain`, a trace and a call record show the same story. Bounded: beyond
/// `entriesMax` further entries are counted, not kept.
public struct DecisionLog: Hashable, Sendable, Codable {
    /// The most entries one log keeps.
    public static var entriesMax: Int { 1000 }

    /// What was decided, in order.
    public private(set) var entries: [DecisionEntry] = []
    /// The entries beyond `entriesMax`.
    public private(set) var omittedCount = 0
    /// Whether rules that did not match are recorded too. A plugin need not ask: `tried` does.
    public let isExplaining: Bool
    /// Whose name new entries carry. The core sets it around each hook.
    var author = PhoneNumber.coreAuthor

    /// An empty log.
    public init(isExplaining: Bool = false) { self.isExplaining = isExplaining }

    /// Records a rule that matched and what it made of the value.
    public mutating func matched(rule: String, before: String, after: String, note: String = "") {
        append(DecisionEntry(plugin: author, rule: rule, before: before, after: after, outcome: .matched, note: note))
    }

    /// Records a rule that was tried in vain. Costs nothing unless somebody asked for an explanation.
    public mutating func tried(rule: String, on value: String, note: @autoclosure () -> String = "") {
        guard isExplaining else { return }
        append(
            DecisionEntry(
                plugin: author, rule: rule, before: value, after: value, outcome: .notMatched, note: note()))
    }

    /// Records a rule that could not be applied, and why; the rules behind it go on.
    public mutating func failed(rule: String, on value: String, note: String) {
        append(DecisionEntry(plugin: author, rule: rule, before: value, after: value, outcome: .failed, note: note))
    }

    /// Records a choice: a trunk in the order of attempts, a rejection, an identity.
    public mutating func chose(_ choice: String, rule: String, note: String = "") {
        append(DecisionEntry(plugin: author, rule: rule, before: "", after: choice, outcome: .chosen, note: note))
    }

    /// Adds an entry under its own name: for a step of the core.
    public mutating func append(_ entry: DecisionEntry) {
        guard entries.count < DecisionLog.entriesMax else {
            omittedCount += 1
            return
        }
        entries.append(entry)
    }

    /// How much there is, so that what a hook adds can be taken back.
    var mark: (entries: Int, omitted: Int) { (entries.count, omittedCount) }

    /// Forgets what was added since a mark.
    mutating func revert(to mark: (entries: Int, omitted: Int)) {
        entries.removeSubrange(mark.entries...)
        omittedCount = mark.omitted
    }

    private enum CodingKeys: String, CodingKey { case entries, omittedCount, isExplaining }
}
