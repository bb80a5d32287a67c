import Admin
import Testing

@Suite("Redaction of messages")
struct MessageRedactorTests {
    @Test(
        "Digest answers, other credentials and media keys are blotted out, and nothing else",
        arguments: [
            (
                "Authorization: Digest username=\"u\", realm=\"r\", response=\"0a1b\", cnonce=\"xyz\", nc=00000001\r\n",
                "Authorization: Digest username=\"u\", realm=\"r\", response=[redacted], cnonce=[redacted], nc=00000001\r\n"
            ),
            (
                "proxy-authorization : digest response = 0a1b,uri=\"sip:x\"\r\n",
                "proxy-authorization : digest response = [redacted],uri=\"sip:x\"\r\n"
            ),
            (
                "Authorization: Digest username=\"u\",\r\n response=\"0a\\\"1b\"\r\nTo: x\r\n",
                "Authorization: Digest username=\"u\",\r\n response=[redacted]\r\nTo: x\r\n"
            ),
            ("Authorization: Basic dTpw\r\n", "Authorization: Basic [redacted]\r\n"),
            (
                "Authorization: Bearer abc\r\n def\r\nTo: x\r\n",
                "Authorization: Bearer [redacted]\r\n [redacted]\r\nTo: x\r\n"
            ),
            (
                "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNf|2^20|1:4;inline:QUJD\r\n",
                "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:[redacted]|2^20|1:4;inline:[redacted]\r\n"
            ),
            ("k=clear:geheim\r\n", "k=[redacted]\r\n"),
            ("Subject: response=\"1\" inline:x k=2\r\n", "Subject: response=\"1\" inline:x k=2\r\n"),
            ("WWW-Authenticate: Digest nonce=\"n\"\r\n", "WWW-Authenticate: Digest nonce=\"n\"\r\n"),
            ("Authorization: Digest response=\"unclosed\r\n", "Authorization: Digest response=[redacted]\r\n"),
        ])
    func redacts(message: String, expected: String) {
        #expect(MessageRedactor.redact(message) == expected)
        #expect(MessageRedactor.redact(expected) == expected)
    }

    @Test("A traced message is redacted when it is made, whatever its bytes")
    func tracedMessage() {
        let bytes =
            Array("INVITE x SIP/2.0\r\nAuthorization: Digest response=\"".utf8) + [0xFF, 0x00]
            + Array("secret\"\r\n".utf8)
        let message = TraceMessage(
            leg: 0, isOutgoing: false, isRetransmission: false, trunk: "t", remote: "r", bytes: bytes)
        #expect(!message.text.contains("secret"))
    }
}
