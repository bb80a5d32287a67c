import PlainText
import TandemKit

/// Reads `host`, `host:port`, `[v6]`, `[v6]:port`.
struct HostAndPort {
    let host: Host
    let port: UInt16?

    init(_ text: some StringProtocol) throws(ValueFault) {
        let (hostText, portText) = try Self.split(String(text))
        if let address = IPAddress(hostText) {
            host = .address(address)
        } else {
            host = .name(try Self.name(hostText))
        }
        port = try portText.map { (text) throws(ValueFault) in try Self.port(text) }
    }

    private static func split(_ text: String) throws(ValueFault) -> (host: String, port: String?) {
        // A host may be named "sip", so `sip:5060` is no URI.
        if let scheme = ["sip:", "sips:"].first(where: text.lowercased().hasPrefix),
            !text.dropFirst(scheme.count).utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
        {
            throw ValueFault(
                message: "\(text.quoted) is a URI",
                remedy: "write host and port alone: \(PlainText.excerpt(text.dropFirst(scheme.count)))")
        }
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]"),
                IPAddress(String(text[text.index(after: text.startIndex)..<end]))?.isIPv6 == true
            else {
                throw ValueFault(
                    message: "\(text.quoted) has no IPv6 address in its brackets",
                    remedy: "write it like [2001:db8::1]:5060")
            }
            let host = String(text[text.index(after: text.startIndex)..<end])
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.first == ":" else {
                throw ValueFault(
                    message: "\(rest.quoted) follows the address", remedy: "write a colon and the port there")
            }
            return (host, rest.isEmpty ? nil : String(rest.dropFirst()))
        }
        let colons = text.count { $0 == ":" }
        if colons > 1 {
            guard IPAddress(text) != nil else {
                throw ValueFault(
                    message: "\(text.quoted) is no address", remedy: "write IPv6 with a port as [2001:db8::1]:5060")
            }
            return (text, nil)
        }
        guard let colon = text.firstIndex(of: ":") else { return (text, nil) }
        return (String(text[..<colon]), String(text[text.index(after: colon)...]))
    }

    /// A port from 1 to 65535 in plain digits.
    static func port(_ text: String) throws(ValueFault) -> UInt16 {
        guard text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let port = UInt16(text), port > 0 else {
            throw ValueFault(message: "\(text.quoted) is no port", remedy: "write a port from 1 to 65535")
        }
        return port
    }

    /// A DNS name in lower case (RFC 1123 §2.1): letters, digits and hyphens between dots.
    private static func name(_ text: String) throws(ValueFault) -> String {
        let labels = text.lowercased().split(separator: ".", omittingEmptySubsequences: false)
        let isName = text.utf8.count <= 253 && labels.allSatisfy(isLabel)
        guard isName, labels.last?.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) == false else {
            throw ValueFault(
                message: "\(text.quoted) is neither an address nor a host name",
                remedy: "write an address like 192.0.2.1, or a name like gw.example.net")
        }
        return text.lowercased()
    }

    private static func isLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
            && label.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    }
}
