import Foundation
import FuzzTargets
import MessageMutation
import TandemKit
import Testing

/// Mutated messages. `TANDEM_FUZZ_COUNT` sets how many (20,000 by default), `TANDEM_FUZZ_SEED` which.
@Suite struct MessageFuzzTests {
    @Test("Any bytes are either refused or a message that leaves as it came and can be edited")
    func mutatedMessages() throws {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["TANDEM_FUZZ_COUNT"].flatMap { Int($0) } ?? 20_000
        let seed = environment["TANDEM_FUZZ_SEED"].flatMap { UInt64($0) } ?? 0x5EED
        var mutator = MessageMutator(seed: seed, corpus: MessageSeeds.corpus)
        var checker = MessageChecker()
        for index in 0..<count {
            let bytes = mutator.next()
            let fault = bytes.withUnsafeBytes { checker.check($0, choice: mutator.random(1 << 16)) }
            if let fault {
                Issue.record(
                    "\(fault); seed \(seed), message \(index): \(String(decoding: bytes, as: UTF8.self).debugDescription)"
                )
                return
            }
        }
        print("fuzz: \(count) messages, \(checker.accepted) accepted, \(checker.answered) answered, seed \(seed)")
        #expect(checker.accepted > count / 50)
        #expect(checker.answered > count / 50)
    }
}
