import MessageMutation
import TandemKit

/// Messages of calls, spoiled: all of them pass the parser, as everything does that reaches a hook. The same seed and
/// index give the same message, whatever was made before.
struct HostileMessages {
    /// Attempts at a message that the parser takes.
    private static let attempts = 64

    private let seed: UInt64
    private let corpus: [[UInt8]]

    init(seed: UInt64, requests: Bool) {
        self.seed = seed
        corpus = requests ? MessageCorpus.requests : MessageCorpus.responses
    }

    func message(_ index: Int) -> SIPMessage {
        var mutator = MessageMutator(
            seed: seed &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(index) &* 0xD134_2543_DE82_EF95, corpus: corpus)
        var message = SIPMessage()
        let isRequest = corpus[0].starts(with: "INVITE".utf8)
        for _ in 0..<Self.attempts {
            // At least one change: plain messages would be most of those that the parser takes.
            var bytes = corpus[mutator.random(corpus.count)]
            for _ in 0...mutator.random(5) { mutator.mutate(&bytes) }
            let isRead = bytes.withUnsafeBytes { (try? message.receive($0)) != nil }
            if isRead, message.isRequest == isRequest { return message }
        }
        let plain = corpus[index % corpus.count]
        plain.withUnsafeBytes { bytes in
            do throws(SIPParseError) { try message.receive(bytes) } catch {
                preconditionFailure("a message of the corpus does not parse: \(error)")
            }
        }
        return message
    }
}
