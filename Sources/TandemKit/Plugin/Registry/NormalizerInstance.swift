/// A normalizer behind one class, so that the core calls it without a generic parameter or an existential.
public class NormalizerInstance: @unchecked Sendable {  // immutable once made; the plugin inside is Sendable
    /// The name of the instance in the configuration.
    public let name: String
    /// What is allowed in its settings but probably not meant, one sentence each.
    public let warnings: [String]
    /// Ends its services with it; set once, before it is called.
    final var life: ServiceLife?

    init(name: String, warnings: [String]) {
        self.name = name
        self.warnings = warnings
    }

    /// Wraps a normalizer.
    public static func of<Type: Normalizer>(_ normalizer: Type, named name: String) -> NormalizerInstance {
        NormalizerBox(normalizer, name: name)
    }

    /// Lets the normalizer change a number. Steps and log entries carry the instance's name. When it has to look something up,
    /// number and log are as before.
    ///
    /// - Throws: The normalizer's error, or one of ours when it lost the number's history.
    public func normalize(
        _ number: inout PhoneNumber, in context: NumberContext, log: inout DecisionLog
    ) throws(NormalizationError) {
        // Not a second handle: the first change of the number would have to copy what both lead to.
        let (received, text, kind, steps) = (number.received, number.text, number.kind, number.steps)
        let mark = log.mark
        number.author = name
        log.author = name
        defer {
            number.author = PhoneNumber.coreAuthor
            log.author = PhoneNumber.coreAuthor
        }
        do throws(NormalizationError) {
            try call(&number, context, &log)
        } catch {
            if error.lookUp != nil {
                number = PhoneNumber(received: received, text: text, kind: kind, steps: steps)
                log.revert(to: mark)
            }
            throw error
        }
        guard number.descends(received: received, text: text, steps: steps) else {
            number = PhoneNumber(received: received, text: text, kind: kind, steps: steps)
            throw NormalizationError(
                "The normalizer \(name) replaced the number instead of rewriting it; use PhoneNumber.rewrite.",
                status: 500)
        }
    }

    func call(
        _ number: inout PhoneNumber, _ context: NumberContext, _ log: inout DecisionLog
    ) throws(NormalizationError) {}
}

private final class NormalizerBox<Type: Normalizer>: NormalizerInstance, @unchecked Sendable {
    private let normalizer: Type

    init(_ normalizer: Type, name: String) {
        self.normalizer = normalizer
        super.init(name: name, warnings: normalizer.warnings)
    }

    override func call(
        _ number: inout PhoneNumber, _ context: NumberContext, _ log: inout DecisionLog
    ) throws(NormalizationError) {
        try normalizer.normalize(&number, in: context, log: &log)
    }
}
