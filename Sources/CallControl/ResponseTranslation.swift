/// The rules that turn a trunk's failure responses into others, in order of priority: F15.
///
/// A peer that answers 486 with Q.850 cause 34 means that its circuits are full, not that the user is busy: the rule
/// `(486, 34) → 503` lets the call go on to the next trunk.
public struct ResponseTranslation: Hashable, Sendable {
    /// One rule: the response it matches and the status that replaces it.
    public struct Rule: Hashable, Sendable {
        /// The received status, 400–699; 0 matches every status.
        public var status: UInt16
        /// The received Q.850 cause; -1 matches every cause and none.
        public var cause: Int16
        /// The status that takes the place of the received one, 400–699.
        public var translated: UInt16

        /// Makes a rule. 0 as status and -1 as cause are wildcards.
        public init(status: UInt16 = 0, cause: Int16 = -1, translated: UInt16) {
            self.status = status
            self.cause = cause
            self.translated = translated
        }
    }

    /// The rules, the first that matches wins.
    public var rules: [Rule]

    /// No rule: responses stay as they are.
    public static let none = ResponseTranslation([])

    /// A list of rules, highest priority first.
    public init(_ rules: [Rule]) { self.rules = rules }

    /// The status that stands for a failure response; `status` itself when no rule matches.
    public func translate(_ status: UInt16, cause: Int16) -> UInt16 {
        for rule in rules
        where (rule.status == 0 || rule.status == status) && (rule.cause == -1 || rule.cause == cause) {
            return rule.translated
        }
        return status
    }
}
