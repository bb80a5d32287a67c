import TandemKit
import Testing

@testable import PluginAuthoring

@Suite struct HostileMessagesTests {
    @Test("Every message that spoiled ones are made from is one itself", arguments: [true, false])
    func corpus(requests: Bool) throws {
        let corpus = requests ? MessageCorpus.requests : MessageCorpus.responses
        for bytes in corpus {
            let message = try SIPMessage(String(decoding: bytes, as: UTF8.self))
            #expect(message.isRequest == requests)
        }
        let methods = Set(corpus.map { bytes in String(decoding: bytes.prefix { $0 != 32 }, as: UTF8.self) })
        #expect(!requests || methods.isSuperset(of: ["INVITE", "ACK", "BYE", "CANCEL", "OPTIONS"]))
    }

    @Test("A message depends on its seed and its number alone, and is of the kind that the hook takes")
    func reproducible() {
        let messages = HostileMessages(seed: 5, requests: true)
        let seen = (0..<300).map { messages.message($0).string }
        let again = HostileMessages(seed: 5, requests: true)
        for index in [299, 7, 150] { #expect(again.message(index).string == seen[index]) }
        #expect(Set(seen).count > 200)
        #expect(HostileMessages(seed: 6, requests: true).message(7).string != seen[7])
        #expect((0..<300).allSatisfy { HostileMessages(seed: 5, requests: false).message($0).isResponse })
    }

    @Test("A star in an expectation stands for any characters")
    func star() {
        #expect(DialogueComparison.matches("sip:0100@192.0.2.1:5060;user=phone", "sip:0100@*;user=phone"))
        #expect(DialogueComparison.matches("a", "*") && DialogueComparison.matches("", "*"))
        #expect(DialogueComparison.matches("abcabc", "a*b*c"))
        #expect(!DialogueComparison.matches("ab", "ab*ab") && !DialogueComparison.matches("abc", "ab"))
        #expect(!DialogueComparison.matches("abc", "a*x*c"))
    }
}
