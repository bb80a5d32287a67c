extension SIPURI {
    /// Whether both URIs mean the same resource by RFC 3261 §19.1.4, or RFC 3966 §4 for `tel`.
    ///
    /// Not transitive: a parameter that only one of them has is ignored unless it is `user`, `ttl`, `method`, `maddr` or
    /// `transport` (the last by the examples of §19.1.4). That is why it is not `==`.
    public func isEquivalent(to other: SIPURI) -> Bool {
        guard scheme == other.scheme else { return false }
        if scheme == .tel { return isEquivalentNumber(to: other) }
        guard scheme.isSIP else { return self == other }
        return SIPURI.canonical(rawUser ?? "") == SIPURI.canonical(other.rawUser ?? "")
            && (rawUser == nil) == (other.rawUser == nil)
            && SIPURI.canonical(rawPassword ?? "") == SIPURI.canonical(other.rawPassword ?? "")
            && hasSameHost(as: other) && port == other.port && hasMatchingParameters(other)
            && other.hasMatchingParameters(self) && hasSameHeaders(as: other)
    }

    private func hasSameHost(as other: SIPURI) -> Bool {
        if let address = hostAddress { return address == other.hostAddress }
        return host.equalsIgnoringCase(other.host)
    }

    /// Whether each of our parameters is matched by or may be missing from the other URI.
    private func hasMatchingParameters(_ other: SIPURI) -> Bool {
        let significant = ["user", "ttl", "method", "maddr", "transport"]
        return parameters.all.allSatisfy { parameter in
            guard let match = other.parameters.all.first(where: { $0.name.equalsIgnoringCase(parameter.name) }) else {
                return !significant.contains { $0.equalsIgnoringCase(parameter.name) }
            }
            let left = SIPURI.canonical(parameter.rawValue ?? "")
            return left.equalsIgnoringCase(SIPURI.canonical(match.rawValue ?? ""))
        }
    }

    private func hasSameHeaders(as other: SIPURI) -> Bool {
        guard headers.count == other.headers.count else { return false }
        return headers.all.allSatisfy { header in
            other.headers.all.contains {
                $0.name.equalsIgnoringCase(header.name)
                    && SIPURI.canonical($0.rawValue ?? "") == SIPURI.canonical(header.rawValue ?? "")
            }
        }
    }

    /// RFC 3966 §4: without visual separators, parameters in any order.
    private func isEquivalentNumber(to other: SIPURI) -> Bool {
        let left = SIPURI.digits(of: rawUser ?? "")
        guard left.equalsIgnoringCase(SIPURI.digits(of: other.rawUser ?? "")) else { return false }
        return parameters.count == other.parameters.count
            && parameters.all.allSatisfy { parameter in
                other.parameters.all.contains {
                    $0.name.equalsIgnoringCase(parameter.name)
                        && ($0.rawValue ?? "").equalsIgnoringCase(parameter.rawValue ?? "")
                }
            }
    }

    private static func digits(of number: String) -> String {
        String(decoding: number.utf8.filter { $0 != 0x2D && $0 != 0x2E && $0 != 0x28 && $0 != 0x29 }, as: UTF8.self)
    }

    /// Escapes of characters outside the reserved set are replaced, the others written in upper case.
    private static func canonical(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        var canonical: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index] == 0x25, index + 2 < bytes.count, ByteClass.hexValue(bytes[index + 1]) < 16,
                ByteClass.hexValue(bytes[index + 2]) < 16
            else {
                canonical.append(bytes[index])
                index += 1
                continue
            }
            let value = ByteClass.hexValue(bytes[index + 1]) << 4 | ByteClass.hexValue(bytes[index + 2])
            if ByteClass.isURIReserved(value) || value == 0x25 {
                canonical.append(0x25)
                for digit in bytes[index + 1...index + 2] {
                    canonical.append(ByteClass.isLetter(digit) ? digit & 0xDF : digit)
                }
            } else {
                canonical.append(value)
            }
            index += 3
        }
        return canonical
    }
}

extension Array where Element == UInt8 {
    /// Whether both are the same when ASCII letters are compared without their case.
    fileprivate func equalsIgnoringCase(_ other: [UInt8]) -> Bool {
        count == other.count
            && zip(self, other).allSatisfy { ByteClass.lowercased($0) == ByteClass.lowercased($1) }
    }
}
