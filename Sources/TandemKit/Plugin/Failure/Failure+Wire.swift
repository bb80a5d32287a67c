extension Failure {
    /// Reads what a final response says: its status, and the Q.850 cause of a Reason header field (RFC 3326) with the
    /// diagnostic code that another Tandem, or an adapter, wrote into its text.
    public init(reading response: SIPResponse) {
        self.init(status: response.status, reason: response.reasonBytes.string)
        guard let found = Failure.q850(in: response.headers) else { return }
        cause = found.cause
        let words = found.text.split(separator: " ", maxSplits: 1)
        guard words.count == 2, words[0].utf8.count == 5, let code = UInt32(words[0]) else { return }
        diagnostic = DiagnosticCode(raw: code)
        detail = words[1] == diagnostic.sentence ? "" : String(words[1])
    }

    /// The Q.850 cause of a message's Reason header fields; nil when they hold none.
    public static func cause(in headers: HeaderFields) -> Q850Cause? { q850(in: headers)?.cause }

    /// Adds what a peer's network should know to a failure response or BYE, unless a Q.850 cause is there already:
    /// `Reason: Q.850;cause=3;text="12004 No route matches …"`.
    ///
    /// - Parameter showsDetail: Whether the detail takes the place of the sentence. It may name our trunks, so only for
    ///   a message that stays here, or a detail that the other side may read.
    public func write(to headers: inout HeaderFields, showsDetail: Bool = false) {
        guard Failure.cause(in: headers) == nil else { return }
        let words = showsDetail && !detail.isEmpty ? detail : diagnostic.sentence
        let text = QuotedString.quoted("\(diagnostic) \(words)")
        headers.append(.reason, "Q.850;cause=\(effectiveCause);text=\(text)")
    }

    /// Cause and text of the first Q.850 value.
    private static func q850(in headers: HeaderFields) -> (cause: Q850Cause, text: String)? {
        var cursor = HeaderValueCursor(.reason)
        while cursor.next(in: headers) {
            guard cursor.value.prefix(5).equalsIgnoringCase("Q.850") else { continue }
            var cause: Q850Cause?
            var text = ""
            for parameter in ReasonValue.parameters(of: cursor.value) {
                if parameter.name == "cause" { cause = UInt8(parameter.value).flatMap(Q850Cause.init) }
                if parameter.name == "text" { text = parameter.value }
            }
            if let cause { return (cause, text) }
        }
        return nil
    }
}

/// Takes a value of a Reason header field apart (RFC 3326 §2).
enum ReasonValue {
    /// The parameters behind the protocol, names in lower case and values without quotes.
    static func parameters(of value: Bytes) -> [(name: String, value: String)] {
        guard let first = value.firstIndex(of: UInt8(ascii: ";")) else { return [] }
        var result: [(name: String, value: String)] = []
        var walk = ParameterScanner(ByteScanner(value.suffix(from: first)))
        while let found = try? walk.next(), found {
            result.append((walk.name.string.lowercased(), QuotedString.unquoted(walk.value?.string ?? "")))
        }
        return result
    }
}
