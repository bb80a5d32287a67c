import PluginHost
import TandemKit
import Testing

@Suite struct DialPlanTests {
    private func plan(_ rules: [KeyValuePairs<String, String>]) throws -> NormalizerInstance {
        try BuiltPlugins.normalizer("DialPlan", .rules("rules", rules))
    }

    private func normalize(
        _ text: String, by plan: NormalizerInstance, party: NumberContext.Party = .called, explaining: Bool = false
    ) throws -> (number: PhoneNumber, log: DecisionLog) {
        var number = PhoneNumber(text)
        var log = DecisionLog(isExplaining: explaining)
        let context = NumberContext(call: CallNumber(raw: 1), party: party, ingressTrunk: "uc")
        try plan.normalize(&number, in: context, log: &log)
        return (number, log)
    }

    /// The rules that an administrator of a Mediation Server has, each with a number and what becomes of it.
    private static let vectors:
        [(name: String, pattern: String, translation: String, dialled: String, result: String)] = [
            ("4-digit ext", #"^(\d{4})$"#, "+1425555$1", "0100", "+14255550100"),
            ("5-digit ext", #"^5(\d{4})$"#, "+1425555$1", "50100", "+14255550100"),
            ("7-digit local", #"^(\d{7})$"#, "+1425$1", "5550100", "+14255550100"),
            ("10-digit US", #"^(\d{10})$"#, "+1$1", "2065550100", "+12065550100"),
            ("LD US", #"^1(\d{10})$"#, "+1$1", "12145550100", "+12145550100"),
            ("Intl US", #"^011(\d*)$"#, "+$1", "01191445550100", "+91445550100"),
            ("Operator", "^0$", "+14255550100", "0", "+14255550100"),
            ("Site prefix", #"^6222(\d{4})$"#, "+1425555$1", "62220100", "+14255550100"),
            ("Extension", #"^(7\d{3})$"#, "+14255550100;ext=$1", "7123", "+14255550100;ext=7123"),
        ]

    @Test("F25: nine vectors of the normalization engine", arguments: vectors.indices)
    func vector(index: Int) throws {
        let vector = Self.vectors[index]
        // Stricter rules first: 7123 is an extension before it is a 4-digit one.
        let ordered = [Self.vectors[8]] + Self.vectors[..<8]
        let plan = try plan(
            ordered.map { ["name": $0.name, "pattern": $0.pattern, "translation": $0.translation] })
        let (number, log) = try normalize(vector.dialled, by: plan)
        #expect(number.text == vector.result)
        #expect(number.received == vector.dialled)
        #expect(number.kind == .e164)
        #expect(
            number.steps == [
                NumberStep(rule: vector.name, plugin: "dial-plan", before: vector.dialled, after: vector.result)
            ])
        #expect(log.entries.map(\.outcome) == [.matched])
    }

    @Test("the first rule that matches wins, and the ones after it are not tried")
    func firstMatch() throws {
        let plan = try plan([
            ["name": "a", "pattern": "^1$", "translation": "A"],
            ["name": "b", "pattern": #"^\d$"#, "translation": "B"],
            ["name": "c", "pattern": #"^\d$"#, "translation": "C"],
        ])
        let (number, log) = try normalize("2", by: plan, explaining: true)
        #expect(number.text == "B")
        #expect(log.entries.map(\.rule) == ["a", "b"])
        #expect(log.entries.map(\.outcome) == [.notMatched, .matched])
    }

    @Test("a number that no rule matches stays as it is, without a step or an entry")
    func noMatch() throws {
        let plan = try plan([["name": "a", "pattern": "^1$", "translation": "A"]])
        let (number, log) = try normalize("2", by: plan)
        #expect(number == PhoneNumber("2"))
        #expect(log.entries.isEmpty)
    }

    @Test("a rule has Lync's defaults: eleven digits, plus in front")
    func defaults() throws {
        let plan = try plan([["name": "default"]])
        #expect(try normalize("12065550100", by: plan).number.text == "+12065550100")
        #expect(try normalize("2065550100", by: plan).number.text == "2065550100")
    }

    @Test("named groups, $$ and the whole match can stand in a translation")
    func substitution() throws {
        let plan = try plan([
            ["name": "named", "pattern": #"^9(?<area>\d{3})(\d{4})$"#, "translation": "+1${area}${2}0"],
            ["name": "dollar", "pattern": "^x(y)?$", "translation": "$$$1$&"],
        ])
        #expect(try normalize("94251234", by: plan).number.text == "+142512340")
        #expect(try normalize("x", by: plan).number.text == "$x")
    }

    @Test(
        "a rule is for the called number, the calling one, or both",
        arguments: [
            (NumberContext.Party.called, "C2"), (.calling, "B2"), (.diverting, "B2"),
        ])
    func party(party: NumberContext.Party, expected: String) throws {
        let plan = try plan([
            ["name": "only called", "pattern": "^2$", "translation": "C2", "party": "called"],
            ["name": "both", "pattern": "^2$", "translation": "B2"],
        ])
        #expect(try normalize("2", by: plan, party: party).number.text == expected)
    }

    @Test("a rule may say what the new number is; else its form does")
    func kind() throws {
        let plan = try plan([
            ["name": "help", "pattern": "^(911|112)$", "translation": "$1", "kind": "emergency"],
            ["name": "ext", "pattern": #"^(7\d{3})$"#, "translation": "$1"],
        ])
        #expect(try normalize("112", by: plan).number.kind == .emergency)
        #expect(try normalize("7123", by: plan).number.kind == .extensionNumber)
    }

    @Test(
        "a rule that takes too many steps on a number is given up with a note, and the next one is tried",
        arguments: ["", "(*NO_JIT)"])
    func runaway(mode: String) throws {
        let plan = try plan([
            ["name": "runaway", "pattern": mode + #"^(\d+)+[a-f]$"#, "translation": "bad"],
            ["name": "good", "pattern": #"^(\d+)$"#, "translation": "+$1"],
        ])
        let dialled = String(repeating: "1", count: 60)
        let (number, log) = try normalize(dialled, by: plan)
        #expect(number.text == "+" + dialled)
        #expect(log.entries.map(\.outcome) == [.failed, .matched])
        #expect(log.entries.first?.note.contains("more steps than it may") == true)
    }

    @Test("a line feed at the end of a number is no end of the number")
    func lineFeed() throws {
        let plan = try plan([["name": "a", "pattern": #"^(\d{4})$"#, "translation": "+$1"]])
        #expect(try normalize("0100\n", by: plan).number.text == "0100\n")
    }

    @Test("a number beyond the bound, and an empty one, are no trouble")
    func bounds() throws {
        let plan = try plan([["name": "a", "pattern": "^(.*)$", "translation": "$1$1"]])
        let long = String(repeating: "1", count: 600)
        let (number, log) = try normalize(long, by: plan)
        #expect(number.text == long)
        #expect(log.entries.map(\.outcome) == [.failed])
        #expect(try normalize(String(repeating: "1", count: 300), by: plan).log.entries.map(\.outcome) == [.failed])
        #expect(try normalize("", by: plan).number.text == "")
    }

    @Test("text outside ASCII passes through whole characters")
    func unicode() throws {
        let plan = try plan([["name": "a", "pattern": "^(.)(.*)$", "translation": "$2$1"]])
        #expect(try normalize("é12", by: plan).number.text == "12é")
    }

    @Test(
        "a bad rule is an error at its place, with a caret under the mistake",
        arguments: [
            (#"^(\d{4}$"#, "$1", "rules[0].pattern", "    ^(\\d{4}$\n            ^"),
            (#"^\d{4}$"#, "+$1", "rules[0].translation", "names group 1, and the pattern has no group"),
            (#"^(\d)$"#, "+$10", "rules[0].translation", "write ${1}0"),
            (#"^(?<a>\d)$"#, "${b}", "rules[0].translation", "only a"),
            (#"^(\d)$"#, "cost $ 1", "rules[0].translation", "write $$ for a dollar sign"),
            (#"^(\d)$"#, "${1", "rules[0].translation", "'${' without '}'"),
        ])
    func badRule(pattern: String, translation: String, path: String, message: String) throws {
        let error = #expect(throws: PluginInstanceError.self) {
            try plan([["name": "a", "pattern": pattern, "translation": translation]])
        }
        let problem = try #require(error?.problems.first)
        #expect(problem.path == path)
        #expect(problem.line == 1)
        #expect(problem.message.contains(message), "\(problem.message)")
    }

    @Test("two rules of one name are an error, since the log could not tell them apart")
    func twoOfOneName() throws {
        let error = #expect(throws: PluginInstanceError.self) {
            try plan([["name": "a"], ["name": "a", "pattern": "^1$", "translation": "2"]])
        }
        #expect(error?.description.contains("two rules have the name 'a'") == true)
    }

    @Test(
        "patterns that match inside a longer number, and rules that can never apply, are warned about",
        arguments: [
            (#"\d{4}$"#, "at the end of a longer number"), (#"^\d{4}"#, "at the beginning of a longer number"),
            (#"\d{4}"#, "in the middle of a longer number"), (#"^(\d{11})$"#, "never applies"),
        ])
    func warnings(pattern: String, warning: String) throws {
        let plan = try plan([["name": "first"], ["name": "second", "pattern": pattern, "translation": "x"]])
        #expect(plan.warnings.count == 1)
        #expect(plan.warnings.first?.contains(warning) == true)
        #expect(plan.warnings.first?.contains("'second'") == true)
    }
}
