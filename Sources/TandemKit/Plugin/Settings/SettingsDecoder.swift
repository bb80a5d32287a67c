/// Collects errors while settings are decoded, and knows the path of what is being decoded.
struct SettingsDecoder {
    private(set) var errors: [SettingsError] = []
    private var path: [String] = []

    /// Reports an error at a node.
    mutating func report(_ message: String, at value: SettingsValue) {
        report(message, line: value.line, column: value.column)
    }

    /// Reports an error at a place.
    mutating func report(_ message: String, line: Int, column: Int) {
        errors.append(SettingsError(line: line, column: column, path: path.joined(), message: message))
    }

    /// Runs `body` for the setting `name` of the present path.
    mutating func at<Result>(_ name: String, _ body: (inout SettingsDecoder) -> Result) -> Result {
        path.append(path.isEmpty ? name : ".\(name)")
        defer { path.removeLast() }
        return body(&self)
    }

    /// Runs `body` for the element `index` of the present path.
    mutating func at<Result>(index: Int, _ body: (inout SettingsDecoder) -> Result) -> Result {
        path.append("[\(index)]")
        defer { path.removeLast() }
        return body(&self)
    }

    /// Decodes a whole settings type. Goes on after errors, so that all of them are found.
    mutating func decode<Owner: PluginSettings>(_ type: Owner.Type, from value: SettingsValue) -> Owner {
        var owner = Owner()
        let fields = Owner.fields
        let entries: [SettingsEntry]
        switch value.content {
        case .map(let found): entries = found
        case .null: entries = []
        case .scalar, .list:
            report("expected a map of settings, found \(value.kindName)", at: value)
            return owner
        }
        let errorsBefore = errors.count
        var seen: [String] = []
        for entry in entries {
            guard let field = fields.first(where: { $0.name == entry.key }) else {
                reportUnknown(entry, known: fields.map(\.name))
                continue
            }
            guard !seen.contains(entry.key) else {
                report("`\(entry.key)` is set twice; remove one", line: entry.line, column: entry.column)
                continue
            }
            seen.append(entry.key)
            at(entry.key) { field.decode(entry.value, &owner, &$0) }
        }
        for field in fields where field.isRequired && !seen.contains(field.name) {
            report("`\(field.name)` is missing: \(field.help)", at: value)
        }
        guard errors.count == errorsBefore else { return owner }
        for conflict in owner.conflicts() {
            let place = entries.first { $0.key == conflict.setting }?.value ?? value
            at(conflict.setting) { $0.report(conflict.message, at: place) }
        }
        return owner
    }

    private mutating func reportUnknown(_ entry: SettingsEntry, known: [String]) {
        let advice: String
        if let nearest = NearestName.of(entry.key, among: known) {
            advice = "did you mean `\(nearest)`?"
        } else if known.isEmpty {
            advice = "there is nothing to set here"
        } else {
            advice = "known here: \(known.joined(separator: ", "))"
        }
        report("`\(entry.key)` is no known setting; \(advice)", line: entry.line, column: entry.column)
    }
}
