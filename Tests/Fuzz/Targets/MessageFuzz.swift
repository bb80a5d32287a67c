import TandemKit

enum MessageFuzz {
    static func check(_ bytes: UnsafeRawBufferPointer) -> String? {
        guard bytes.count >= 2, bytes.count <= 1 << 17 else { return nil }
        var checker = MessageChecker()
        let choice = Int(bytes[0]) << 8 | Int(bytes[1])
        return checker.check(UnsafeRawBufferPointer(rebasing: bytes[2...]), choice: choice)
    }
}
