/// A message as text, cut into its lines: what a dialogue compares and edits.
struct WireText {
    var startLine: String
    var fields: [(name: String, value: String)]
    var body: String

    /// Cuts a message that the engine has written, so that it is well-formed.
    init(_ text: String) {
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
        let end = lines.firstIndex { $0.isEmpty } ?? lines.endIndex
        startLine = lines.first.map(String.init) ?? ""
        fields = lines[min(1, end)..<end].map { line in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? parts[1].drop { $0 == " " } : ""
            return (String(parts[0]), String(value))
        }
        body = end < lines.endIndex ? lines[(end + 1)...].joined(separator: "\r\n") : ""
    }

    init(startLine: String, fields: [(name: String, value: String)], body: String) {
        self.startLine = startLine
        self.fields = fields
        self.body = body
    }

    /// The message with the length of its body.
    var text: String {
        let kept = fields.filter { !Self.same($0.name, "Content-Length") }
        let lines = [startLine] + kept.map { "\($0.name): \($0.value)" } + ["Content-Length: \(body.utf8.count)"]
        return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
    }

    var isRequest: Bool { !startLine.hasPrefix("SIP/2.0 ") }
    /// The status of a response; nil for a request.
    var status: Int? { isRequest ? nil : Int(startLine.dropFirst(8).prefix(3)) }
    var method: String {
        isRequest
            ? String(startLine.prefix { $0 != " " }) : cseq.split(separator: " ").last.map(String.init) ?? ""
    }
    /// The Request-URI of a request, the phrase of a response.
    var subject: String {
        let parts = startLine.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        return isRequest ? (parts.count > 1 ? String(parts[1]) : "") : (parts.count > 2 ? String(parts[2]) : "")
    }
    /// The method, `re-INVITE` for one inside a call; the status of a response.
    var what: String {
        if let status { return "\(status)" }
        return method == "INVITE" && toTag != nil ? "re-INVITE" : method
    }
    var cseq: String { value("CSeq") ?? "" }
    var cseqNumber: Int { cseq.split(separator: " ").first.flatMap { Int($0) } ?? 1 }
    var toTag: String? { value("To").flatMap(Self.tag) }

    /// The first value of a header field.
    func value(_ name: String) -> String? { fields.first { Self.same($0.name, name) }?.value }

    /// All values of a header field.
    func values(_ name: String) -> [String] { fields.filter { Self.same($0.name, name) }.map(\.value) }

    /// Sets a header field where it stands, or behind the others; what is more of its name goes.
    mutating func set(_ name: String, _ value: String) {
        guard let place = fields.firstIndex(where: { Self.same($0.name, name) }) else {
            return fields.append((name, value))
        }
        fields[place].value = value
        fields = fields.enumerated().filter { $0.offset <= place || !Self.same($0.element.name, name) }.map(\.element)
    }

    mutating func remove(_ name: String) { fields.removeAll { Self.same($0.name, name) } }

    /// The URI of the first address of a header field.
    func uri(_ name: String) -> String? {
        guard let value = value(name) else { return nil }
        guard let start = value.firstIndex(of: "<"), let end = value[start...].firstIndex(of: ">") else {
            return String(value.prefix { $0 != ";" })
        }
        return String(value[value.index(after: start)..<end])
    }

    static func same(_ left: String, _ right: String) -> Bool { left.lowercased() == right.lowercased() }

    private static func tag(_ value: String) -> String? {
        let tail = value.split(separator: ">").last.map(String.init) ?? value
        return tail.split(separator: ";").first { $0.hasPrefix("tag=") }.map { String($0.dropFirst(4)) }
    }
}
