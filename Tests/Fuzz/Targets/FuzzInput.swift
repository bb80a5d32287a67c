/// The bytes that a fuzzer gave, taken from the front; when they are used up, zeros come.
struct FuzzInput {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

    var isEmpty: Bool { position >= bytes.count }

    mutating func byte() -> UInt8 {
        guard position < bytes.count else { return 0 }
        position += 1
        return bytes[position - 1]
    }

    /// A number below `bound`.
    mutating func below(_ bound: Int) -> Int { bound > 0 ? Int(byte()) % bound : 0 }

    mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }

    mutating func flag() -> Bool { byte() & 1 == 1 }

    /// The next bytes: as many as the first of them says.
    mutating func chunk() -> [UInt8] {
        let count = min(Int(byte()), bytes.count - position)
        position += count
        return Array(bytes[position - count..<position])
    }

    /// All that is left.
    mutating func rest() -> [UInt8] {
        let rest = Array(bytes[position...])
        position = bytes.count
        return rest
    }
}
