extension Failure {
    /// Reads what a final response says: its status, the Q.850 cause of a Reason header field (RFC 3326), and the
    /// diagnostic code that another Tandem wrote into Warning.
    public init(reading response: SIPResponse) {
        self.init(status: response.status, reason: response.reasonBytes.string)
        cause = Failure.cause(in: response.headers)
        if let warning = Failure.warning(in: response.headers) { (diagnostic, detail) = warning }
    }

    /// The Q.850 cause of a message's Reason header fields; nil when they hold none.
    public static func cause(in headers: HeaderFields) -> Q850Cause? {
        var index = headers.firstIndex(of: HeaderID.reason)
        while index >= 0 {
            let value = headers.valueBytes(at: index)
            if let cause = cause(ofReason: value) { return cause }
            index = headers.nextIndex(of: HeaderID.reason, after: index)
        }
        return nil
    }

    /// `SIP;cause=486;text="a, b", Q.850;cause=34`: reads the Q.850 value of a list.
    private static func cause(ofReason value: Bytes) -> Q850Cause? {
        for reason in ReasonList.split(value) {
            guard reason.first?.lowercased() == "q.850" else { continue }
            for parameter in reason.dropFirst() where parameter.lowercased().hasPrefix("cause=") {
                return UInt8(parameter.dropFirst(6)).flatMap(Q850Cause.init)
            }
        }
        return nil
    }

    /// Adds what a peer should know to a failure response or BYE: `Reason: Q.850;cause=…` unless there is one already,
    /// and, on a response, `Warning: 399` with the diagnostic code and the detail, or the code's sentence.
    ///
    /// - Parameter host: Who warns: our advertised host.
    public func write(to headers: inout HeaderFields, host: String, warns: Bool = true) {
        if Failure.cause(in: headers) == nil { headers.append(.reason, "Q.850;cause=\(effectiveCause)") }
        guard warns else { return }
        let text = DisplayName.quoted("Tandem \(diagnostic): \(detail.isEmpty ? diagnostic.sentence : detail)")
        headers.append(.warning, "399 \(host) \(text)")
    }

    /// Code and detail of `399 host "Tandem 12004: sentence"`; the code's own sentence is no detail.
    private static func warning(in headers: HeaderFields) -> (DiagnosticCode, String)? {
        var index = headers.firstIndex(of: HeaderID.warning)
        while index >= 0 {
            let text = headers.value(at: index)
            index = headers.nextIndex(of: HeaderID.warning, after: index)
            guard let quote = text.firstIndex(of: "\"") else { continue }
            let words = QuotedString.unquoted(String(text[quote...])).split(separator: ":", maxSplits: 1)
            guard let head = words.first, head.hasPrefix("Tandem "), let raw = UInt32(head.dropFirst(7)) else {
                continue
            }
            let code = DiagnosticCode(raw: raw)
            let detail = words.count > 1 ? String(words[1].drop { $0 == " " }) : ""
            return (code, detail == code.sentence ? "" : detail)
        }
        return nil
    }
}

/// Takes a Reason header field apart (RFC 3326 §2).
enum ReasonList {
    /// The reasons, each as its protocol followed by its parameters. Commas and semicolons in quotes separate nothing.
    static func split(_ value: Bytes) -> [[String]] {
        var reasons: [[String]] = []
        var parts: [String] = []
        var part: [UInt8] = []
        var isQuoted = false
        var isEscaped = false
        func trimmed() -> String {
            let text = part.drop { $0 == 0x20 || $0 == 0x09 }
            let length = text.reversed().drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A }.count
            return String(decoding: text.prefix(length), as: UTF8.self)
        }
        for index in 0..<value.count {
            let byte = value[index]
            if isEscaped {
                isEscaped = false
            } else if isQuoted, byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if !isQuoted, byte == UInt8(ascii: ";") || byte == UInt8(ascii: ",") {
                parts.append(trimmed())
                part = []
                if byte == UInt8(ascii: ",") {
                    reasons.append(parts)
                    parts = []
                }
                continue
            }
            part.append(byte)
        }
        parts.append(trimmed())
        reasons.append(parts)
        return reasons
    }
}
