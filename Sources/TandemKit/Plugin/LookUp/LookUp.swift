/// What a hook has to know before it can decide, and has to ask elsewhere: an HTTP server, an SQLite database.
///
/// A hook doesn't wait. It returns the look-up, or throws it, and is called again with what was found:
/// ```swift
/// let lookUp = LookUp.sql("customers", "SELECT trunk FROM customers WHERE number = ?", [.text(query.called.text)])
/// guard let finding = query.findings[lookUp] else { return .lookUp(lookUp) }
/// ```
/// The hook then runs from its beginning, with the same values, so it has to make an equal look-up again. Sources have their
/// names from the operator's configuration (`lookups:`), which holds addresses and credentials; a plugin knows neither.
public struct LookUp: Hashable, Sendable, Codable {
    /// What is asked.
    public enum Question: Hashable, Sendable, Codable {
        /// A request to an HTTP server.
        case http(HTTPQuestion)
        /// A statement for an SQLite database.
        case sql(SQLQuestion)
    }

    /// How long a look-up may take unless it says otherwise.
    public static var deadlineDefault: Duration { .milliseconds(500) }
    /// The longest deadline; a longer one is cut to this. The caller hears nothing meanwhile.
    public static var deadlineMax: Duration { .seconds(10) }
    /// The most look-ups for one call, over all its normalizers and routers.
    public static var countMax: Int { 8 }
    /// The most bytes of a question: path, query, header fields and body, or statement and arguments.
    public static var byteCountMax: Int { 16_384 }

    /// The name of the source in the configuration.
    public let source: String
    /// What is asked.
    public let question: Question
    /// After how long the look-up has failed; the operator may have set a shorter time for the source.
    public let deadline: Duration

    /// Joins the parts; the deadline is brought between 1 ms and `deadlineMax`.
    public init(source: String, question: Question, deadline: Duration = LookUp.deadlineDefault) {
        self.source = source
        self.question = question
        self.deadline = min(max(deadline, .milliseconds(1)), LookUp.deadlineMax)
    }

    /// A request to an HTTP server: `.http("lcr", path: "/route", query: ["to": number])`.
    ///
    /// - Parameters:
    ///   - path: Begins with `/`, and is put behind the address that the operator gave.
    ///   - query: Is put behind the path, percent-escaped.
    public static func http(
        _ source: String, method: String = "GET", path: String, query: KeyValuePairs<String, String> = [:],
        headers: [HTTPField] = [], body: [UInt8] = [], deadline: Duration = LookUp.deadlineDefault
    ) -> LookUp {
        let question = HTTPQuestion(method: method, path: path, query: query, headers: headers, body: body)
        return LookUp(source: source, question: .http(question), deadline: deadline)
    }

    /// A statement for an SQLite database, with its values in the order of their question marks.
    public static func sql(
        _ source: String, _ statement: String, _ arguments: [SQLValue] = [],
        deadline: Duration = LookUp.deadlineDefault
    ) -> LookUp {
        LookUp(
            source: source, question: .sql(SQLQuestion(statement: statement, arguments: arguments)), deadline: deadline)
    }

    /// Why the look-up can't be done whatever its source is; nil when it can.
    public var fault: LookUpFailure? {
        let problem =
            switch question {
            case .http(let question): question.problem
            case .sql(let question): question.problem
            }
        if let problem { return LookUpFailure(.malformed, problem) }
        guard byteCount > LookUp.byteCountMax else { return nil }
        return LookUpFailure(
            .tooLarge, "the question has \(byteCount) bytes; a look-up may have \(LookUp.byteCountMax)")
    }

    /// Bytes of the question: its texts and values, and eight for each of them.
    public var byteCount: Int {
        switch question {
        case .http(let question): source.utf8.count + question.byteCount
        case .sql(let question): source.utf8.count + question.byteCount
        }
    }
}

extension LookUp: CustomStringConvertible {
    /// Source and question in short, for a line: `lcr: GET /route?to=%2B49`.
    public var description: String {
        let text =
            switch question {
            case .http(let question): "\(question.method) \(question.target)"
            case .sql(let question): question.statement
            }
        let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return "\(source): \(line.count > 80 ? line.prefix(79) + "…" : line[...])"
    }
}
