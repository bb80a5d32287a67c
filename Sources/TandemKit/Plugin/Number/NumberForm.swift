/// What the characters of a number say about it, without a dial plan.
struct NumberForm {
    /// The kind that the form suggests.
    let kind: NumberKind
    /// Whether it holds visual separators (RFC 3966 §5.1.1).
    let hasSeparators: Bool
    /// Whether there is nothing but digits, marks and a leading plus.
    let isBare: Bool

    /// The digits of the longest E.164 number.
    private static var e164DigitsMax: Int { 15 }
    /// The digits of the longest number taken for an extension. A guess that rules may overrule.
    private static var extensionDigitsMax: Int { 6 }

    init(_ text: String) {
        self = text.withTextBytes { NumberForm($0) }
    }

    private init(_ text: Bytes) {
        var digits = 0
        var marks = 0
        var separators = 0
        var isNumber = true
        let isGlobal = !text.isEmpty && text[0] == UInt8(ascii: "+")
        var index = isGlobal ? 1 : 0
        while index < text.count, text.base[index] != UInt8(ascii: ";") {
            let byte = text.base[index]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
            case UInt8(ascii: "*"), UInt8(ascii: "#"): marks += 1
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "("), UInt8(ascii: ")"): separators += 1
            default: isNumber = false
            }
            index += 1
        }
        isBare = isNumber && separators == 0 && index == text.count
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
