import TandemKit
import Testing

@testable import SIPTransaction

@Suite struct KeyedHashTests {
    /// The reference key of SipHash: 00 01 … 0f.
    private let hash = KeyedHash(key: (0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908))

    @Test(
        "A mark is SipHash-2-4 of both numbers and the text",
        arguments: [
            // The bytes 00 01 02 …, that many; the expected values come from an independent implementation (OpenSSL).
            (16, 0x3F2A_CC7F_57C2_9BDB), (17, 0x699A_E9F5_2CBE_4794), (23, 0xA80C_038C_CD5C_CEC8),
            (24, 0xB8AD_50C6_F649_AF94), (31, 0x32D8_92FA_D841_C342), (63, 0x958A_324C_EB06_4572),
        ] as [(Int, UInt64)])
    func sipHash(length: Int, expected: UInt64) {
        let text = (16..<max(length, 17)).map { UInt8($0) }.prefix(length - 16)
        let mark = Array(text).withUnsafeBytes {
            hash.mark(0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908, Bytes($0))
        }
        #expect(mark == expected)
    }

    @Test("A mark is read back from its text, also in upper case", arguments: [0, 1, 31, 1 << 63, UInt64.max])
    func text(mark: UInt64) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: KeyedHash.textCount) { text in
            KeyedHash.write(mark, to: text.baseAddress!)
            let bytes = Bytes(UnsafeRawBufferPointer(text))
            #expect(KeyedHash.read(bytes) == mark)
            for index in text.indices where text[index] >= 0x61 { text[index] -= 0x20 }
            #expect(KeyedHash.read(bytes) == mark)
        }
    }

    @Test(
        "Other text is no mark",
        arguments: ["", "0000000000000x", "000000000000", "g000000000000", "000000000000w", "00000-0000000"])
    func foreign(_ text: StaticString) {
        #expect(KeyedHash.read(Bytes(text)) == nil)
    }
}
