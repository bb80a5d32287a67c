/// What a step expects against what has arrived, line by line.
struct DialogueComparison {
    let party: DialogueParty
    let what: String
    let rest: String
    let details: [Dialogue.Detail]

    /// The lines of a diff; none when all is as expected. The message that was compared is taken out of the inbox.
    func differences() -> [String] {
        while let next = party.inbox.first, next.isOptional, next.message.what != what { party.inbox.removeFirst() }
        guard let arrival = party.inbox.first else { return ["- \(what)", "+ (nothing)"] }
        let message = arrival.message
        guard message.what == what else { return ["- \(what)", "+ \(message.startLine)"] }
        party.inbox.removeFirst()
        var lines: [String] = []
        if !rest.isEmpty, !Self.matches(message.subject, rest) {
            lines += ["- \(what) \(rest)", "+ \(what) \(message.subject)"]
        }
        for detail in details { lines += difference(detail, message) }
        return lines
    }

    private func difference(_ detail: Dialogue.Detail, _ message: WireText) -> [String] {
        let place = "   (line \(detail.line))"
        switch detail.kind {
        case .field(let name, let value), .further(let name, let value):
            let values = message.values(name)
            if values.contains(where: { Self.matches($0, value) }) { return [] }
            let seen = values.isEmpty ? ["+ (no \(name))"] : values.map { "+ \(name): \($0)" }
            return ["- \(name): \(value)\(place)"] + seen
        case .absent(let name):
            let values = message.values(name)
            return values.isEmpty ? [] : ["- (no \(name))\(place)"] + values.map { "+ \(name): \($0)" }
        case .body(let line):
            let body = message.body.split(separator: "\r\n").map(String.init)
            if body.contains(where: { Self.matches($0, line) }) || line.isEmpty && body.isEmpty { return [] }
            return ["- | \(line)\(place)"] + (body.isEmpty ? ["+ (no body)"] : body.map { "+ | \($0)" })
        case .absentBody(let line):
            let body = message.body.split(separator: "\r\n").map(String.init)
            return body.filter { Self.matches($0, line) }.flatMap { ["- (no | \(line))\(place)", "+ | \($0)"] }
        }
    }

    /// Whether a text is as a pattern says, in which `*` stands for any characters.
    static func matches(_ text: String, _ pattern: String) -> Bool {
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
        guard parts.count > 1 else { return text == pattern }
        guard text.hasPrefix(parts[0]), text.hasSuffix(parts[parts.count - 1]),
            text.count >= parts[0].count + parts[parts.count - 1].count
        else { return false }
        var rest = text.dropFirst(parts[0].count).dropLast(parts[parts.count - 1].count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let found = rest.firstRange(of: part) else { return false }
            rest = rest[found.upperBound...]
        }
        return true
    }
}
