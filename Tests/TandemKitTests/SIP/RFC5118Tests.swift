import TandemKit
import Testing

/// What the parser says to the IPv6 messages of RFC 5118.
@Suite(.enabled(if: TortureCorpus.isPresent)) struct RFC5118Tests {
    @Test(
        "§4: IPv6 references are accepted wherever the grammar has them",
        arguments: [
            "ipv4-mapped-ipv6", "ipv6-bug-abnf-3-colons", "ipv6-correct-abnf-2-colons", "ipv6-good", "ipv6-in-sdp",
            "mult-ip-in-header", "mult-ip-in-sdp", "port-ambiguous", "port-unambiguous", "via-received-param-no-delim",
            "via-received-param-with-delim",
        ])
    func valid(name: String) throws {
        let bytes = try TortureCorpus.message("rfc5118/\(name)")
        #expect(TortureCorpus.verdict(on: bytes) == "ok")
    }

    @Test("§4.2: an IPv6 address without brackets in the Request-URI is answered with 400")
    func withoutBrackets() throws {
        let bytes = try TortureCorpus.message("rfc5118/ipv6-bad")
        #expect(TortureCorpus.verdict(on: bytes).hasPrefix("400 Bad Request-URI"))
    }

    @Test("§4.5: received is read with and without brackets", arguments: ["no-delim", "with-delim"])
    func received(kind: String) throws {
        let bytes = try TortureCorpus.message("rfc5118/via-received-param-\(kind)")
        let message = try bytes.withUnsafeBytes { try SIPMessage(Bytes($0)) }
        #expect(IPAddress(message.topVia.received) == IPAddress("2001:db8::9:255"))
    }
}
