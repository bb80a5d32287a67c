import TandemKit

/// What a dialogue says that a look-up finds.
struct CannedFinding {
    /// Whose source and question read so (`LookUp.description`); `*` stands for any characters.
    let pattern: String
    let finding: Finding

    /// Whether a text names a kind of answer: a status, `rows` or `failed KIND`.
    static func isKnown(_ what: String) -> Bool { what == "rows" || status(what) != nil || failure(what) != nil }

    /// Makes it of a step and the lines below: header fields and body of an HTTP answer, or a row a line.
    init(_ pattern: String, _ what: String, _ details: [Dialogue.Detail]) {
        self.pattern = pattern
        var fields: [HTTPField] = []
        var lines: [String] = []
        for detail in details {
            switch detail.kind {
            case .field(let name, let value), .further(let name, let value): fields.append(HTTPField(name, value))
            case .body(let line): lines.append(line)
            case .absent, .absentBody: continue
            }
        }
        if let status = Self.status(what) {
            finding = .http(
                HTTPAnswer(status: status, headers: fields, body: Array(lines.joined(separator: "\n").utf8)))
        } else if let kind = Self.failure(what) {
            finding = .failed(LookUpFailure(kind, lines.first ?? "the dialogue says \(kind.rawValue)"))
        } else {
            finding = .rows(lines.map(Self.row))
        }
    }

    private static func status(_ what: String) -> UInt16? {
        guard let status = UInt16(what), 100...599 ~= status else { return nil }
        return status
    }

    private static func failure(_ what: String) -> LookUpFailure.Kind? {
        let words = what.split(separator: " ")
        return words.count == 2 && words[0] == "failed" ? LookUpFailure.Kind(rawValue: String(words[1])) : nil
    }

    /// `trunk=gateway; priority=3; note=null`: whole numbers and null are what they look like, all else is text.
    private static func row(_ line: String) -> SQLRow {
        var row: (columns: [String], values: [SQLValue]) = ([], [])
        for pair in line.split(separator: ";") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { part in
                String(part.drop { $0 == " " })
            }
            let text = parts.count > 1 ? parts[1] : ""
            row.columns.append(parts[0])
            row.values.append(text == "null" ? .null : Int64(text).map { .integer($0) } ?? .text(text))
        }
        return SQLRow(columns: row.columns, values: row.values)
    }
}
