/// A SIP message as the simulated user agents read and write it: text, split at colons.
///
/// On purpose not the kit's message model. A fault in the kit's parser or serializer would otherwise be made on both
/// sides of the wire, and nobody would see it.
struct WireMessage {
    var startLine: String
    var fields: [(name: String, value: String)]
    var body: String

    init(startLine: String, fields: [(name: String, value: String)] = [], body: String = "") {
        self.startLine = startLine
        self.fields = fields
        self.body = body
    }

    /// Reads a message; nil when it isn't one, or when Content-Length is not the length of the body.
    init?(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let split = text.range(of: "\r\n\r\n") else { return nil }
        var lines = text[..<split.lowerBound].split(separator: "\r\n", omittingEmptySubsequences: false)
        guard !lines.isEmpty else { return nil }
        startLine = String(lines.removeFirst())
        fields = []
        for line in lines {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            fields.append((String(line[..<colon]), line[line.index(after: colon)...].trimmed))
        }
        body = String(text[split.upperBound...])
        guard self["Content-Length"].flatMap({ Int($0) }) == body.utf8.count else { return nil }
    }

    /// The message on the wire; Content-Length is added.
    var bytes: [UInt8] {
        var text = startLine + "\r\n"
        for field in fields where field.name != "Content-Length" { text += "\(field.name): \(field.value)\r\n" }
        text += "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        return Array(text.utf8)
    }

    /// The first field of a name.
    subscript(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    /// All fields of a name.
    func all(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

    var isRequest: Bool { !startLine.hasPrefix("SIP/2.0 ") }
    var method: String { isRequest ? String(startLine.prefix { $0 != " " }) : String(cseq.method) }
    var requestURI: String { String(startLine.split(separator: " ")[1]) }
    var status: Int { isRequest ? 0 : Int(startLine.split(separator: " ")[1]) ?? 0 }
    var cseq: (number: Int, method: String) {
        let parts = (self["CSeq"] ?? "0 NONE").split(separator: " ")
        return (Int(parts[0]) ?? 0, String(parts[1]))
    }
    var callID: String { self["Call-ID"] ?? "" }
    var fromTag: String { (self["From"] ?? "").parameter("tag") ?? "" }
    var toTag: String { (self["To"] ?? "").parameter("tag") ?? "" }
    var branch: String { (self["Via"] ?? "").parameter("branch") ?? "" }
    /// The URI of the first Contact.
    var contact: String? { self["Contact"].map(\.addressURI) }
}

extension StringProtocol {
    /// Without spaces at both ends.
    var trimmed: String {
        var part = Substring(self)
        while part.first == " " { part.removeFirst() }
        while part.last == " " { part.removeLast() }
        return String(part)
    }

    /// The value of a header field parameter that is not quoted and stands behind the address.
    func parameter(_ name: String) -> String? {
        let tail = Substring(self).split(separator: ">", maxSplits: 1).last ?? Substring(self)
        for piece in tail.split(separator: ";").map(\.trimmed) where piece.hasPrefix(name + "=") {
            return String(piece.dropFirst(name.count + 1))
        }
        return nil
    }

    /// The URI between `<` and `>`, or the whole text.
    var addressURI: String {
        guard let start = firstIndex(of: "<"), let end = firstIndex(of: ">") else { return trimmed }
        return String(self[index(after: start)..<end])
    }

    /// Where `needle` first occurs. (The standard library's own search is in Foundation or needs a regex.)
    func range(of needle: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(needle) {
                return start..<index(start, offsetBy: needle.count)
            }
            start = index(after: start)
        }
        return nil
    }
}
