/// The parameters of a URI or a header value in order; a name may stand there more than once.
///
/// Values are kept as written until they are set. Reading by name gives them decoded: percent escapes in a URI,
/// quoted strings in a header value.
public struct Parameters: Hashable, Sendable {
    /// One parameter as written.
    public struct Parameter: Hashable, Sendable {
        /// The name as written; it is compared without case.
        public var name: String
        /// The value as written, quotes and escapes included; nil for a name without `=`.
        public var rawValue: String?

        /// Joins a name and a value as they are to be written.
        public init(name: String, rawValue: String?) {
            self.name = name
            self.rawValue = rawValue
        }

        /// Whether the name is the same and the value is written the same.
        public static func == (left: Parameter, right: Parameter) -> Bool {
            left.rawValue == right.rawValue && left.name.equalsIgnoringCase(right.name)
        }

        /// Hashes the name without its case, and the value.
        public func hash(into hasher: inout Hasher) {
            for byte in name.utf8 { hasher.combine(ByteClass.lowercased(byte)) }
            hasher.combine(rawValue)
        }
    }

    enum Style: Hashable, Sendable {
        /// `;name=value` of a URI, with percent escapes.
        case uri
        /// `?name=value&…` of a URI, with percent escapes.
        case uriHeader
        /// `;name=value` of a header value, with quoted strings.
        case header
    }

    /// The parameters in order.
    public private(set) var all: [Parameter] = []
    let style: Style

    init(style: Style) { self.style = style }

    /// No parameters of a header value.
    public static var ofHeader: Parameters { Parameters(style: .header) }

    /// No parameters of a URI.
    public static var ofURI: Parameters { Parameters(style: .uri) }

    /// Whether there are none.
    public var isEmpty: Bool { all.isEmpty }

    /// How many there are.
    public var count: Int { all.count }

    /// The decoded value of the first parameter of a name: nil when absent, empty when it has no value.
    ///
    /// Setting replaces it where it stands and removes further ones, or adds it at the end; an empty value writes the
    /// name alone (`;lr`), nil removes all of the name.
    public subscript(name: String) -> String? {
        get { all.first { $0.name.equalsIgnoringCase(name) }.map { decode($0.rawValue) } }
        set {
            guard let newValue else { return remove(name) }
            let raw = newValue.isEmpty ? nil : encode(newValue)
            guard let index = all.firstIndex(where: { $0.name.equalsIgnoringCase(name) }) else {
                all.append(Parameter(name: name, rawValue: raw))
                return
            }
            all[index].rawValue = raw
            while let extra = all.lastIndex(where: { $0.name.equalsIgnoringCase(name) }), extra > index {
                all.remove(at: extra)
            }
        }
    }

    /// The decoded values of all parameters of a name.
    public func values(_ name: String) -> [String] {
        all.filter { $0.name.equalsIgnoringCase(name) }.map { decode($0.rawValue) }
    }

    /// Whether there is a parameter of a name.
    public func contains(_ name: String) -> Bool { all.contains { $0.name.equalsIgnoringCase(name) } }

    /// Adds a parameter at the end, whatever is there already; an empty value writes the name alone.
    public mutating func append(_ name: String, _ value: String = "") {
        all.append(Parameter(name: name, rawValue: value.isEmpty ? nil : encode(value)))
    }

    /// Adds a parameter at the end as it is to be written.
    public mutating func append(_ parameter: Parameter) { all.append(parameter) }

    /// Takes all parameters of a name away.
    public mutating func remove(_ name: String) { all.removeAll { $0.name.equalsIgnoringCase(name) } }

    /// Takes all parameters away that pass the test.
    public mutating func removeAll(where test: (Parameter) -> Bool) { all.removeAll(where: test) }

    private func decode(_ raw: String?) -> String {
        guard let raw else { return "" }
        return style == .header ? QuotedString.unquoted(raw) : PercentCoding.decode(raw) ?? raw
    }

    private func encode(_ value: String) -> String {
        switch style {
        case .header: QuotedString.quotedUnlessToken(value)
        case .uri: PercentCoding.encode(value) { ByteClass.isURIParameter($0) }
        case .uriHeader: PercentCoding.encode(value) { ByteClass.isURIHeader($0) }
        }
    }
}

extension Parameters: CustomStringConvertible {
    /// The parameters as they are written, each with its `;`; those after `?` joined by `&`.
    public var description: String {
        var text = ""
        for (index, parameter) in all.enumerated() {
            if style != .uriHeader { text += ";" } else if index > 0 { text += "&" }
            text += parameter.name
            if let value = parameter.rawValue { text += "=" + value }
        }
        return text
    }
}

extension Parameters {
    /// Reads `name=value;…` of a URI, without the first separator.
    init(uriText: Bytes, style: Style) throws(SIPParseError) {
        self.init(style: style)
        let separator: UInt8 = style == .uriHeader ? 0x26 : 0x3B
        var start = 0
        while start < uriText.count {
            let end = uriText.firstIndex(of: separator, from: start) ?? uriText.count
            let parameter = uriText.slice(from: start, count: end - start)
            if !parameter.isEmpty {
                guard count < MessageLimits.parameters else {
                    throw SIPParseError(offset: start, place: "URI", expected: "at most 128 parameters")
                }
                let equals = parameter.firstIndex(of: 0x3D)
                let name = parameter.prefix(equals ?? parameter.count).string
                append(Parameter(name: name, rawValue: equals.map { parameter.suffix(from: $0 + 1).string }))
            }
            start = end + 1
        }
    }

    /// Reads `;name=value…` of a header value.
    init(headerText: Bytes) throws(SIPParseError) {
        self.init(style: .header)
        var walk = ParameterScanner(ByteScanner(headerText))
        while try walk.next() {
            if walk.name.isEmpty { continue }
            guard count < MessageLimits.parameters else {
                throw SIPParseError(offset: walk.scanner.index, expected: "at most 128 parameters")
            }
            append(Parameter(name: walk.name.string, rawValue: walk.value?.unfolded))
        }
    }
}
