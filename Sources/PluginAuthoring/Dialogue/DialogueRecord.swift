/// The text of a dialogue with what was seen in place of what was expected.
struct DialogueRecord {
    /// What differs from run to run or belongs to the hop: no expectation is written for it.
    private static let volatile = [
        "via", "call-id", "cseq", "max-forwards", "content-length", "content-type", "record-route", "route",
        "user-agent", "server", "allow", "date",
    ]

    private let source: [Substring]
    /// The first line that no step has taken yet.
    private var next = 0
    private var lines: [String] = []

    init(_ text: String) {
        source = text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// Adds a step as the file has it, with the comments above it, and what it has set off.
    ///
    /// - Parameter expected: The steps that followed it until now: what they say must not be there is said again, as far
    ///   as it is true.
    mutating func add(
        _ step: Dialogue.Step, seen: [(party: String, message: WireText)], expected: some Sequence<Dialogue.Step>
    ) {
        let start = step.line - 1
        var above: [Substring] = []
        // The comments right above belong to the step; in the first step all that comes before does.
        var place = start - 1
        while place >= next, lines.isEmpty || source[place].hasPrefix("#") {
            above.insert(source[place], at: 0)
            place -= 1
        }
        let end = step.details.last.map { $0.line - 1 } ?? start
        if !lines.isEmpty { lines.append("") }
        lines += above.map(String.init) + source[start...end].map(String.init)
        next = end + 1
        var expected = Array(expected)
        for (party, message) in seen where !Self.isOptional(message) {
            lines += [""] + Self.expectation(party, message)
            let place = expected.firstIndex {
                if case .receives(party, message.what, _) = $0.action { true } else { false }
            }
            guard let place else { continue }
            lines += Self.absences(of: expected.remove(at: place), in: message)
        }
    }

    /// The whole text.
    var text: String { lines.joined(separator: "\n") + "\n" }

    private static func isOptional(_ message: WireText) -> Bool {
        message.status == 100 || message.isRequest && message.method == "ACK"
    }

    private static func expectation(_ party: String, _ message: WireText) -> [String] {
        var lines = ["\(party) receives \(message.what) \(message.subject)"]
        let isFirst = message.what == "INVITE"
        for field in message.fields {
            let name = field.name.lowercased()
            if volatile.contains(name) || !isFirst && ["from", "to"].contains(name) { continue }
            lines.append("  \(field.name): \(["from", "to"].contains(name) ? withoutTag(field.value) : field.value)")
        }
        return lines + message.body.split(separator: "\r\n").map { "  | \($0)" }
    }

    private static func absences(of step: Dialogue.Step, in message: WireText) -> [String] {
        step.details.compactMap { detail in
            switch detail.kind {
            case .absent(let name): message.values(name).isEmpty ? "  -\(name)" : nil
            case .absentBody(let line):
                message.body.split(separator: "\r\n").contains { DialogueComparison.matches(String($0), line) }
                    ? nil : "  -| \(line)"
            case .field, .further, .body: nil
            }
        }
    }

    private static func withoutTag(_ value: String) -> String {
        guard let tag = value.firstRange(of: ";tag=") else { return value }
        let rest = value[tag.upperBound...].drop { $0 != ";" }
        return value[..<tag.upperBound] + "*" + rest
    }
}
