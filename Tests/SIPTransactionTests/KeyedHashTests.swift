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
            hash.hash(0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908, Bytes($0))
        }
        #expect(mark == expected)
    }

    @Test("A mark is read back from its text, also in upper case; a text that differs in one place is another mark")
    func text() {
        let mark = hash.mark(1, 2, Bytes("call"))
        #expect(mark != hash.mark(2, 1, Bytes("call")) && mark != hash.mark(1, 2, Bytes("cal")))
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: KeyedHash.Mark.count) { text in
            mark.write(to: text.baseAddress!)
            let bytes = Bytes(UnsafeRawBufferPointer(text))
            #expect(bytes.string.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x76).contains($0) })
            #expect(KeyedHash.Mark(bytes) == mark && KeyedHash.Mark(bytes.prefix(12)) == nil)
            for index in text.indices {
                text[index] ^= 1
                #expect(KeyedHash.Mark(bytes) != mark)
                text[index] ^= 1
                if text[index] >= 0x61 { text[index] -= 0x20 }
            }
            #expect(KeyedHash.Mark(bytes) == mark)
        }
    }
}
