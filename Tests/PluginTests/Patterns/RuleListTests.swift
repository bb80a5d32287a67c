import Patterns
import Testing

@Suite struct RuleListTests {
    @Test("many threads match at once, each with groups of its own")
    func threads() async throws {
        let pattern = try Pattern(#"^(\d+)x(\d+)$"#)
        let list = RuleList([PatternRule(pattern, try Translation("$2-$1", for: pattern))])
        let wrong = await withTaskGroup(of: Int.self) { group in
            for task in 0..<8 {
                group.addTask {
                    (0..<2000).count { round in
                        list.firstMatch(of: "\(task)x\(round)") { _, _ in }?.result != "\(round)-\(task)"
                    }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(wrong == 0)
    }

    @Test("a search goes on behind a match when it is told to")
    func start() throws {
        let list = RuleList(try ["1", "2", "1"].map { PatternRule(try Pattern($0)) })
        var missed: [Int] = []
        for (start, found) in [(0, 0), (1, 2), (3, nil)] as [(Int, Int?)] {
            let match = list.firstMatch(of: "1", from: start, isExplaining: true) { index, _ in missed.append(index) }
            #expect(match?.index == found)
        }
        #expect(missed == [1])
        #expect(list.firstMatch(of: "1", from: 1) { index, _ in missed.append(index) }?.index == 2)
        #expect(missed == [1], "who does not ask for an explanation hears only of failures")
    }
}
