import TandemKit
import Testing

@testable import SIPTransaction

@Suite struct TokenTests {
    @Test("the sequence is SipHash-2-4 of a counter")
    func sipHash() {
        // Reference key 00 01 … 0f; the expected values come from an independent implementation.
        var sequence = KeyedSequence(key: (0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908))
        #expect([sequence.next(), sequence.next()] == [0x2B91_B2B0_85E6_D1F6, 0x2CF0_30F1_FA30_EB6D])
    }

    @Test("branch, tag and Call-ID carry the shard and differ each time", arguments: [0, 5, 31, 32, 1023])
    func carriesShard(_ shard: Int) {
        let tokens = LocalTokens(shard: shard, key: (1, 2))
        var seen: Set<String> = []
        for _ in 0..<1000 {
            let branch = tokens.makeBranch()
            #expect(branch.string.hasPrefix("z9hG4bK") && branch.count == 25)
            #expect(ShardHint.shard(ofBranch: branch) == shard && ShardHint.shard(ofTag: branch) == nil)
            let tag = tokens.makeTag()
            #expect(ShardHint.shard(ofTag: tag) == shard && ShardHint.shard(ofBranch: tag) == nil)
            let callID = tokens.makeCallID()
            #expect(ShardHint.shard(ofTag: callID) == shard)
            seen.formUnion([branch.string, tag.string, callID.string])
        }
        #expect(seen.count == 3000)
        #expect(seen.joined().utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x7A).contains($0) })
    }

    @Test("a tag's key is its 64 random bits", arguments: [0, 1, 31, 1 << 63, UInt64.max, 0x0123_4567_89AB_CDEF])
    func key(_ random: UInt64) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: TokenText.count) { text in
            TokenText.write(shard: 7, random: random, to: text.baseAddress!)
            #expect(ShardHint.key(ofTag: Bytes(UnsafeRawBufferPointer(text))) == random)
        }
    }

    @Test(
        "other text is not taken for a token of ours",
        arguments: ["", "tdm05", "tdmzz0123456789abc", "as7f8df4tdm0500000", "tdM050000000000000", "tdm05000000000000"])
    func foreign(_ text: StaticString) {
        #expect(ShardHint.shard(ofTag: Bytes(text)) == nil)
    }

    @Test("a response goes to the shard in our branch, an in-dialog request to the one in our tag or Route")
    func messages() throws {
        let tokens = LocalTokens(shard: 300, key: (1, 2))
        let tag = tokens.makeTag().string
        let branch = tokens.makeBranch().string
        let inDialog = try SIPMessage(LayerBench.request("BYE", toTag: tag))
        #expect(ShardHint.shard(of: inDialog) == 300)
        let routed = try SIPMessage(
            LayerBench.request("BYE", toTag: "x", extra: "Route: <sip:\(tag)@192.0.2.7;lr>, <sip:y@z>\r\n"))
        #expect(ShardHint.shard(of: routed) == 300)
        let ours = try SIPMessage(LayerBench.request("BYE", toTag: "x", callID: tokens.makeCallID().string))
        #expect(ShardHint.shard(of: ours) == 300)
        let response = try SIPMessage(LayerBench.response(200, to: LayerBench.request("OPTIONS", branch: branch)))
        #expect(ShardHint.shard(of: response) == 300)
        for text in [
            LayerBench.request("INVITE"), LayerBench.request("BYE", toTag: "foreign"),
            LayerBench.request("BYE", toTag: "x", extra: "Route: <sip:192.0.2.7;lr>\r\n"),
            try LayerBench.response(200, to: LayerBench.request("OPTIONS")),
        ] {
            #expect(try ShardHint.shard(of: SIPMessage(text)) == nil)
        }
    }

    @Test("the same key gives the same tokens, another key others")
    func reproducible() {
        func firstTag(_ key: (UInt64, UInt64)) -> String {
            let tokens = LocalTokens(shard: 1, key: key)
            return withExtendedLifetime(tokens) { tokens.makeTag().string }
        }
        #expect(firstTag((3, 4)) == firstTag((3, 4)))
        #expect(firstTag((3, 4)) != firstTag((3, 5)))
    }
}
