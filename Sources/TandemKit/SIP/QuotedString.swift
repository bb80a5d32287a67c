/// The quoted strings of RFC 3261 §25.1.
enum QuotedString {
    /// The text without its quotes and with `\x` replaced by `x`; text without quotes stays as it is.
    static func unquoted(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard bytes.count >= 2, bytes.first == 0x22, bytes.last == 0x22 else { return text }
        var plain: [UInt8] = []
        plain.reserveCapacity(bytes.count)
        var index = 1
        while index < bytes.count - 1 {
            if bytes[index] == 0x5C, index + 1 < bytes.count - 1 { index += 1 }
            plain.append(bytes[index])
            index += 1
        }
        return String(decoding: plain, as: UTF8.self)
    }

    /// The text in quotes, with `"` and `\` escaped and line ends as spaces.
    static func quoted(_ text: String) -> String {
        var bytes: [UInt8] = [0x22]
        for byte in text.utf8 {
            if byte == 0x22 || byte == 0x5C { bytes.append(0x5C) }
            bytes.append(byte == 0x0D || byte == 0x0A || byte == 0 ? 0x20 : byte)
        }
        bytes.append(0x22)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The text as it is when it is a token or a host, else in quotes.
    static func quotedUnlessToken(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy {
            ByteClass.isToken($0) || $0 == 0x5B || $0 == 0x5D || $0 == 0x3A
        }
        return isPlain && !text.isEmpty ? text : quoted(text)
    }
}

extension String {
    /// Whether both are the same when ASCII letters are compared without their case.
    func equalsIgnoringCase(_ other: String) -> Bool {
        utf8.count == other.utf8.count
            && zip(utf8, other.utf8).allSatisfy { ByteClass.lowercased($0) == ByteClass.lowercased($1) }
    }

    /// Lends the bytes of the text.
    func withBytes<Result, Failure: Error>(_ body: (Bytes) throws(Failure) -> Result) throws(Failure) -> Result {
        let copy = Array(utf8)
        var outcome: Swift.Result<Result, Failure>?
        copy.withUnsafeBytes { buffer in
            do throws(Failure) {
                outcome = .success(try body(Bytes(buffer)))
            } catch {
                outcome = .failure(error)
            }
        }
        return try outcome.unsafelyUnwrapped.get()
    }
}
