/// What a client of the NG protocol asks a relay.
public enum NGQuestion: Hashable, Sendable {
    /// Whose description it is, and how it is to be treated.
    public struct Description: Hashable, Sendable {
        /// The session's name.
        public let call: String
        /// The tag of the offer's writer.
        public let from: String
        /// The tag of the other party.
        public let to: String
        /// The description's bytes.
        public let bytes: [UInt8]
        /// The relay's interfaces, by its own names, towards the description's writer and the other party; empty for its
        /// default.
        public var direction: [String] = []
        /// The address that the writer's signalling comes from, as text.
        public var source: String?
        /// Whether only the place that the description names may send.
        public var isStrict = false

        /// Joins the parts.
        public init(call: String, from: String, to: String, bytes: [UInt8]) {
            self.call = call
            self.from = from
            self.to = to
            self.bytes = bytes
        }
    }

    /// Takes an offer.
    case offer(Description)
    /// Takes an answer.
    case answer(Description)
    /// Ends a session.
    case delete(call: String, from: String)
    /// Asks what came through a session.
    case query(call: String)

    /// The dictionary of the message.
    public var dictionary: Bencode {
        switch self {
        case .offer(let description): Self.dictionary("offer", description)
        case .answer(let description): Self.dictionary("answer", description)
        case .delete(let call, let from):
            .dictionary([
                "command": .text("delete"), "call-id": .text(call), "from-tag": .text(from),
                "delete-delay": .integer(0),
            ])
        case .query(let call): .dictionary(["command": .text("query"), "call-id": .text(call)])
        }
    }

    private static func dictionary(_ command: String, _ description: Description) -> Bencode {
        var values: [String: Bencode] = [
            "command": .text(command), "call-id": .text(description.call), "from-tag": .text(description.from),
            "sdp": .string(description.bytes), "replace": .list([.text("origin")]), "ICE": .text("remove"),
        ]
        if command == "answer" { values["to-tag"] = .text(description.to) }
        if !description.direction.isEmpty { values["direction"] = .list(description.direction.map(Bencode.text)) }
        if let source = description.source {
            values["received-from"] = .list([.text(source.contains(":") ? "IP6" : "IP4"), .text(source)])
        }
        if description.isStrict { values["flags"] = .list([.text("strict-source")]) }
        return .dictionary(values)
    }
}
