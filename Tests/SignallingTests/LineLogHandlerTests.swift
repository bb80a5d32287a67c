import Testing

@testable import Signalling

@Suite("Log lines")
struct LineLogHandlerTests {
    @Test("Nothing that a peer wrote forges a line or steers a terminal, in one byte or in UTF-8")
    func clean() {
        #expect(LineLogHandler.clean("a\r\nb\u{1B}[31m\u{9B}31m\u{85}\u{202E}\u{200F}c é") == "a??b?[31m?31m???c é")
    }

    @Test("Nothing that a peer wrote forges a fact")
    func quoted() {
        #expect(LineLogHandler.quoted("busy\" call=\"0-1") == "\"busy' call='0-1\"")
        #expect(LineLogHandler.quoted("a\tb=c") == "\"a\tb=c\"")
        #expect(LineLogHandler.quoted("0-1") == "0-1" && LineLogHandler.quoted("") == "\"\"")
    }
}
