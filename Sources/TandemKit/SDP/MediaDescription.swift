/// One media of a session: the `m=` line and what belongs to it (RFC 8866 §5.14).
public struct MediaDescription: Hashable, Sendable {
    /// The `m=` line and the lines behind it.
    public var section: SDPSection
    /// `audio`, `video`, `image`, `application`.
    public internal(set) var kind: String
    /// The port that receives; 0 refuses or ends the media (RFC 3264 §6, §8.2).
    public var port: UInt16 { didSet { writeMediaLine() } }
    /// How many consecutive port pairs are meant; nil when not written.
    public private(set) var portCount: Int?
    /// The transport: `RTP/AVP`, `RTP/SAVP`, `UDP/TLS/RTP/SAVPF`, `udptl`.
    public var transport: String { didSet { writeMediaLine() } }
    /// The payload types, or format names, in order of preference.
    public var formats: [String] { didSet { writeMediaLine() } }

    /// A media without attributes.
    public init(kind: String, port: UInt16, transport: String, formats: [String]) {
        self.kind = kind
        self.port = port
        self.transport = transport
        self.formats = formats
        section = SDPSection(lines: [SDPLine("m", "")])
        writeMediaLine()
    }

    init(lines: [SDPLine], number: Int) throws(SDPError) {
        section = SDPSection(lines: lines)
        let parts = lines[0].value.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count >= 4 else {
            throw SDPError(line: number, "expected m=<media> <port> <transport> <format> …")
        }
        kind = String(parts[0])
        let ports = parts[1].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = ports.first, let port = UInt16(first) else {
            throw SDPError(line: number, "expected a port from 0 to 65535, found `\(parts[1])`")
        }
        self.port = port
        if ports.count > 1 {
            guard let count = Int(ports[1]), count > 0 else {
                throw SDPError(line: number, "expected a number of ports, found `\(parts[1])`")
            }
            portCount = count
        }
        transport = String(parts[2])
        formats = parts.dropFirst(3).map(String.init)
    }

    private mutating func writeMediaLine() {
        let count = portCount.map { "/\($0)" } ?? ""
        section.lines[0].set("\(kind) \(port)\(count) \(transport) \(formats.joined(separator: " "))")
    }

    /// Whether this media is refused or ended.
    public var isRejected: Bool { port == 0 }

    /// The address of this media alone; nil when the session's address counts.
    public var connection: SDPConnection? {
        get { section.connection }
        set { section.connection = newValue }
    }

    /// The direction that this media states; nil when the session's direction, or `sendrecv`, counts.
    public var direction: SDPDirection? {
        get { section.direction }
        set { section.direction = newValue }
    }

    /// How many milliseconds of media a packet holds (`a=ptime`); nil when not written.
    public var ptime: Int? {
        get { section.attribute("ptime").flatMap { Int($0) } }
        set {
            if let newValue {
                section.setAttribute("ptime", to: String(newValue))
            } else {
                section.removeAttributes("ptime")
            }
        }
    }

    /// The SRTP keys that can be read. Setting them replaces every `a=crypto` line; the first one's place is kept.
    public var crypto: [SDPCrypto] {
        get { section.attributes("crypto").compactMap(SDPCrypto.init) }
        set {
            guard newValue != crypto else { return }
            let place = section.lines.firstIndex { $0.isAttribute("crypto" as StaticString) } ?? section.lines.count
            section.removeAttributes("crypto")
            for (offset, value) in newValue.enumerated() {
                section.insert(SDPLine("a", "crypto:\(value.text)"), at: place + offset)
            }
        }
    }

    /// Whether the media flow as SRTP whatever the peer says: a transport with `SAVP` in it.
    public var isSecureTransport: Bool { transport.contains("SAVP") }
}
