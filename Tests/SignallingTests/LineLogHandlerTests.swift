import Testing

@testable import Signalling

@Suite("Log lines")
struct LineLogHandlerTests {
    @Test("Nothing that a peer wrote forges a fact")
    func quoted() {
        #expect(LineLogHandler.quoted("busy\" call=\"0-1") == "\"busy' call='0-1\"")
        #expect(LineLogHandler.quoted("a\tb=c") == "\"a\tb=c\"")
        #expect(LineLogHandler.quoted("0-1") == "0-1" && LineLogHandler.quoted("") == "\"\"")
    }
}
