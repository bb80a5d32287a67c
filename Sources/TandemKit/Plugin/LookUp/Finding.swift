/// What came of a look-up.
public enum Finding: Hashable, Sendable, Codable {
    /// The answer of an HTTP server, whatever its status.
    case http(HTTPAnswer)
    /// The rows of an SQLite database, in their order; none when nothing fits.
    case rows([SQLRow])
    /// There is no answer. What that means for the call is the plugin's to say.
    case failed(LookUpFailure)

    /// The most bytes of what is found: with more the look-up has failed.
    public static var byteCountMax: Int { 65_536 }
    /// The most rows: with more the look-up has failed.
    public static var rowCountMax: Int { 1_000 }

    /// The answer of an HTTP server; nil for all else.
    public var http: HTTPAnswer? { if case .http(let answer) = self { answer } else { nil } }

    /// The rows of a database; nil for all else.
    public var rows: [SQLRow]? { if case .rows(let rows) = self { rows } else { nil } }

    /// Why there is no answer; nil when there is one.
    public var failure: LookUpFailure? { if case .failed(let failure) = self { failure } else { nil } }

    /// Bytes of names and values, and eight for each of them and for each row.
    public var byteCount: Int {
        switch self {
        case .http(let answer):
            answer.headers.reduce(8 + answer.body.count) { $0 + $1.byteCount }
        case .rows(let rows):
            rows.reduce(0) { count, row in
                row.values.reduce(row.columns.reduce(count + 8) { $0 + 8 + $1.utf8.count }) { $0 + $1.byteCount }
            }
        case .failed(let failure): 8 + failure.sentence.utf8.count
        }
    }
}

extension Finding: CustomStringConvertible {
    /// The result in short, for a line: `200, 12 bytes`, `2 rows`, or the failure's sentence.
    public var description: String {
        switch self {
        case .http(let answer): "\(answer.status), \(answer.body.count) bytes"
        case .rows(let rows): rows.count == 1 ? "1 row" : "\(rows.count) rows"
        case .failed(let failure): failure.sentence
        }
    }
}

/// What an HTTP server has answered.
public struct HTTPAnswer: Hashable, Sendable, Codable {
    /// 200 and the like. Redirections are not followed.
    public let status: UInt16
    /// The header fields, in their order.
    public let headers: [HTTPField]
    /// The content.
    public let body: [UInt8]

    /// Joins the parts.
    public init(status: UInt16, headers: [HTTPField] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The content as text; what is no UTF-8 becomes U+FFFD.
    public var text: String { String(decoding: body, as: UTF8.self) }

    /// The content as a value out of JSON.
    public func decode<Value: Decodable>(_ type: Value.Type) throws(CompactJSONError) -> Value {
        try CompactJSON.decode(type, from: body)
    }

    /// The value of the first header field of a name; case doesn't matter.
    public func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }
}
