import CPCRE2

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
    private nonisolated(unsafe) let matchers: UnsafeMutableBufferPointer<Matcher>
    private let pool = MatchScratchPool()

    /// Takes the rules in order.
    public init(_ rules: [PatternRule]) {
        self.rules = rules
        matchers = .allocate(capacity: rules.count)
        _ = matchers.initialize(from: rules.map(\.pattern.matcher))
    }

    deinit { matchers.deallocate() }

    /// The first rule that matches a number.
    ///
    /// - Parameters:
    ///   - number: The number as text.
    ///   - start: The place of the first rule to try.
    ///   - isExplaining: Whether `missed` wants to know the rules that don't match, and not only those that failed.
    ///   - missed: Is told the rules that were tried in vain, in order.
    public func firstMatch(
        of number: String, from start: Int = 0, isExplaining: Bool = false, missed: (Int, Miss) -> Void
    ) -> Match? {
        var number = number
        return number.withUTF8 { text in
            guard text.count <= Pattern.Limit.text else {
                for index in start..<max(start, rules.count) {
                    missed(index, .failed("the number is longer than \(Pattern.Limit.text) bytes"))
                }
                return nil
            }
            return pool.lend { scratch in
                guard let first = text.baseAddress else {
                    return withUnsafePointer(to: UInt8(0)) { search($0, 0, start, scratch, isExplaining, missed) }
                }
                return search(first, text.count, start, scratch, isExplaining, missed)
            }
        }
    }

    private func search(
        _ text: UnsafePointer<UInt8>, _ count: Int, _ start: Int, _ scratch: MatchScratch, _ isExplaining: Bool,
        _ missed: (Int, Miss) -> Void
    ) -> Match? {
        for index in start..<max(start, matchers.count) {
            let outcome = matchers[index].match(text, count, in: scratch)
            if outcome > 0 {
                guard let translation = rules[index].translation else { return Match(index: index, result: nil) }
                if let result = translation.apply(to: text, scratch) { return Match(index: index, result: result) }
                missed(index, .failed("its translation makes more than \(Pattern.Limit.text) bytes"))
            } else if outcome != PCRE2_ERROR_NOMATCH {
                missed(index, .failed(Matcher.cause(of: outcome)))
            } else if isExplaining {
                missed(index, .notMatched)
            }
        }
        return nil
    }
}
