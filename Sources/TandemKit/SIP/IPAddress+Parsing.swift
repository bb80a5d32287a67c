extension IPAddress {
    /// Four decimal numbers up to 255 without leading zeros.
    static func ipv4(_ text: Bytes) -> UInt32? {
        var bits: UInt32 = 0
        var index = 0
        for part in 0..<4 {
            if part > 0 {
                guard index < text.count, text[index] == 0x2E else { return nil }
                index += 1
            }
            let start = index
            var value: UInt32 = 0
            while index < text.count, ByteClass.isDigit(text[index]), index - start < 3 {
                value = value * 10 + UInt32(text[index] - 0x30)
                index += 1
            }
            guard index > start, value < 256, text[start] != 0x30 || index - start == 1 else { return nil }
            bits = bits << 8 | value
        }
        return index == text.count ? bits : nil
    }

    /// Eight groups, at most one `::`, optionally an IPv4 address at the end (RFC 4291 §2.2).
    static func ipv6(_ text: Bytes) -> (high: UInt64, low: UInt64)? {
        var head = IPv6Groups()
        var tail = IPv6Groups()
        var hasGap = false
        var index = 0
        if text.hasPrefix("::") {
            hasGap = true
            index = 2
        }
        while index < text.count {
            let end = text.firstIndex(of: 0x3A, from: index) ?? text.count
            let group = text.slice(from: index, count: end - index)
            let isLast = end == text.count
            if isLast, let bits = ipv4(group) {
                guard
                    hasGap
                        ? tail.append(bits >> 16) && tail.append(bits & 0xFFFF)
                        : head.append(bits >> 16) && head.append(bits & 0xFFFF)
                else { return nil }
                break
            }
            guard let value = hexGroup(group), hasGap ? tail.append(value) : head.append(value) else { return nil }
            index = end + 1
            if isLast { break }
            if index >= text.count { return nil }
            if text[index] == 0x3A {
                if hasGap { return nil }
                hasGap = true
                index += 1
            }
        }
        guard hasGap ? head.count + tail.count < 8 : head.count == 8 else { return nil }
        return head.joined(with: tail)
    }

    private static func hexGroup(_ text: Bytes) -> UInt32? {
        guard text.count >= 1, text.count <= 4 else { return nil }
        var value: UInt32 = 0
        for index in 0..<text.count {
            let digit = ByteClass.hexValue(text[index])
            guard digit < 16 else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}

/// Up to eight 16-bit groups of an IPv6 address, as a 128-bit number.
private struct IPv6Groups {
    var high: UInt64 = 0
    var low: UInt64 = 0
    var count = 0

    mutating func append(_ group: UInt32) -> Bool {
        guard count < 8 else { return false }
        high = high << 16 | low >> 48
        low = low << 16 | UInt64(group)
        count += 1
        return true
    }

    /// These groups at the front and `tail` at the back of the address.
    func joined(with tail: IPv6Groups) -> (high: UInt64, low: UInt64) {
        var front = self
        while front.count < 8 { _ = front.append(0) }
        return (front.high | tail.high, front.low | tail.low)
    }
}
