extension IPAddress: CustomStringConvertible {
    /// The longest text: eight groups, or six groups and an IPv4 address, and a zone.
    static let textLimit = 64

    /// Reads `192.0.2.1`, `2001:db8::1` or `[2001:db8::1]`, IPv6 optionally with a numeric zone (`fe80::1%2`).
    public init?(_ text: String) {
        var copy = text
        let address = copy.withUTF8 { IPAddress(Bytes(UnsafeRawBufferPointer($0))) }
        guard let address else { return nil }
        self = address
    }

    /// Reads an address from bytes. RFC 3986 §3.2.2; no octal, no shortened IPv4 forms.
    public init?(_ text: Bytes) {
        guard text.count >= 2, text.count <= IPAddress.textLimit else { return nil }
        var bare = text
        if text[0] == 0x5B {
            guard text[text.count - 1] == 0x5D else { return nil }
            bare = text.slice(from: 1, count: text.count - 2)
        } else if text.firstIndex(of: 0x3A) == nil {
            guard let bits = IPAddress.ipv4(text) else { return nil }
            self.init(ipv4: bits)
            return
        }
        var scope: UInt32 = 0
        if let percent = bare.firstIndex(of: 0x25) {
            guard let number = bare.suffix(from: percent + 1).decimal, number <= UInt64(UInt32.max) else { return nil }
            scope = UInt32(number)
            bare = bare.prefix(percent)
        }
        guard let bits = IPAddress.ipv6(bare) else { return nil }
        self.init(ipv6High: bits.high, low: bits.low, scope: scope)
    }

    /// RFC 5952: lower case, the longest run of zero groups as `::`, IPv4-mapped addresses with dots.
    public var description: String {
        withUnsafeTemporaryAllocation(byteCount: IPAddress.textLimit, alignment: 1) { buffer in
            let count = write(to: buffer)
            return String(decoding: UnsafeRawBufferPointer(rebasing: buffer[..<count]), as: UTF8.self)
        }
    }

    /// Writes the address as `description` gives it and returns the number of bytes; -1 when they do not fit.
    public func write(to buffer: UnsafeMutableRawBufferPointer) -> Int {
        var writer = AddressWriter(buffer)
        if isIPv6 {
            writer.putIPv6(high: high, low: low)
            if scope != 0 {
                writer.put(0x25)
                writer.put(decimal: scope)
            }
        } else {
            writer.putIPv4(UInt32(truncatingIfNeeded: low))
        }
        return writer.count <= buffer.count ? writer.count : -1
    }
}
