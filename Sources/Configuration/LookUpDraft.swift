import TandemKit

/// Reads the `lookups` section.
struct LookUpDraft {
    /// The sources that are right, in the order of the file.
    private(set) var sources: [LookUpSettings] = []
    private let paths: PathResolution
    private var resolver: SecretResolver
    private let problems: ProblemList

    init(_ node: SettingsValue?, paths: PathResolution, environment: [String: String], problems: ProblemList) {
        self.paths = paths
        self.problems = problems
        resolver = SecretResolver(paths: paths, environment: environment, problems: problems)
        guard let node else { return }
        for entry in SectionReader.named(node, path: "lookups", problems: problems) {
            if let source = source(entry) { sources.append(source) }
        }
    }

    private mutating func source(_ entry: SettingsEntry) -> LookUpSettings? {
        let section = SectionReader(
            entry.value, path: "lookups.\(entry.key)", pattern: "lookups.*", problems: problems)
        let sqlite = section.readIfPresent("sqlite", ValueParsers.text)
        let http = section.readIfPresent("http", Self.address)
        let writable = section.read("writable", ValueParsers.flag)
        let timeout = section.duration("timeout")
        let connections = section.number("connections")
        let headers = headers(section)
        guard checkChoice(section), let writable, let timeout, let connections, let headers else { return nil }
        let place: LookUpSettings.Place
        if let sqlite {
            place = .sqlite(path: paths.resolve(sqlite.value), isWritable: writable.value)
        } else if let http {
            place = .http(address: http.value, headers: headers)
        } else {
            return nil
        }
        return LookUpSettings(
            name: entry.key, place: place, timeout: timeout.value, connections: connections.value,
            position: entry.position)
    }

    /// A source is one thing, and has no keys of the other.
    private func checkChoice(_ section: SectionReader) -> Bool {
        let (sqlite, http) = (section.node("sqlite"), section.node("http"))
        switch (sqlite, http) {
        case (nil, nil):
            problems.add(
                at: section.position, path: section.path, "this names nothing that could be asked",
                remedy: "add sqlite: with a path, or http: with an address")
            return false
        case (_?, let http?):
            section.refuse(
                "http", at: http.position, "a source is a database or a server",
                remedy: "make two sources of it, each with a name")
            return false
        case (_?, nil): return refuse("headers", section, "this is about HTTP servers")
        case (nil, _?): return refuse("writable", section, "this is about SQLite databases")
        }
    }

    private func refuse(_ name: String, _ section: SectionReader, _ message: String) -> Bool {
        guard let node = section.node(name) else { return true }
        section.refuse(name, at: node.position, message, remedy: "remove it")
        return false
    }

    private static func address(_ text: String) throws(ValueFault) -> String {
        let remedy = "write one like http://192.0.2.7:8080/ or https://lcr.example.net/v1"
        let scheme = ["http://", "https://"].first { text.lowercased().hasPrefix($0) }
        guard let scheme, case let rest = text.dropFirst(scheme.count), rest.first != "/", !rest.isEmpty,
            text.utf8.allSatisfy({ 0x21...0x7E ~= $0 })
        else { throw ValueFault(message: "\(text.quoted) is no address of an HTTP server", remedy: remedy) }
        if rest.contains("@") {
            throw ValueFault(
                message: "the address holds a user or password",
                remedy: "write them as a header field: headers: { Authorization: { file: token } }")
        }
        guard !rest.contains("?"), !rest.contains("#") else {
            throw ValueFault(
                message: "\(text.quoted) has a query", remedy: "leave it to the plugin: write up to the path")
        }
        return text
    }

    /// The header fields with their secrets put in; nil when one can't be sent.
    private mutating func headers(_ section: SectionReader) -> [LookUpHeader]? {
        guard let node = section.node("headers"), node.content != .null else { return [] }
        let path = "\(section.path).headers"
        guard case .map(let entries) = resolver.resolve(node, path: path).content else {
            section.refuse(
                "headers", at: node.position, "is \(node.words)", remedy: "write a map, like { X-Key: 1234 }")
            return nil
        }
        var headers: [LookUpHeader] = []
        for entry in entries {
            guard case .scalar(let text) = entry.value.content, Self.isToken(entry.key), Self.isSendable(text) else {
                section.refuse(
                    "headers.\(entry.key)", at: entry.position, "this is no header field that could be sent",
                    remedy: "write a name of letters, digits and hyphens, and a value on one line")
                return nil
            }
            headers.append(LookUpHeader(name: entry.key, value: Secret(text)))
        }
        return headers
    }

    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
                default: false
                }
            }
    }

    private static func isSendable(_ text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }
}
