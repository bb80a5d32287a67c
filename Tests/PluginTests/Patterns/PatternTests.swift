import Patterns
import Testing

@Suite struct PatternTests {
    @Test("groups and their names are known")
    func groups() throws {
        let pattern = try Pattern(#"^(?<area>\d{3})(\d+)(?'rest'x)?$"#)
        #expect(pattern.groupCount == 3)
        #expect(pattern.groupNames == ["area": 1, "rest": 3])
    }

    @Test(
        "a text that is no pattern is told with the place of the mistake",
        arguments: [("(", 1), ("a)", 1), (#"\d{3}[1-"#, 8), ("(?<a-b>x)", 4), ("+1", 0)])
    func syntax(source: String, offset: Int) {
        let error = #expect(throws: PatternError.self) { try Pattern(source) }
        #expect(error?.offset == offset)
        #expect(error?.description.hasSuffix("\n    \(source)\n    \(String(repeating: " ", count: offset))^") == true)
    }

    @Test("bounds on length and groups hold")
    func bounds() {
        #expect(throws: PatternError.self) { try Pattern(String(repeating: "1", count: Pattern.Limit.source + 1)) }
        #expect(throws: PatternError.self) { try Pattern(String(repeating: "(1)", count: Pattern.Limit.groups + 1)) }
        #expect(throws: Never.self) { try Pattern(String(repeating: "(1)", count: Pattern.Limit.groups)) }
    }

    @Test(
        "the beginning is anchored when every way to match begins there",
        arguments: [
            ("^1", true), ("^1|^2", true), ("(?:^1)", true), (#"\A1"#, true), ("1", false), ("^1|2", false),
            ("", false),
            (".*1", false),
        ])
    func start(source: String, expected: Bool) throws {
        #expect(try Pattern(source).isAnchoredAtStart == expected)
    }

    @Test(
        "the end is anchored when every way to match ends there",
        arguments: [
            ("1$", true), ("1$|2$", true), ("(1|2)$", true), ("(?:1$)", true), ("(?<n>1$|2$)", true), (#"1\z"#, true),
            (#"1\Z"#, true), ("1", false), ("1$|2", false), (#"1\$"#, false), ("[$]", false), ("[]$]", false),
            ("(1$|2)", false), ("(?:1$)?", false), ("(?=1$)", false), ("", false), (#"[^\]$]$"#, true),
            ("(1[)]$)", true),
        ])
    func end(source: String, expected: Bool) throws {
        #expect(try Pattern(source).isAnchoredAtEnd == expected)
    }
}
