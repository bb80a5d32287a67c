/// A plugin that brings numbers into the form that routes are written for.
public protocol Normalizer: TandemPlugin {
    /// Changes a number with `number.rewrite(to:kind:rule:)`, or leaves it alone.
    ///
    /// - Parameters:
    ///   - number: The number as the adapter and the normalizers before left it.
    ///   - context: Whose number it is, and on which trunk the call came in.
    ///   - log: Takes the rules that were tried, and the one that matched.
    /// - Throws: `NormalizationError` to end the call.
    func normalize(
        _ number: inout PhoneNumber, in context: NumberContext, log: inout DecisionLog
    ) throws(NormalizationError)
}
