extension PhoneNumber {
    /// Reads the user part of a SIP URI, or the part of a `tel` URI behind the colon.
    ///
    /// Escapes (`%23`) and visual separators (`+1-425-555-0100`) are taken out, each as a recorded step. Separators
    /// are taken out only where they can be nothing else: behind a `+`, or when `isPhone` says that this is a number;
    /// `bob-7` stays a user.
    ///
    /// - Parameters:
    ///   - userPart: The bytes between `sip:` and `@`, parameters included.
    ///   - isPhone: Whether the URI is `tel:` or carries `user=phone`.
    public init(userPart: String, isPhone: Bool = false) {
        let form = NumberForm(userPart)
        self.init(received: userPart, kind: form.kind)
        if !form.isBare { clean(isPhone) }
    }

    /// Takes out what is no part of the number.
    private mutating func clean(_ isPhone: Bool) {
        if text.utf8.contains(UInt8(ascii: "%")), let plain = PercentCoding.decode(text), plain != text {
            rewrite(to: plain, rule: "escapes decoded")
        }
        let form = NumberForm(text)
        if form.hasSeparators, isPhone || text.utf8.first == UInt8(ascii: "+") {
            rewrite(to: PhoneNumber.withoutSeparators(text), rule: "visual separators removed")
        }
        applyPhoneContext()
    }

    /// Removes the separators in front of the first parameter.
    private static func withoutSeparators(_ text: String) -> String {
        var result: [UInt8] = []
        var inParameters = false
        for byte in text.utf8 {
            if byte == UInt8(ascii: ";") { inParameters = true }
            let isSeparator =
                byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "(")
                || byte == UInt8(ascii: ")")
            if inParameters || !isSeparator { result.append(byte) }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// A local number whose context is a domain belongs to a private plan, one whose context is a prefix to the
    /// public one (RFC 3966 §5.1.5). That refines the kind; the form stays.
    private mutating func applyPhoneContext() {
        guard kind == .national || kind == .extensionNumber, let context = phoneContext else { return }
        let isPrefix = context.utf8.first == UInt8(ascii: "+")
        self = PhoneNumber(copying: self, kind: isPrefix ? .national : .extensionNumber)
    }
}
