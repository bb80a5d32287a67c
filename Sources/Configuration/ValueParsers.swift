import PlainText
import TandemKit
import Timing

/// Reads the texts of single values. Each throws what is wrong and what to write.
enum ValueParsers {
    /// A length of time within bounds.
    static func duration(
        _ least: String, _ most: String
    ) -> (String) throws(ValueFault) -> TimeInterval {
        { (text) throws(ValueFault) in
            guard let length = TimeInterval(text: text) else {
                throw ValueFault(
                    message: "\(text.quoted) is no duration",
                    remedy: "write a whole number and ms, s, m, h or d, like 10s"
                )
            }
            guard let low = TimeInterval(text: least), let high = TimeInterval(text: most) else {
                preconditionFailure("the bounds are written in the code")
            }
            guard low <= length, length <= high else {
                throw ValueFault(
                    message: "\(PlainText.excerpt(text)) is out of range",
                    remedy: "write a duration from \(least) to \(most)")
            }
            return length
        }
    }

    /// A length of time within bounds, or `off`.
    static func durationOrOff(
        _ least: String, _ most: String
    ) -> (String) throws(ValueFault) -> TimeInterval? {
        { (text) throws(ValueFault) in text == "off" ? nil : try duration(least, most)(text) }
    }

    /// A whole number within bounds.
    static func number(_ range: ClosedRange<Int>) -> (String) throws(ValueFault) -> Int {
        { (text) throws(ValueFault) in
            guard let number = Int(text), range.contains(number) else {
                throw ValueFault(
                    message: "\(text.quoted) is no number from \(range.lowerBound) to \(range.upperBound)",
                    remedy: "write a number in that range")
            }
            return number
        }
    }

    /// One of a few words.
    static func choice<Value: RawRepresentable & CaseIterable>(
        _ type: Value.Type
    ) -> (String) throws(ValueFault) -> Value where Value.RawValue == String {
        { (text) throws(ValueFault) in
            if let value = Value(rawValue: text) { return value }
            let words = Value.allCases.map(\.rawValue)
            throw ValueFault(
                message: "\(text.quoted) is not one of the values", remedy: meant(text, words))
        }
    }

    /// A transport that can be listened on today.
    static func transport(_ text: String) throws(ValueFault) -> TransportProtocol {
        switch text {
        case "udp": return .udp
        case "tcp": return .tcp
        case "tls": return .tls
        case "ws": return .ws
        case "wss": return .wss
        default:
            throw ValueFault(
                message: "\(text.quoted) is no transport that Tandem has", remedy: "write udp, tcp, tls, ws or wss")
        }
    }

    /// An address literal.
    static func address(_ text: String) throws(ValueFault) -> IPAddress {
        if let address = IPAddress(text) { return address }
        throw ValueFault(
            message: "\(text.quoted) is no IP address",
            remedy: "write an address of this machine, like 192.0.2.1 or \"::1\"")
    }

    /// A DNS server: an address, with a port or without.
    static func dnsServer(_ text: String) throws(ValueFault) -> Endpoint {
        let place = try HostAndPort(text)
        guard case .address(let address) = place.host, !address.isUnspecified else {
            throw ValueFault(
                message: "\(text.quoted) is no address", remedy: "write the address of a DNS server, like 192.0.2.53")
        }
        return Endpoint(address: address, port: place.port ?? 53)
    }

    /// A port.
    static func port(_ text: String) throws(ValueFault) -> UInt16 { try HostAndPort.port(text) }

    /// The number of threads; nil for one a core.
    static func threads(_ text: String) throws(ValueFault) -> Int? {
        text == "auto" ? nil : try number(1...64)(text)
    }

    /// A switch.
    static func flag(_ text: String) throws(ValueFault) -> Bool {
        switch text {
        case "true": return true
        case "false": return false
        default: throw ValueFault(message: "\(text.quoted) is neither true nor false", remedy: "write true or false")
        }
    }

    /// The first and the last of a range of ports above those of the system, with room for RTP and RTCP.
    static func ports(_ text: String) throws(ValueFault) -> ClosedRange<UInt16> {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else {
            throw ValueFault(
                message: "\(text.quoted) is no range of ports", remedy: "write first-last, like 49152-57500")
        }
        let (first, last) = (try HostAndPort.port(parts[0]), try HostAndPort.port(parts[1]))
        guard first >= 1024 else {
            throw ValueFault(message: "\(first) is a port of the system", remedy: "begin at 1024 or above")
        }
        guard first < last else {
            throw ValueFault(
                message: "from \(first) to \(last) there is no pair of ports",
                remedy: "write the lower port first, like 49152-57500")
        }
        return first...last
    }

    /// Where commands of the NG protocol are taken: an address and a port, a port of loopback, or nowhere.
    static func controlEndpoint(_ text: String) throws(ValueFault) -> Endpoint? {
        if text == "off" { return nil }
        if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), !text.isEmpty {
            return Endpoint(address: IPAddress(ipv4: 0x7F00_0001), port: try HostAndPort.port(text))
        }
        return try endpoint(text)
    }

    /// An address literal and a port.
    static func endpoint(_ text: String) throws(ValueFault) -> Endpoint {
        let parsed = try HostAndPort(text)
        guard case .address(let address) = parsed.host, let port = parsed.port else {
            throw ValueFault(
                message: "\(text.quoted) is no address and port", remedy: "write them like 127.0.0.1:2223")
        }
        return Endpoint(address: address, port: port)
    }

    /// A name of the operator's choice.
    static func name(_ text: String) throws(ValueFault) -> String {
        if SectionReader.isName(text) { return text }
        throw ValueFault(
            message: "\(text.quoted) is no name",
            remedy: "use up to 63 letters, digits, dots, hyphens and underscores, a letter or digit first")
    }

    /// The answer for strangers.
    static func unknownSource(_ text: String) throws(ValueFault) -> UnknownSource {
        if text == "drop" { return .drop }
        if text == "tarpit" { return .tarpit }
        guard let status = UInt16(text), (400...699).contains(status) else {
            throw ValueFault(
                message: "\(text.quoted) is neither drop nor tarpit nor a failure status",
                remedy: "write drop, tarpit, or a status like 403")
        }
        return .reject(status)
    }

    /// A text that fits into one header field.
    static func headerText(_ text: String) throws(ValueFault) -> String {
        guard !text.isEmpty, text.utf8.count <= 200, text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw ValueFault(
                message: "the text does not fit into a header field", remedy: "write 1 to 200 bytes on one line")
        }
        return text
    }

    /// A size in memory: bytes, or `KiB`, `MiB`, `GiB` of them; `off`, where it can be, for none.
    static func size(_ range: ClosedRange<Int>, canBeOff: Bool) -> (String) throws(ValueFault) -> Int {
        { (text) throws(ValueFault) in
            if canBeOff, text == "off" { return 0 }
            let digits = text.prefix { $0.isASCII && $0.isNumber }
            let units = ["": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30]
            guard let count = Int(digits), let unit = units[String(text.dropFirst(digits.count))] else {
                throw ValueFault(
                    message: "\(text.quoted) is no size", remedy: "write one like 16MiB" + (canBeOff ? ", or off" : ""))
            }
            guard count <= range.upperBound / unit else {
                throw ValueFault(
                    message: "\(PlainText.excerpt(text)) is too much",
                    remedy: "write at most \(range.upperBound >> 20)MiB")
            }
            guard count * unit >= range.lowerBound else {
                throw ValueFault(
                    message: "\(PlainText.excerpt(text)) is too little",
                    remedy: "write at least \(range.lowerBound >> 20)MiB")
            }
            return count * unit
        }
    }

    /// A path or a name: any text that is there.
    static func text(_ text: String) throws(ValueFault) -> String {
        if !text.isEmpty, !text.utf8.contains(0) { return text }
        throw ValueFault(message: "the text is empty", remedy: "write a value or remove the key")
    }

    /// A host without a port.
    static func host(_ text: String) throws(ValueFault) -> String {
        let parsed = try HostAndPort(text)
        guard parsed.port == nil else {
            throw ValueFault(message: "\(text.quoted) has a port", remedy: "write the host alone")
        }
        return parsed.host.description
    }

    /// An address, or an address and the number of its leading bits that count.
    static func prefix(_ text: String) throws(ValueFault) -> AddressPrefix {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(String(parts[0])) else {
            throw ValueFault(
                message: "\(text.quoted) is no address or prefix",
                remedy: "write one like 192.0.2.0/24 or \"2001:db8::/32\"")
        }
        if parts.count == 1 { return AddressPrefix(address) }
        guard let length = Int(parts[1]), let prefix = AddressPrefix(address, length: length) else {
            throw ValueFault(
                message: "\(parts[1].quoted) is no prefix length",
                remedy: "write a number from 0 to \(address.isIPv6 ? 128 : 32)")
        }
        guard prefix.address == address else {
            throw ValueFault(
                message: "\(PlainText.excerpt(text)) has bits set behind its length", remedy: "write \(prefix)")
        }
        return prefix
    }

    /// What was probably meant, or the whole choice.
    static func meant(_ text: String, _ words: [String]) -> String {
        if words.isEmpty { return "define it first" }
        return NearestName.of(text, among: words).map { "did you mean \"\($0)\"?" }
            ?? "write one of \(words.joined(separator: ", "))"
    }
}
