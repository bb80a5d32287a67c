import TandemKit
import Testing

@Suite struct PluginSettingsTests {
    struct Rule: PluginSettings, Equatable {
        var name = ""
        var pattern = "^$"
        static var fields: [Field<Self>] {
            [
                .string("name", \.name, "By which the operator knows it", required: true),
                .string("pattern", \.pattern, "What matches") {
                    $0.contains("(?<=") ? "lookbehind is not supported" : nil
                },
            ]
        }
    }

    enum Mode: String, CaseIterable, Sendable { case plain, encrypted }

    struct Everything: PluginSettings, Equatable {
        var flag = false
        var count = 3
        var text = "none"
        var note: String?
        var wait = Duration.seconds(10)
        var mode = Mode.plain
        var words: [String] = []
        var first = Rule()
        var rules: [Rule] = []
        var names: [String: String] = [:]
        static var fields: [Field<Self>] {
            [
                .bool("flag", \.flag, "A flag"), .int("count", \.count, in: 1...9, "A count"),
                .string("text", \.text, "A text"), .string("note", \.note, "A note"),
                .duration("wait", \.wait, in: .seconds(1) ... .seconds(60), "A time"),
                .choice("mode", \.mode, "A mode"),
                .strings("words", \.words, "Words") { $0.isEmpty ? "an empty word" : nil },
                .record("first", \.first, "A rule"), .records("rules", \.rules, "Rules"),
                .map("names", \.names, "Names"),
            ]
        }
    }

    private func scalar(_ text: String, _ line: Int = 1, _ column: Int = 1) -> SettingsValue {
        SettingsValue(.scalar(text), line: line, column: column)
    }

    private func map(_ entries: [(String, SettingsValue)]) -> SettingsValue {
        SettingsValue(
            .map(entries.map { SettingsEntry($0.0, $0.1, line: $0.1.line, column: 1) }), line: 1, column: 1)
    }

    private func errors(_ value: SettingsValue) -> [String] {
        do throws(SettingsErrors) {
            _ = try Everything(decoding: value)
            return []
        } catch { return error.errors.map(\.description) }
    }

    @Test("No settings are the defaults", arguments: [SettingsValue.empty, SettingsValue(.null)])
    func defaults(value: SettingsValue) throws {
        #expect(try Everything(decoding: value) == Everything())
    }

    @Test("Every kind of setting is read; scalars keep their text")
    func everyKind() throws {
        let settings = try Everything(
            decoding: map([
                ("flag", scalar("true")), ("count", scalar("7")), ("text", scalar("0100")), ("note", scalar("")),
                ("wait", scalar("1500ms")), ("mode", scalar("encrypted")),
                ("words", SettingsValue(.list([scalar("a"), scalar("1")]))),
                ("first", map([("name", scalar("one"))])),
                ("rules", SettingsValue(.list([map([("name", scalar("two")), ("pattern", scalar("^0"))])]))),
                ("names", map([("k", scalar("v"))])),
            ]))
        var expected = Everything()
        expected.flag = true
        expected.count = 7
        expected.text = "0100"
        expected.note = ""
        expected.wait = .milliseconds(1500)
        expected.mode = .encrypted
        expected.words = ["a", "1"]
        expected.first.name = "one"
        expected.rules = [Rule()]
        expected.rules[0].name = "two"
        expected.rules[0].pattern = "^0"
        expected.names = ["k": "v"]
        #expect(settings == expected)
    }

    @Test("An unknown key is refused with its place and the nearest known one")
    func unknownKey() {
        #expect(
            errors(map([("cuont", scalar("1", 4, 9))])) == [
                "line 4, column 1: `cuont` is no known setting; did you mean `count`?"
            ])
        #expect(errors(map([("Count", scalar("1"))])).first?.contains("did you mean `count`?") == true)
        #expect(errors(map([("zzzzzz", scalar("1"))])).first?.contains("known here: flag, count, text") == true)
    }

    @Test("All errors are found at once, each with path, place and remedy")
    func allErrors() {
        let value = map([
            ("flag", scalar("yes", 2, 7)), ("count", scalar("10", 3, 8)), ("wait", scalar("10", 4, 7)),
            ("mode", scalar("encrypt", 5, 7)), ("words", SettingsValue(.list([scalar("", 6, 5)]), line: 6, column: 3)),
            (
                "rules",
                SettingsValue(
                    .list([
                        map([("name", scalar("ok"))]),
                        map([("pattern", scalar("(?<=a)", 8, 14)), ("nmae", scalar("x", 9))]),
                    ]), line: 7, column: 1)
            ), ("names", scalar("x", 10, 8)), ("flag", scalar("true", 11, 7)),
        ])
        #expect(
            errors(value) == [
                "line 2, column 7: flag: expected true or false, found `yes`",
                "line 3, column 8: count: 10 is outside 1 to 9",
                "line 4, column 7: wait: expected a length of time like 10s, 1500ms or 4h, found `10`",
                "line 5, column 7: mode: expected one of plain, encrypted, found `encrypt`; did you mean `encrypted`?",
                "line 6, column 5: words[0]: an empty word",
                "line 8, column 14: rules[1].pattern: lookbehind is not supported",
                "line 9, column 1: rules[1]: `nmae` is no known setting; did you mean `name`?",
                "line 1, column 1: rules[1]: `name` is missing: By which the operator knows it",
                "line 10, column 8: names: expected a map of texts, found `x`",
                "line 11, column 1: `flag` is set twice; remove one",
            ])
    }

    @Test("Something else than a map is refused", arguments: ["a list", "`x`"])
    func notAMap(kind: String) {
        let value = kind == "a list" ? SettingsValue(.list([])) : scalar("x", 0, 0)
        #expect(errors(value) == ["expected a map of settings, found \(kind)"])
    }

    @Test(
        "Lengths of time are read exactly or not at all",
        arguments: [
            ("10s", Duration.seconds(10)), ("1500ms", .milliseconds(1500)), ("4h", .seconds(14_400)),
            ("3m", .seconds(180)),
            ("1d", .seconds(86_400)), ("5us", .microseconds(5)), ("7ns", .nanoseconds(7)), ("0s", .zero), ("10", nil),
            ("s", nil), ("-1s", nil), ("1.5s", nil), ("10 s", nil), ("99999999999999d", nil), ("", nil),
        ])
    func durations(text: String, duration: Duration?) {
        #expect(DurationText.parse(text) == duration)
        if let duration { #expect(DurationText.parse(DurationText.format(duration)) == duration) }
    }

    @Test("The JSON Schema says types, ranges, defaults and what is required")
    func schema() {
        let schema = Everything.jsonSchema
        for piece in [
            #""count":{"type":"integer","minimum":1,"maximum":9,"description":"A count","default":3}"#,
            #""mode":{"enum":["plain","encrypted"],"description":"A mode","default":"plain"}"#,
            #""wait":{"type":"string","pattern":"^[0-9]+(ns|us|ms|s|m|h|d)$","description":"A time","default":"10s"}"#,
            #""note":{"type":"string","description":"A note"}"#, #""required":["name"]"#,
            #""additionalProperties":false"#,
        ] {
            #expect(schema.contains(piece))
        }
    }
}
