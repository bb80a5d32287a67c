/// A session description (RFC 8866) that keeps what it does not understand.
///
/// Unchanged, it leaves byte for byte as it came, unknown lines, odd line endings and all. Reading is lenient: only
/// what can't be worked with is an error (no `v=0`, no `o=`, an `m=` line that is none).
public struct SessionDescription: Hashable, Sendable, CustomStringConvertible {
    /// The longest description that is read, in bytes.
    public static var byteCountMax: Int { 65_536 }
    /// The most lines that are read.
    public static var lineCountMax: Int { 2_000 }
    /// The most media that are read.
    public static var mediaCountMax: Int { 64 }
    /// The media type of a body that is one: `application/sdp`.
    public static var mediaType: StaticString { "application/sdp" }

    /// The lines in front of the first media.
    public var session: SDPSection
    /// The media in order. Their order and number carry meaning (RFC 3264 §6): refuse one by port 0, never remove it.
    public var media: [MediaDescription]

    /// Reads a description.
    public init(_ bytes: [UInt8]) throws(SDPError) {
        guard bytes.count <= SessionDescription.byteCountMax else {
            throw SDPError(line: 0, "\(bytes.count) bytes are more than \(SessionDescription.byteCountMax)")
        }
        let lines = try SessionDescription.split(bytes)
        var starts = lines.indices.filter { lines[$0].type == UInt8(ascii: "m") }
        guard starts.count <= SessionDescription.mediaCountMax else {
            throw SDPError(
                line: starts[SessionDescription.mediaCountMax] + 1,
                "more than \(SessionDescription.mediaCountMax) media")
        }
        starts.append(lines.count)
        session = SDPSection(lines: Array(lines[..<starts[0]]))
        media = []
        for (start, end) in zip(starts, starts.dropFirst()) {
            media.append(try MediaDescription(lines: Array(lines[start..<end]), number: start + 1))
        }
        try checkSession()
    }

    /// Reads a description from text.
    public init(_ text: String) throws(SDPError) { try self.init(Array(text.utf8)) }

    /// A new description without media.
    public init(origin: SDPOrigin, name: String = "-", connection: SDPConnection? = nil) {
        var lines = [SDPLine("v", "0"), SDPLine("o", origin.text), SDPLine("s", name)]
        if let connection { lines.append(SDPLine("c", connection.text)) }
        lines.append(SDPLine("t", "0 0"))
        session = SDPSection(lines: lines)
        media = []
    }

    /// The description as it goes onto the wire. A line without ending gets one unless it is the last.
    public var bytes: [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(1024)
        SessionDescription.write(session, to: &output)
        for description in media { SessionDescription.write(description.section, to: &output) }
        return output
    }

    private static func write(_ section: SDPSection, to output: inout [UInt8]) {
        for line in section.lines {
            if let byte = output.last, byte != 0x0A { output += [0x0D, 0x0A] }
            line.write(to: &output)
        }
    }

    /// The description as text.
    public var description: String { String(decoding: bytes, as: UTF8.self) }

    /// Who made the description. Setting it keeps the line's place.
    public var origin: SDPOrigin {
        get {
            session.value(of: "o").flatMap(SDPOrigin.init)
                ?? SDPOrigin(sessionID: "0", sessionVersion: "0", connection: SDPConnection(address: "0.0.0.0"))
        }
        set {
            if let index = session.firstIndex(of: "o") { session.lines[index].set(newValue.text) }
        }
    }

    /// The name of the session; nil when the line is missing.
    public var name: String? { session.value(of: "s") }

    private func checkSession() throws(SDPError) {
        guard let first = session.lines.first, first.type == UInt8(ascii: "v") else {
            throw SDPError(line: 1, "expected v=0 at the beginning")
        }
        guard first.value == "0" else { throw SDPError(line: 1, "expected version 0, found `\(first.value)`") }
        guard let index = session.firstIndex(of: "o") else {
            throw SDPError(line: 0, "the o= line is missing")
        }
        guard SDPOrigin(session.lines[index].value) != nil else {
            throw SDPError(line: index + 1, "expected o=<user> <id> <version> <network> <type> <address>")
        }
        for (number, line) in session.lines.enumerated() where line.type == UInt8(ascii: "c") {
            guard SDPConnection(line.value) != nil else {
                throw SDPError(line: number + 1, "expected c=<network> <type> <address>")
            }
        }
        var number = session.lines.count
        for description in media {
            for line in description.section.lines {
                number += 1
                guard line.type != UInt8(ascii: "c") || SDPConnection(line.value) != nil else {
                    throw SDPError(line: number, "expected c=<network> <type> <address>")
                }
            }
        }
    }

    /// Cuts bytes into lines that share them.
    private static func split(_ bytes: [UInt8]) throws(SDPError) -> [SDPLine] {
        var lines: [SDPLine] = []
        lines.reserveCapacity(32)
        var start = 0
        while start < bytes.count {
            let number = lines.count + 1
            guard lines.count < lineCountMax else { throw SDPError(line: number, "more than \(lineCountMax) lines") }
            let feed = bytes[start...].firstIndex(of: 0x0A)
            var end = feed ?? bytes.count
            var ending = feed == nil ? SDPLine.Ending.none : .lf
            if feed != nil, end > start, bytes[end - 1] == 0x0D {
                end -= 1
                ending = .crlf
            }
            guard end - start >= 2, bytes[start + 1] == UInt8(ascii: "="), bytes[start] > 0x20, bytes[start] < 0x7F
            else {
                throw SDPError(line: number, "expected a letter and =")
            }
            lines.append(SDPLine(type: bytes[start], bytes: bytes[(start + 2)..<end], ending: ending))
            start = (feed ?? bytes.count - 1) + 1
        }
        guard !lines.isEmpty else { throw SDPError(line: 0, "the description is empty") }
        return lines
    }
}
