import TandemKit
import Testing

@Suite struct DecisionLogTests {
    @Test(
        "Rules that match are always recorded, rules tried in vain only for an explanation", arguments: [false, true])
    func recorded(isExplaining: Bool) {
        var log = DecisionLog(isExplaining: isExplaining)
        log.tried(rule: "first", on: "0100")
        log.matched(rule: "second", before: "0100", after: "+14255550100")
        log.failed(rule: "third", on: "+14255550100", note: "match limit")
        log.chose("gateway-a", rule: "us")
        let outcomes: [DecisionEntry.Outcome] = [.matched, .failed, .chosen]
        #expect(log.entries.map(\.outcome) == (isExplaining ? [.notMatched] : []) + outcomes)
    }

    @Test("An entry reads as one line")
    func lines() {
        var log = DecisionLog(isExplaining: true)
        log.tried(rule: "a", on: "1", note: "too short")
        log.matched(rule: "b", before: "1", after: "2")
        log.chose("gateway-a", rule: "us", note: "first of 2")
        #expect(
            log.entries.map(\.description) == [
                "tandem/a: 1 does not match (too short)", "tandem/b: 1 → 2", "tandem/us: chose gateway-a (first of 2)",
            ])
    }

    @Test("A log is bounded and says what it left out")
    func bound() {
        var log = DecisionLog()
        for index in 0..<(DecisionLog.entriesMax + 5) { log.chose("\(index)", rule: "r") }
        #expect(log.entries.count == DecisionLog.entriesMax)
        #expect(log.omittedCount == 5)
    }

    @Test("A log can be written as bytes and read back")
    func codable() throws {
        var log = DecisionLog(isExplaining: true)
        log.tried(rule: "a", on: "1")
        #expect(try CompactJSON.decode(DecisionLog.self, from: CompactJSON.encode(log)) == log)
    }
}
