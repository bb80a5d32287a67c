/// Rules in order, of which the first that matches a number wins. Any number of threads may ask at once.
public final class RuleList: Sendable {
    /// Why a rule that was tried did not win.
    public enum Miss: Hashable, Sendable {
        /// Its pattern does not match.
        case notMatched
        /// It could not be tried to its end; why, as a clause. It counts as one that does not match.
        case failed(String)
    }

    /// The rule that won.
    public struct Match: Hashable, Sendable {
        /// The place of the rule in the list, from 0.
        public let index: Int
        /// What its translation makes of the number; nil when it has none.
        public let result: String?
    }

    /// The rules in order.
    public let rules: [PatternRule]
    private let pool = MatchScratchPool()

    /// Takes the rules in order.
    public init(_ rules: [PatternRule]) { self.rules = rules }

    /// The first rule that matches a number.
    ///
    /// - Parameters:
    ///   - number: The number as text.
    ///   - start: The place of the first rule to try.
    ///   - missed: Is told every rule that was tried before, in order.
    public func firstMatch(
        of number: String, from start: Int = 0, missed: (Int, Miss) -> Void
    ) -> Match? {
        var number = number
        return number.withUTF8 { text in
            pool.lend { scratch in
                for index in start..<max(start, rules.count) {
                    switch rules[index].pattern.match(text, in: scratch) {
                    case .notMatched: missed(index, .notMatched)
                    case .exceeded(let cause): missed(index, .failed(cause))
                    case .matched:
                        guard let translation = rules[index].translation else {
                            return Match(index: index, result: nil)
                        }
                        if let result = translation.apply(to: text, scratch) {
                            return Match(index: index, result: result)
                        }
                        missed(index, .failed("its translation makes more than \(Pattern.Limit.text) bytes"))
                    }
                }
                return nil
            }
        }
    }
}
