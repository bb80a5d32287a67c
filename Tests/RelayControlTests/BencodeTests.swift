import RelayControl
import Testing

@Suite struct BencodeTests {
    private func read(_ text: String) throws -> Bencode { try Bencode(Array(text.utf8)[...]) }

    @Test(
        "values survive being written and read",
        arguments: ["i-12e", "0:", "5:a b c", "le", "li1e2:abe", "d1:ai1e2:bbl0:ee", "de"])
    func roundTrip(_ text: String) throws { #expect(try read(text).bytes == Array(text.utf8)) }

    @Test("keys are written in the order of their bytes")
    func keyOrder() {
        #expect(Bencode.dictionary(["b": .integer(1), "a": .text("x")]).bytes == Array("d1:a1:x1:bi1ee".utf8))
    }

    @Test(
        "what is no value is refused, with the place",
        arguments: [
            "", "i", "ie", "i1", "i1x", "5:abc", "-1:", "l", "d1:a", "di1e1:ae", "d1:ai1e1:ai2ee", "x", "i1ei2e",
            "i9999999999999999999e", String(repeating: "l", count: 20),
            "l" + String(repeating: "i1e", count: 5_000) + "e",
        ])
    func refused(_ text: String) {
        #expect(throws: BencodeError.self) { _ = try read(text) }
    }
}
