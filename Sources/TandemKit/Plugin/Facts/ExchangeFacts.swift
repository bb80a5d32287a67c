/// Trunks and listeners of the configuration in use, and how the trunks were when this was made.
public struct ExchangeFacts: Sendable {
    /// How a trunk is.
    public enum Condition: String, Sendable, Codable {
        /// Its peer answers.
        case up
        /// Its peer does not answer, or its name leads nowhere.
        case down
        /// Nobody has asked the peer.
        case unknown
    }

    /// The trunks, in the order of the configuration.
    public let trunks: [TrunkFacts]
    /// The listeners, in the order of the configuration.
    public let listeners: [ListenerFacts]
    private let conditions: [String: Condition]

    /// Joins the facts; conditions by the trunks' names.
    public init(
        trunks: [TrunkFacts] = [], listeners: [ListenerFacts] = [], conditions: [String: Condition] = [:]
    ) {
        self.trunks = trunks
        self.listeners = listeners
        self.conditions = conditions
    }

    /// The trunk of a name.
    public func trunk(named name: String) -> TrunkFacts? { trunks.first { $0.name == name } }

    /// The listener of a name.
    public func listener(named name: String) -> ListenerFacts? { listeners.first { $0.name == name } }

    /// How a trunk is, as far as it is known: calls are given to it unless it is down.
    public func condition(ofTrunk name: String) -> Condition { conditions[name] ?? .unknown }

    /// The same, with other conditions.
    public func with(conditions: [String: Condition]) -> ExchangeFacts {
        ExchangeFacts(trunks: trunks, listeners: listeners, conditions: conditions)
    }
}
