/// What the daemon answers: one JSON object on one line, with one key that names the kind of answer.
///
/// `{"calls": [...]}`, `{"failed": {"message": "...", "remedy": "..."}}`
public enum AdminAnswer: Hashable, Sendable {
    /// The answer to `version`.
    case version(VersionReport)
    /// The answer to `status`.
    case status(StatusReport)
    /// The answer to `plugins`.
    case plugins([PluginReport])
    /// The answer to `trunks`.
    case trunks([TrunkReport])
    /// The answer to `calls`.
    case calls([CallReport])
    /// The answer to `trace`.
    case trace(TraceReport)
    /// The answer to `metrics`, in the text format of Prometheus.
    case metrics(String)
    /// It is done; the text says what.
    case done(String)
    /// It can't be done.
    case failed(AdminFailure)
}

/// Why a request could not be served.
public struct AdminFailure: Error, Codable, Hashable, Sendable {
    /// What is wrong, a sentence without a full stop.
    public var message: String
    /// What to do about it, a sentence without a full stop.
    public var remedy: String

    /// Joins the two sentences.
    public init(_ message: String, remedy: String) {
        self.message = message
        self.remedy = remedy
    }
}

extension AdminAnswer: Codable {
    private enum Key: String, CodingKey {
        case version, status, plugins, trunks, calls, trace, metrics, done, failed
    }

    /// Reads an answer; throws `DecodingError` when it is none.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        guard let key = fields.allKeys.first, fields.allKeys.count == 1 else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "not one kind of answer"))
        }
        switch key {
        case .version: self = .version(try fields.decode(VersionReport.self, forKey: key))
        case .status: self = .status(try fields.decode(StatusReport.self, forKey: key))
        case .plugins: self = .plugins(try fields.decode([PluginReport].self, forKey: key))
        case .trunks: self = .trunks(try fields.decode([TrunkReport].self, forKey: key))
        case .calls: self = .calls(try fields.decode([CallReport].self, forKey: key))
        case .trace: self = .trace(try fields.decode(TraceReport.self, forKey: key))
        case .metrics: self = .metrics(try fields.decode(String.self, forKey: key))
        case .done: self = .done(try fields.decode(String.self, forKey: key))
        case .failed: self = .failed(try fields.decode(AdminFailure.self, forKey: key))
        }
    }

    /// Writes the answer.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        switch self {
        case .version(let report): try fields.encode(report, forKey: .version)
        case .status(let report): try fields.encode(report, forKey: .status)
        case .plugins(let reports): try fields.encode(reports, forKey: .plugins)
        case .trunks(let reports): try fields.encode(reports, forKey: .trunks)
        case .calls(let reports): try fields.encode(reports, forKey: .calls)
        case .trace(let report): try fields.encode(report, forKey: .trace)
        case .metrics(let text): try fields.encode(text, forKey: .metrics)
        case .done(let text): try fields.encode(text, forKey: .done)
        case .failed(let failure): try fields.encode(failure, forKey: .failed)
        }
    }
}
