import Foundation
import TandemKit

/// What can be said of a plugin's settings: by their list of fields alone, and by trying them.
struct SettingsLint {
    let plugin: String
    let fields: [FieldDescription]
    /// The settings that the author gave, or none.
    let given: SettingsValue

    /// The settings to make instances with: those given, with a value for each required field that is missing.
    var base: SettingsValue {
        guard case .map(let entries) = given.content else { return given }
        let missing = fields.filter { field in field.isRequired && !entries.contains { $0.key == field.name } }
        return SettingsValue(.map(entries + missing.map { SettingsEntry($0.name, Self.sample(of: $0.kind)) }))
    }

    /// What the list of fields alone tells.
    func findings() -> [CheckFinding] { Self.lint(fields, plugin: plugin, under: "") }

    private static func lint(_ fields: [FieldDescription], plugin: String, under prefix: String) -> [CheckFinding] {
        var findings: [CheckFinding] = []
        var seen: Set<String> = []
        for field in fields {
            let name = prefix + field.name
            if !seen.insert(field.name).inserted {
                findings.append(
                    CheckFinding(
                        .duplicateSetting, plugin: plugin, at: name, "two settings have this name",
                        remedy: "rename one of them"))
            }
            if !field.help.contains(where: \.isLetter) {
                findings.append(
                    CheckFinding(
                        .noHelp, plugin: plugin, at: name, "it doesn't say what it does",
                        remedy: "write a sentence as the last argument of its field: operators read it"))
            }
            switch field.kind {
            case .record(let parts): findings += lint(parts, plugin: plugin, under: name + ".")
            case .records(let parts): findings += lint(parts, plugin: plugin, under: name + "[].")
            case .int(let range):
                guard !prefix.isEmpty, let value = field.defaultJSON.flatMap({ Int($0) }), !range.contains(value)
                else { continue }
                findings.append(
                    CheckFinding(
                        .badDefault, plugin: plugin, at: name,
                        "the default \(value) is outside \(range.lowerBound) to \(range.upperBound)",
                        remedy: "give the property in init() a value that its field takes"))
            default: continue
            }
        }
        return findings
    }

    /// What is to be tried.
    func trials() -> [SettingsTrial] {
        var trials = [
            SettingsTrial(
                setting: "settings", title: "the instance as it is checked", settings: base, expectation: .made,
                code: .settingsRefused)
        ]
        for field in fields {
            if let text = field.defaultJSON, let value = try? Self.value(ofJSON: text) {
                trials.append(trial(field, "the default \(text)", value, .readable, .badDefault))
            }
            for (title, value) in Self.beyond(field.kind) {
                trials.append(trial(field, title, value, .refused, .limitIgnored))
            }
            for (title, value) in Self.within(field.kind) {
                trials.append(trial(field, title, value, .anything, .crash))
            }
        }
        let stranger = SettingsEntry("no-such-setting", Self.scalar("1"))
        trials.append(
            SettingsTrial(
                setting: "no-such-setting", title: "a key that no setting has",
                settings: base.setting(stranger), expectation: .refused, code: .unknownKeyTaken))
        return trials
    }

    private func trial(
        _ field: FieldDescription, _ title: String, _ value: SettingsValue, _ expectation: SettingsTrial.Expectation,
        _ code: CheckFinding.Code
    ) -> SettingsTrial {
        SettingsTrial(
            setting: field.name, title: title, settings: base.setting(SettingsEntry(field.name, value)),
            expectation: expectation, code: code)
    }

    private static func scalar(_ text: String) -> SettingsValue { SettingsValue(.scalar(text)) }

    /// Values that the kind of a field forbids.
    private static func beyond(_ kind: FieldDescription.Kind) -> [(String, SettingsValue)] {
        let list = ("a list", SettingsValue(.list([])))
        switch kind {
        case .bool: return [("the word maybe", scalar("maybe")), list]
        case .int(let range):
            let below = range.lowerBound > Int.min ? ["\(range.lowerBound - 1)"] : []
            let above = range.upperBound < Int.max ? ["\(range.upperBound + 1)"] : []
            return (below + above + ["many"]).map { ("the value \($0)", scalar($0)) } + [list]
        case .duration: return [("the value soon", scalar("soon")), list]
        case .choice: return [("the word no-such-choice", scalar("no-such-choice")), list]
        case .string: return [list]
        case .strings, .record, .records, .map: return [("the text x", scalar("x"))]
        @unknown default: return []
        }
    }

    /// Values at the limits, which the plugin has to survive.
    private static func within(_ kind: FieldDescription.Kind) -> [(String, SettingsValue)] {
        switch kind {
        case .bool: return ["true", "false"].map { ("the value \($0)", scalar($0)) }
        case .int(let range):
            return ["\(range.lowerBound)", "\(range.upperBound)"].map { ("the value \($0)", scalar($0)) }
        case .choice(let words): return words.map { ("the value \($0)", scalar($0)) }
        case .duration: return ["0s", "1ms", "365d"].map { ("the value \($0)", scalar($0)) }
        case .string: return hostileTexts.map { ("the text \($0.debugDescription)", scalar($0)) }
        case .strings:
            return [("no text", SettingsValue(.list([])))]
                + hostileTexts.map { ("the text \($0.debugDescription)", SettingsValue(.list([scalar($0)]))) }
        case .record: return [("an empty map", .empty)]
        case .records: return [("no map", SettingsValue(.list([])))]
        case .map:
            return [("an empty map", .empty)]
                + hostileTexts.map {
                    ("a map with \($0.debugDescription)", SettingsValue(.map([SettingsEntry($0, scalar($0))])))
                }
        @unknown default: return []
        }
    }

    private static let hostileTexts = ["", " ", "[(*+?", "0100", "ÿ\u{202E}\u{0}", "%s%n\r\nX: y"]

    private static func sample(of kind: FieldDescription.Kind) -> SettingsValue {
        switch kind {
        case .bool: scalar("false")
        case .int(let range): scalar("\(max(range.lowerBound, min(range.upperBound, 1)))")
        case .choice(let words): scalar(words.first ?? "")
        case .duration: scalar("1s")
        case .string: scalar("x")
        case .strings: SettingsValue(.list([scalar("x")]))
        case .records: SettingsValue(.list([]))
        case .record(let parts):
            SettingsValue(.map(parts.filter(\.isRequired).map { SettingsEntry($0.name, sample(of: $0.kind)) }))
        case .map: .empty
        @unknown default: .empty
        }
    }

    /// A default as the schema shows it, as settings that an operator could write.
    private static func value(ofJSON text: String) throws -> SettingsValue {
        settings(try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed), text)
    }

    private static func settings(_ object: Any, _ text: String) -> SettingsValue {
        switch object {
        case let list as [Any]: SettingsValue(.list(list.map { settings($0, "\($0)") }))
        case let map as [String: Any]:
            SettingsValue(
                .map(map.sorted { $0.key < $1.key }.map { SettingsEntry($0.key, settings($0.value, "\($0.value)")) }))
        case let word as String: scalar(word)
        // Numbers and truth values stay as the schema writes them.
        default: scalar(text)
        }
    }
}

extension SettingsValue {
    /// These settings with one of them set.
    func setting(_ entry: SettingsEntry) -> SettingsValue {
        guard case .map(let entries) = content else { return self }
        return SettingsValue(.map(entries.filter { $0.key != entry.key } + [entry]))
    }
}
