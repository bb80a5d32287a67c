/// A display name, a URI and header parameters: the value of From, To, Contact, Route, P-Asserted-Identity and their
/// like (RFC 3261 §20.10).
public struct NameAddr: Hashable, Sendable, CustomStringConvertible, LosslessStringConvertible {
    /// The display name as written, quotes included; nil when absent.
    public var rawDisplayName: String?
    /// The URI.
    public var uri: SIPURI
    /// The header parameters, those of the URI not among them.
    public var parameters: Parameters
    /// Whether the URI was written without angle brackets; they are added where the grammar needs them.
    var isBare = false

    /// Joins a URI and a display name.
    public init(uri: SIPURI, displayName: String? = nil) {
        self.uri = uri
        parameters = .ofHeader
        self.displayName = displayName
    }

    /// The display name without its quotes; nil when absent. Setting puts it in quotes.
    public var displayName: String? {
        get { rawDisplayName.map { QuotedString.unquoted($0) } }
        set { rawDisplayName = newValue.map { QuotedString.quoted($0) } }
    }

    /// The `tag` parameter of From and To; nil when absent.
    public var tag: String? {
        get { parameters["tag"] }
        set { parameters["tag"] = newValue }
    }

    /// The value as it is written.
    public var description: String {
        var text = ""
        if let rawDisplayName { text = rawDisplayName + " " }
        let needsBrackets = !isBare || rawDisplayName != nil || !uri.parameters.isEmpty || !uri.headers.isEmpty
        let written = uri.description
        let isPlain = written.utf8.allSatisfy { $0 != 0x3B && $0 != 0x2C && $0 != 0x3F }
        text += needsBrackets || !isPlain ? "<\(written)>" : written
        return text + parameters.description
    }

    /// Whether the parts are the same, however the URI is bracketed.
    public static func == (left: NameAddr, right: NameAddr) -> Bool {
        left.displayName == right.displayName && left.uri == right.uri && left.parameters == right.parameters
    }

    /// Hashes display name and URI.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(displayName)
        hasher.combine(uri)
    }
}

extension NameAddr {
    /// Reads one value; nil when it is malformed or more than one.
    public init?(_ text: String) {
        guard let value = try? text.withBytes({ bytes throws(SIPParseError) in try NameAddr(parsing: bytes) }) else {
            return nil
        }
        self = value
    }

    /// Reads one value; the error tells what is wrong and where.
    public init(parsing value: Bytes) throws(SIPParseError) {
        let (view, next) = try NameAddrView.parse(value, from: 0)
        guard next == value.count else { throw SIPParseError(offset: next, expected: "the end of the value") }
        try self.init(view)
    }

    /// Reads a list separated by commas; the error tells what is wrong and where.
    public static func parseList(_ value: Bytes) throws(SIPParseError) -> [NameAddr] {
        var list: [NameAddr] = []
        var position = 0
        while true {
            let (view, next) = try NameAddrView.parse(value, from: position)
            list.append(try NameAddr(view))
            if next >= value.count { return list }
            guard list.count < MessageLimits.listValues else {
                throw SIPParseError(offset: next, expected: "at most 512 values")
            }
            position = next + 1
        }
    }

    /// Reads a list separated by commas; the error tells what is wrong and where.
    public static func parseList(_ text: String) throws(SIPParseError) -> [NameAddr] {
        try text.withBytes { bytes throws(SIPParseError) in try parseList(bytes) }
    }

    init(_ view: NameAddrView) throws(SIPParseError) {
        uri = SIPURI(lenient: view.uri)
        rawDisplayName = view.displayName.isEmpty ? nil : view.displayName.unfolded
        parameters = try Parameters(headerText: view.parameters)
        isBare = !view.isBracketed
    }

    /// Reads a value that may be anything: what is malformed is kept in an unreadable URI.
    init(lenient value: Bytes) {
        if let address = try? NameAddr(parsing: value) {
            self = address
        } else {
            self.init(uri: SIPURI(unreadable: value.unfolded))
            isBare = true
        }
    }
}
