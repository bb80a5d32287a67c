/// What the characters of a number say about it, without a dial plan.
struct NumberForm {
    /// The kind that the form suggests.
    let kind: NumberKind
    /// Whether it holds visual separators (RFC 3966 §5.1.1).
    let hasSeparators: Bool

    /// The digits of the longest E.164 number.
    private static var e164DigitsMax: Int { 15 }
    /// The digits of the longest number taken for an extension. A guess that rules may overrule.
    private static var extensionDigitsMax: Int { 6 }

    init(_ text: String) {
        var text = text
        self = text.withUTF8 { NumberForm(bytes: $0) }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) {
        var digits = 0
        var marks = 0
        var separators = 0
        var isNumber = true
        let isGlobal = bytes.first == UInt8(ascii: "+")
        for byte in bytes.dropFirst(isGlobal ? 1 : 0) {
            if byte == UInt8(ascii: ";") { break }
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
            case UInt8(ascii: "*"), UInt8(ascii: "#"): marks += 1
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "("), UInt8(ascii: ")"): separators += 1
            default: isNumber = false
            }
        }
        hasSeparators = isNumber && separators > 0 && digits + marks > 0
        if !isNumber || digits + marks == 0 {
            kind = .opaque
        } else if isGlobal {
            kind = marks == 0 && digits <= NumberForm.e164DigitsMax ? .e164 : .opaque
        } else if marks > 0 {
            kind = .shortCode
        } else {
            kind = digits <= NumberForm.extensionDigitsMax ? .extensionNumber : .national
        }
    }
}
