import Patterns
import TandemKit

/// The rules for the numbers of one party, compiled.
struct PartyPlan {
    private let names: [String]
    private let kinds: [NumberKind?]
    private let rules: RuleList

    init(_ rules: [DialRule]) throws(PatternError) {
        names = rules.map(\.name)
        kinds = rules.map(\.kind.numberKind)
        var compiled: [PatternRule] = []
        for rule in rules { compiled.append(try rule.compiled()) }
        self.rules = RuleList(compiled)
    }

    /// Rewrites the number by the first rule that matches; leaves it alone when none does.
    func apply(to number: inout PhoneNumber, _ log: inout DecisionLog) {
        guard !names.isEmpty else { return }
        let before = number.text
        let match = rules.firstMatch(of: before, isExplaining: log.isExplaining) { index, miss in
            switch miss {
            case .notMatched: log.tried(rule: names[index], on: before)
            case .failed(let cause): log.failed(rule: names[index], on: before, note: cause)
            }
        }
        guard let match, let after = match.result else { return }
        let rule = names[match.index]
        number.rewrite(to: after, kind: kinds[match.index], rule: rule)
        log.matched(rule: rule, before: before, after: after)
    }
}
