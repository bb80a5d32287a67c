import TandemKit

/// Gathers the entries of one map: repeated keys are problems, `<<` brings in the entries of other maps.
struct MapBuilder {
    private let problems: ProblemList
    private var entries: [SettingsEntry] = []
    private var lines: [String: Int] = [:]
    private var merged: [SettingsEntry] = []

    init(problems: ProblemList) { self.problems = problems }

    /// Adds one entry in the order of the file.
    mutating func add(key: String, at position: SourcePosition, value: SettingsValue) {
        if key == "<<" { return merge(value) }
        if let line = lines[key] {
            return problems.add(
                at: position, path: key, "the key is there already, in line \(line)",
                remedy: "keep one of the two")
        }
        lines[key] = position.line
        entries.append(SettingsEntry(key, value, line: position.line, column: position.column))
    }

    /// The entries: own ones first, then those merged in that the map doesn't have itself.
    func finish() -> [SettingsEntry] {
        var known = Set(lines.keys)
        return entries + merged.filter { known.insert($0.key).inserted }
    }

    private mutating func merge(_ value: SettingsValue) {
        switch value.content {
        case .map(let entries): merged += entries
        case .list(let maps): for map in maps { merge(map) }
        default:
            problems.add(
                at: value.position, path: "<<", "<< brings in \(value.words)",
                remedy: "write an alias of a map, like <<: *name")
        }
    }
}
