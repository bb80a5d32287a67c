import TandemKit

/// A listener as far as its section could be read.
struct ListenerDraft {
    let name: String
    /// Where its name stands.
    let position: SourcePosition
    /// The listener, when every value of it is right.
    let settings: ListenerSettings?

    init(_ entry: SettingsEntry, paths: PathResolution, problems: ProblemList) {
        name = entry.key
        position = entry.position
        let section = SectionReader(
            entry.value, path: "listeners.\(entry.key)", pattern: "listeners.*", problems: problems)
        let transport = section.read("transport", ValueParsers.transport)
        let address = section.read("address", ValueParsers.address)
        let port = section.read("port", ValueParsers.port)
        let advertised = section.readIfPresent("advertise") { (text) throws(ValueFault) in try HostAndPort(text) }
        let dscp = section.number("dscp")
        let keepAlive = section.durationOrOff("keep-alive")
        let tls = section.section("tls").map { ($0.position, ListenerTLSDraft($0, paths: paths)) }
        guard let transport, let address, let dscp, let keepAlive, var port else {
            settings = nil
            return
        }
        let isSecure = transport.value == .tls || transport.value == .wss
        if isSecure, section.node("port") == nil { port = Located(value: 5061, position: port.position) }
        if isSecure != (tls != nil) {
            section.refuse(
                "tls", at: tls?.0 ?? transport.position,
                isSecure
                    ? "a listener over TLS has no certificate"
                    : "the transport is \(transport.value), which has no certificate",
                remedy: isSecure
                    ? "add tls: { certificate: FILE, key: FILE }"
                    : "write transport: tls or wss, or remove the section")
        }
        if address.value.isUnspecified, section.node("advertise") == nil {
            section.refuse(
                "address", at: address.position,
                "\(address.value) binds every address, so peers can't be told which is ours",
                remedy: "add advertise: with the address that peers reach")
        }
        settings = ListenerSettings(
            name: name, transport: transport.value, bind: Endpoint(address: address.value, port: port.value),
            advertise: AdvertisedAddress(
                host: advertised?.value.host ?? .address(address.value), port: advertised?.value.port ?? port.value),
            dscp: UInt8(dscp.value), keepAlive: keepAlive.value, tls: tls?.1.settings, position: position)
    }
}

extension IPAddress {
    /// Whether this is 0.0.0.0 or ::.
    var isUnspecified: Bool { high == 0 && low == 0 }
}

/// What no single listener shows: two that want the same socket.
enum ListenerValidation {
    static func check(_ listeners: [ListenerDraft], _ problems: ProblemList) {
        let complete = listeners.compactMap(\.settings)
        if listeners.count > Int(UInt8.max) {
            problems.add(
                at: listeners[Int(UInt8.max)].position, path: "listeners", "there are more than 255 listeners",
                remedy: "let trunks share listeners")
        }
        for (index, listener) in complete.enumerated() {
            guard let earlier = complete[..<index].first(where: { collide($0, listener) }) else { continue }
            problems.add(
                at: listener.position, path: "listeners.\(listener.name)",
                "\(listener.transport) \(listener.bind) is taken by the listener \"\(earlier.name)\" in line \(earlier.position.line)",
                remedy: "choose another port or address")
        }
    }

    private static func collide(_ one: ListenerSettings, _ other: ListenerSettings) -> Bool {
        let (left, right) = (one.bind.address, other.bind.address)
        return (one.transport == .udp) == (other.transport == .udp) && one.bind.port == other.bind.port
            && left.isIPv6 == right.isIPv6
            && (left == right || left.isUnspecified || right.isUnspecified)
    }
}
