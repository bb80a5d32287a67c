import TandemKit

/// A value and where it stands; the place of the section when the value is a default.
struct Located<Value> {
    let value: Value
    let position: SourcePosition
}

/// Reads one map of the file by the keys that `ConfigurationSchema` has for it. Whatever is wrong goes to the problem
/// list, and reading goes on.
struct SectionReader {
    /// The dotted path in the file, like `trunks.uc`.
    let path: String
    /// The dotted path in the schema, like `trunks.*`.
    let pattern: String
    /// Where the section begins.
    let position: SourcePosition
    let problems: ProblemList
    private let entries: [SettingsEntry]

    /// Opens the map; every key that the schema lacks is a problem.
    init(_ node: SettingsValue, path: String, pattern: String, problems: ProblemList) {
        self.path = path
        self.pattern = pattern
        self.problems = problems
        position = node.position
        entries = Self.entries(of: node, path: path, problems: problems)
        let known = ConfigurationSchema.names(in: pattern)
        for entry in entries where !known.contains(entry.key) && !isFragment(entry) { refuseUnknown(entry, known) }
    }

    /// The entries of a map whose names the operator chooses, like `trunks`; bad names are problems.
    static func named(_ node: SettingsValue, path: String, problems: ProblemList) -> [SettingsEntry] {
        let entries = entries(of: node, path: path, problems: problems)
        for entry in entries where !isName(entry.key) {
            problems.add(
                at: entry.position, path: path, "\(entry.key.quoted) is no name",
                remedy: "use up to 63 letters, digits, dots, hyphens and underscores, a letter or digit first")
        }
        return entries
    }

    /// The child map under a key; nil when it is left out.
    func section(_ name: String) -> SectionReader? {
        guard let node = entry(name)?.value else { return nil }
        return SectionReader(
            node, path: child(name), pattern: pattern.isEmpty ? name : "\(pattern).\(name)", problems: problems)
    }

    /// The value under a key, untouched; nil when it is left out.
    func node(_ name: String) -> SettingsValue? { entry(name)?.value }

    /// The value of a key, or of its default, read by `parse`; nil when it is missing or wrong.
    func read<Value>(_ name: String, _ parse: (String) throws(ValueFault) -> Value) -> Located<Value>? {
        let key = ConfigurationSchema.key("\(pattern).\(name)")
        guard let entry = entry(name) else {
            if let standard = key.standard { return parsed(standard, at: position, name, parse) }
            problems.add(at: position, path: path, "\"\(name)\" is missing", remedy: "add \(name): \(key.values)")
            return nil
        }
        guard case .scalar(let text) = entry.value.content else {
            refuse(name, entry.value, "is \(entry.value.words)", key.values)
            return nil
        }
        return parsed(text, at: entry.value.position, name, parse)
    }

    /// The value of a key read by `parse`; nil when it is left out or wrong.
    func readIfPresent<Value>(_ name: String, _ parse: (String) throws(ValueFault) -> Value) -> Located<Value>? {
        entry(name) == nil ? nil : read(name, parse)
    }

    /// The elements of a list of texts, each read by `parse`; nil when the key is left out. One text counts as a list
    /// of one. Wrong elements are problems and left out.
    func readList<Value>(_ name: String, _ parse: (String) throws(ValueFault) -> Value) -> [Located<Value>]? {
        guard let node = entry(name)?.value else { return nil }
        let elements: [SettingsValue]
        switch node.content {
        case .list(let list): elements = list
        case .scalar: elements = [node]
        default:
            refuse(name, node, "is \(node.words)", ConfigurationSchema.key("\(pattern).\(name)").values)
            return nil
        }
        return elements.enumerated().compactMap { index, element in
            guard case .scalar(let text) = element.content else {
                refuse("\(name)[\(index)]", element, "is \(element.words)", "a single value")
                return nil
            }
            return parsed(text, at: element.position, "\(name)[\(index)]", parse)
        }
    }

    /// The path of a Unix socket; nil when it is missing or wrong.
    func readSocket(_ name: String, _ paths: PathResolution, example: String) -> String? {
        guard let path = read(name, ValueParsers.text) else { return nil }
        let resolved = paths.resolve(path.value)
        if resolved.utf8.count > ControlSocketPath.byteLimit {
            refuse(
                name, at: path.position,
                "the path \(resolved) is longer than \(ControlSocketPath.byteLimit) bytes, more than a Unix socket can have",
                remedy: "choose a shorter one, like \(example)")
        }
        return resolved
    }

    /// Adds a problem at a key of this section.
    func refuse(_ name: String, at position: SourcePosition, _ message: String, remedy: String) {
        problems.add(at: position, path: child(name), message, remedy: remedy)
    }

    private func refuse(_ name: String, _ node: SettingsValue, _ message: String, _ values: String) {
        refuse(name, at: node.position, message, remedy: "write \(values)")
    }

    private func parsed<Value>(
        _ text: String, at position: SourcePosition, _ name: String, _ parse: (String) throws(ValueFault) -> Value
    ) -> Located<Value>? {
        do throws(ValueFault) {
            return Located(value: try parse(text), position: position)
        } catch {
            refuse(name, at: position, error.message, remedy: error.remedy)
            return nil
        }
    }

    private func entry(_ name: String) -> SettingsEntry? { entries.first { $0.key == name } }

    private func child(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    private func isFragment(_ entry: SettingsEntry) -> Bool {
        pattern.isEmpty && entry.key.hasPrefix(ConfigurationSchema.fragmentPrefix)
    }

    private func refuseUnknown(_ entry: SettingsEntry, _ known: [String]) {
        let remedy =
            NearestName.of(entry.key, among: known).map { "did you mean \"\($0)\"?" }
            ?? "the keys here are \(known.joined(separator: ", "))"
        problems.add(at: entry.position, path: child(entry.key), "unknown key", remedy: remedy)
    }

    private static func entries(
        of node: SettingsValue, path: String, problems: ProblemList
    ) -> [SettingsEntry] {
        switch node.content {
        case .map(let entries): return entries
        case .null: return []
        default:
            problems.add(
                at: node.position, path: path, "is \(node.words)",
                remedy: "write a map of keys, one \"key: value\" a line")
            return []
        }
    }

    /// Names go into log lines, tables and command lines: no spaces, no quotes.
    static func isName(_ text: String) -> Bool {
        let isAlphanumeric = { (byte: UInt8) in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        }
        return text.utf8.count <= 63 && text.utf8.first.map(isAlphanumeric) == true
            && text.utf8.allSatisfy { isAlphanumeric($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F }
    }
}
