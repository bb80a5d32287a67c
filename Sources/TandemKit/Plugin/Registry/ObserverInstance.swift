/// An observer behind one class, so that the core calls it without a generic parameter or an existential.
public class ObserverInstance: @unchecked Sendable {  // immutable once made; the plugin inside is Sendable
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

    /// Wraps an observer.
    public static func of<Type: CallObserver>(_ observer: Type, named name: String) -> ObserverInstance {
        ObserverBox(observer, name: name)
    }

    /// Tells the observer about an event.
    public func observe(_ event: CallEvent) {}
}

private final class ObserverBox<Type: CallObserver>: ObserverInstance, @unchecked Sendable {
    private let observer: Type

    init(_ observer: Type, name: String) {
        self.observer = observer
        super.init(name: name, warnings: observer.warnings)
    }

    override func observe(_ event: CallEvent) { observer.observe(event) }
}
