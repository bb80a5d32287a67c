extension ViaView {
    /// Reads the value that begins at `start`; `next` is the position of its comma or the end.
    ///
    /// Any protocol name and version will do, so that a request of another version can be answered with 505.
    static func parse(_ value: Bytes, from start: Int) throws(SIPParseError) -> ParsedVia {
        var scanner = ByteScanner(value, from: start)
        scanner.skipWhitespace()
        let transport = try sentProtocol(&scanner)
        guard ByteClass.isLinearWhitespace(scanner.current) else {
            throw SIPParseError(offset: scanner.index, field: .via, expected: "a space after the transport")
        }
        scanner.skipWhitespace()
        let hostStart = scanner.index
        let host = scanner.host()
        if host.isEmpty { throw SIPParseError(offset: hostStart, field: .via, expected: "a host") }
        scanner.skipWhitespace()
        var port: UInt16 = 0
        if scanner.skip(0x3A) {
            scanner.skipWhitespace()
            guard let number = scanner.number(), number > 0, number < 65_536 else {
                throw SIPParseError(offset: scanner.index, field: .via, expected: "a port from 1 to 65535")
            }
            port = UInt16(number)
        }
        var walk = ParameterScanner(scanner)
        let parameters = try readParameters(&walk)
        return ParsedVia(
            view: ViaView(transport: transport, host: host, port: port, parameters: parameters),
            next: walk.scanner.index, emptyParameter: walk.emptyParameter)
    }

    /// Reads `SIP/2.0/UDP` with optional white space around the slashes.
    @inline(__always) private static func sentProtocol(
        _ scanner: inout ByteScanner
    ) throws(SIPParseError) -> TransportProtocol? {
        let start = scanner.index
        if let transport = commonProtocol(&scanner) { return transport }
        let name = scanner.token()
        scanner.skipWhitespace()
        let hasFirstSlash = scanner.skip(0x2F)
        scanner.skipWhitespace()
        let version = scanner.token()
        scanner.skipWhitespace()
        let hasSecondSlash = scanner.skip(0x2F)
        guard hasFirstSlash, hasSecondSlash, !name.isEmpty, !version.isEmpty else {
            throw SIPParseError(offset: start, field: .via, expected: "SIP/2.0/ and a transport")
        }
        scanner.skipWhitespace()
        let token = scanner.token()
        if token.isEmpty { throw SIPParseError(offset: scanner.index, field: .via, expected: "a transport") }
        return TransportProtocol(token: token)
    }

    /// `SIP/2.0/UDP`, `SIP/2.0/TCP` or `SIP/2.0/TLS` and a space, as nearly everybody writes it.
    @inline(__always) private static func commonProtocol(_ scanner: inout ByteScanner) -> TransportProtocol? {
        guard scanner.index + 12 <= scanner.count else { return nil }
        let start = scanner.base + scanner.index
        guard Words.load(start) == 0x2F30_2E32_2F50_4953 else { return nil }
        let transport: TransportProtocol
        switch Words.load(start + 4) >> 32 {
        case 0x2050_4455: transport = .udp
        case 0x2050_4354: transport = .tcp
        case 0x2053_4C54: transport = .tls
        default: return nil
        }
        scanner.index += 11
        return transport
    }

    @inline(__always) private static func readParameters(
        _ walk: inout ParameterScanner
    ) throws(SIPParseError) -> ViaParameters {
        var parameters = ViaParameters()
        while try walk.next() {
            guard walk.name.count <= 8 else { continue }
            let value = walk.value ?? Bytes()
            switch Words.short(walk.name) {
            case Words.literal("branch"): parameters.branch = value
            case Words.literal("received"): parameters.received = value
            case Words.literal("maddr"): parameters.maddr = value
            case Words.literal("rport"):
                guard let number = value.isEmpty ? 0 : value.decimal, number < 65_536 else {
                    throw SIPParseError(offset: walk.scanner.index, field: .via, expected: "a port from 1 to 65535")
                }
                parameters.rport = Int32(number)
            default: break
            }
        }
        return parameters
    }
}

extension TransportProtocol {
    /// The transport of a Via token; nil when unknown.
    init?(token: Bytes) {
        switch token.count {
        case 2 where token.equalsIgnoringCase("WS"): self = .ws
        case 3 where token.equalsIgnoringCase("UDP"): self = .udp
        case 3 where token.equalsIgnoringCase("TCP"): self = .tcp
        case 3 where token.equalsIgnoringCase("TLS"): self = .tls
        case 3 where token.equalsIgnoringCase("WSS"): self = .wss
        default: return nil
        }
    }
}
