import Testing

@testable import TandemKit

@Suite struct ByteClassTests {
    static let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    static let alphanumeric = letters + "0123456789"
    static let unreserved = alphanumeric + "-_.!~*'()"

    func check(_ set: String, _ test: (UInt8) -> Bool, sourceLocation: SourceLocation = #_sourceLocation) {
        let members = Set(set.utf8)
        for byte in UInt8.min...UInt8.max {
            #expect(test(byte) == members.contains(byte), "byte \(byte)", sourceLocation: sourceLocation)
        }
    }

    @Test("The character classes are those of RFC 3261 §25.1")
    func classes() {
        check(Self.alphanumeric + "-.!%*_+`'~") { ByteClass.isToken($0) }
        check(Self.alphanumeric + "-._") { ByteClass.isHost($0) }
        check(" \t\r\n") { ByteClass.isLinearWhitespace($0) }
        check(" \t") { ByteClass.isBlank($0) }
        check("0123456789") { ByteClass.isDigit($0) }
        check(Self.letters) { ByteClass.isLetter($0) }
        check(Self.unreserved + "&=+$,;?/") { ByteClass.isURIUser($0) }
        check(Self.unreserved + "&=+$,") { ByteClass.isURIPassword($0) }
        check(Self.unreserved + "[]/:&+$") { ByteClass.isURIParameter($0) }
        check(Self.unreserved + "[]/?:+$") { ByteClass.isURIHeader($0) }
        check(";/?:@&=+$,") { ByteClass.isURIReserved($0) }
        check("0123456789abcdefABCDEF") { ByteClass.hexValue($0) < 16 }
    }

    @Test("What ends each part of a value")
    func ends() {
        let controls = String(decoding: (0...0x20).map { UInt8($0) }, as: UTF8.self)
        check(controls + "\u{7f};,\"<>") { ByteTable.has($0, ByteTable.endsParameterValue) }
        check(controls + "\"<>") { ByteTable.has($0, ByteTable.endsBracketedURI) }
        check("<:;,\"") { ByteTable.has($0, ByteTable.endsDisplayName) }
        check(controls + ";,?\"<>") { ByteTable.has($0, ByteTable.endsBareURI) }
    }

    @Test("A word test finds the first byte that passes, wherever it lies")
    func words() {
        for byte in UInt8.min...UInt8.max {
            for position in 0..<8 {
                for filler in [UInt8(0x61), 0xFF] {
                    var bytes = [UInt8](repeating: filler, count: 8)
                    bytes[position] = byte
                    let word = bytes.withUnsafeBufferPointer { Words.load($0.baseAddress.unsafelyUnwrapped) }
                    let expected = { (passes: Bool) in passes ? position : 8 }
                    #expect(Words.firstIndex(Words.below(word, 0x0E)) == expected(byte < 0x0E))
                    #expect(Words.firstIndex(Words.equal(word, 0x3A)) == expected(byte == 0x3A))
                    let ends = ByteTable.has(byte, ByteTable.endsBracketedURI)
                    #expect(Words.firstIndex(Words.endsBracketedURI(word)) == expected(ends))
                }
            }
        }
    }

    @Test("Every registered header name is found in any case and nothing else is")
    func headerNames() {
        for raw in 1..<UInt8(HeaderID.bound) {
            let id = HeaderID(raw: raw)
            for name in ["\(id.name)", "\(id.compactName)"] where !name.isEmpty {
                for spelling in [name, name.lowercased(), name.uppercased()] {
                    spelling.withBytes { #expect(HeaderID($0) == id) }
                    for index in 0..<spelling.utf8.count {
                        var bytes = Array(spelling.utf8)
                        bytes[index] ^= 0x60
                        #expect(bytes.withUnsafeBytes { HeaderID(Bytes($0)) } == .other)
                        bytes[index] = 0x0D
                        #expect(bytes.withUnsafeBytes { HeaderID(Bytes($0)) } == .other)
                    }
                }
                (name + "x").withBytes { #expect(HeaderID($0) == .other) }
            }
        }
    }

    @Test("Methods are case-sensitive (RFC 3261 §7.1)")
    func methods() {
        for raw in UInt8(1)...14 {
            let method = SIPMethod(raw: raw)
            #expect(SIPMethod(Bytes(method.name)) == method)
            method.description.lowercased().withBytes { #expect(SIPMethod($0) == .other) }
            (method.description + "X").withBytes { #expect(SIPMethod($0) == .other) }
        }
    }
}
