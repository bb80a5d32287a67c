/// A request to an HTTP server whose address the operator has given.
public struct HTTPQuestion: Hashable, Sendable, Codable {
    /// `GET` and the like.
    public let method: String
    /// Path and query as they are sent, behind the path of the source's own address.
    public let target: String
    /// Beside the header fields that the operator has given.
    public let headers: [HTTPField]
    /// Sent as it is.
    public let body: [UInt8]

    /// Joins the parts; names and values of `query` are percent-escaped (RFC 3986 §2.1).
    public init(
        method: String = "GET", path: String, query: KeyValuePairs<String, String> = [:], headers: [HTTPField] = [],
        body: [UInt8] = []
    ) {
        let pairs = query.map { "\(Self.escaped($0.key))=\(Self.escaped($0.value))" }
        let mark = pairs.isEmpty ? "" : path.utf8.contains(UInt8(ascii: "?")) ? "&" : "?"
        self.init(method: method, target: path + mark + pairs.joined(separator: "&"), headers: headers, body: body)
    }

    /// Joins the parts, with a target that was escaped before.
    public init(method: String, target: String, headers: [HTTPField], body: [UInt8]) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
    }

    private static func escaped(_ text: String) -> String {
        PercentCoding.encode(text) { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: true
            default: false
            }
        }
    }

    var byteCount: Int {
        headers.reduce(24 + method.utf8.count + target.utf8.count + body.count) { $0 + $1.byteCount }
    }

    /// What could never be sent, or would be something else on the way.
    var problem: String? {
        if target.utf8.first != UInt8(ascii: "/") { return "the path \"\(target.prefix(40))\" does not begin with /" }
        if !target.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) {
            return "the path \"\(target.prefix(40))\" has characters that must be percent-escaped"
        }
        if target.utf8.contains(UInt8(ascii: "#")) {
            return "the path \"\(target.prefix(40))\" has a #, behind which nothing is sent: escape it as %23"
        }
        if leadsElsewhere {
            return "the path \"\(target.prefix(40))\" has a part . or .., and would leave the operator's address"
        }
        if method.isEmpty || !method.utf8.allSatisfy({ 0x41...0x5A ~= $0 }) {
            return "\"\(method.prefix(40))\" is no HTTP method"
        }
        for field in headers where !field.isWellFormed {
            return "the header field \"\(field.name.prefix(40))\" has characters that can't be sent"
        }
        for field in headers where Self.ownFields.contains(field.name.lowercased()) {
            return "the header field \(field.name) is not the plugin's to set"
        }
        return nil
    }

    /// What says where a message ends, how long its connection lives and whose it is (RFC 9112 §6, RFC 9110 §7): with these a
    /// plugin would speak for whoever uses the connection next, or with another server behind the same address.
    private static let ownFields: Set<String> = [
        "connection", "content-length", "expect", "host", "keep-alive", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade",
    ]

    /// Whether the path goes up, as it is or as servers read it: `/../`, `/%2e%2e/`, `/..%2f`.
    private var leadsElsewhere: Bool {
        var bytes = target.utf8.prefix { $0 != UInt8(ascii: "?") }[...]
        var (dots, hasMore) = (0, false)
        while let first = bytes.popFirst() {
            var byte = first
            if byte == UInt8(ascii: "%"), let escaped = PercentCoding.byte(bytes.prefix(2)) {
                byte = escaped
                bytes = bytes.dropFirst(2)
            }
            switch byte {
            case UInt8(ascii: "."): dots += 1
            case UInt8(ascii: "/"), UInt8(ascii: "\\"):
                if !hasMore, 1...2 ~= dots { return true }
                (dots, hasMore) = (0, false)
            default: hasMore = true
            }
        }
        return !hasMore && 1...2 ~= dots
    }
}

/// A header field of HTTP.
public struct HTTPField: Hashable, Sendable, Codable {
    /// The name; case doesn't matter.
    public let name: String
    /// The value.
    public let value: String

    /// Joins name and value.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    var byteCount: Int { 16 + name.utf8.count + value.utf8.count }

    /// Whether name and value can stand in a header (RFC 9110 §5): no line breaks above all.
    var isWellFormed: Bool {
        !name.isEmpty && name.utf8.allSatisfy { 0x21...0x7E ~= $0 && $0 != UInt8(ascii: ":") }
            && value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    }
}
