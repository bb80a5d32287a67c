import PlainText
import Testing

@Suite struct PlainTextTests {
    @Test("Nothing that somebody wrote forges a line or steers a terminal, in one byte or in UTF-8")
    func clean() {
        #expect(PlainText.clean("a\r\nb\u{1B}[31m\u{9B}31m\u{85}\u{202E}\u{200F}c é") == "a??b?[31m?31m???c é")
    }

    @Test(
        "A quoted text keeps at most 60 characters, the last of which says that some are missing",
        arguments: [(0, 0), (59, 59), (60, 60), (61, 60), (100_000, 60)])
    func excerpt(length: Int, kept: Int) {
        let text = PlainText.excerpt(String(repeating: "é", count: length))
        #expect(text.count == kept && text.hasSuffix("…") == (length > 60))
    }

    @Test("A quoted text is clean")
    func cleanExcerpt() {
        #expect(PlainText.excerpt("a\nb") == "a?b" && PlainText.excerpt("abc\n", limit: 3) == "ab…")
    }
}
