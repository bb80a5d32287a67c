import TandemKit

/// The `media` section as far as it could be read, with what the checks across sections need.
struct MediaDraft {
    /// The names of the interfaces, whether they are right or not.
    let names: [String]
    /// Whether rtpengines relay, whose interfaces nobody here knows.
    let isForeign: Bool
    /// The section, when every value of it is right.
    let settings: MediaSettings?
    private let section: SectionReader
    private let portsPosition: SourcePosition?

    /// Reads the section.
    /// - Parameter control: the path of the control socket; nil when it is wrong itself.
    init(_ section: SectionReader, beside control: String?, paths: PathResolution) {
        self.section = section
        let entries = section.node("interfaces").map {
            SectionReader.named($0, path: "media.interfaces", problems: section.problems)
        }
        names = (entries ?? []).map(\.key)
        isForeign = section.node("rtpengines") != nil
        let interfaces = (entries ?? []).map { Self.interface($0, section.problems) }
        let rtpengines = Self.rtpengines(section)
        let ports = section.read("ports", ValueParsers.ports)
        let threads = section.read("threads", ValueParsers.threads)
        let dscp = section.number("dscp")
        let ng = section.read("ng", ValueParsers.controlEndpoint)
        let socket = Self.socket(section, beside: control, paths)
        let ownerless = section.duration("ownerless-timeout")
        let silence = section.duration("silence")
        portsPosition = ports?.position
        let isOne = Self.checkChoice(section, interfaces: interfaces.count, isForeign: isForeign)
        guard isOne, !interfaces.contains(where: { $0 == nil }), let rtpengines, let ports, let threads, let dscp,
            let ng, let socket, let ownerless, let silence
        else {
            settings = nil
            return
        }
        settings = MediaSettings(
            interfaces: interfaces.compactMap { $0 }, ports: ports.value, threads: threads.value,
            dscp: UInt8(dscp.value), socket: socket, ng: ng.value, ownerless: ownerless.value,
            silence: silence.value, rtpengines: rtpengines)
    }

    /// Media pass either our own relay, on at least one interface, or rtpengines.
    private static func checkChoice(_ section: SectionReader, interfaces: Int, isForeign: Bool) -> Bool {
        if isForeign {
            let others = ["interfaces", "ports", "threads", "dscp", "socket", "ng", "ownerless-timeout", "silence"]
            for name in others {
                guard let node = section.node(name) else { continue }
                section.refuse(
                    name, at: node.position, "this is about Tandem's own relay, in whose place rtpengines relay",
                    remedy: "remove it, or remove rtpengines")
            }
            return others.allSatisfy { section.node($0) == nil }
        }
        guard interfaces == 0 else { return true }
        section.problems.add(
            at: section.position, path: "media", "there is no interface",
            remedy: "add one, like interfaces: { lan: { address: 192.0.2.1 } }")
        return false
    }

    private static func interface(_ entry: SettingsEntry, _ problems: ProblemList) -> MediaInterfaceSettings? {
        let section = SectionReader(
            entry.value, path: "media.interfaces.\(entry.key)", pattern: "media.interfaces.*", problems: problems)
        let address = section.read("address", ValueParsers.address)
        let advertised = section.readIfPresent("advertise", Self.advertised)
        for (name, written) in [("address", address), ("advertise", advertised)] {
            guard let written, written.value.isUnspecified else { continue }
            section.refuse(
                name, at: written.position, "\(written.value) is no address that anybody could send media to",
                remedy: name == "address"
                    ? "write one address of this machine, and add advertise: if peers reach another"
                    : "write the address that peers reach")
            return nil
        }
        guard let address else { return nil }
        if let advertised, advertised.value.isIPv6 != address.value.isIPv6 {
            section.refuse(
                "advertise", at: advertised.position,
                "\(advertised.value) is of another family than the address \(address.value)",
                remedy: "make an interface of its own for it")
            return nil
        }
        return MediaInterfaceSettings(name: entry.key, address: address.value, advertise: advertised?.value)
    }

    private static func advertised(_ text: String) throws(ValueFault) -> IPAddress {
        if let address = IPAddress(text) { return address }
        throw ValueFault(
            message: "\"\(text)\" is no IP address", remedy: "write the address that peers reach, like 198.51.100.7")
    }

    private static func rtpengines(_ section: SectionReader) -> [Endpoint]? {
        guard let node = section.node("rtpengines") else { return [] }
        guard let listed = section.readList("rtpengines", ValueParsers.endpoint) else { return nil }
        if case .list(let elements) = node.content, elements.isEmpty {
            section.refuse(
                "rtpengines", at: node.position, "the list is empty", remedy: "add one, like 192.0.2.5:2223")
        }
        for (index, one) in listed.enumerated() where listed[..<index].contains(where: { $0.value == one.value }) {
            section.refuse(
                "rtpengines[\(index)]", at: one.position, "\(one.value) is there already", remedy: "keep one of the two"
            )
        }
        return listed.map(\.value)
    }

    private static func socket(
        _ section: SectionReader, beside control: String?, _ paths: PathResolution
    ) -> String? {
        guard section.node("socket") != nil else { return control.map { ControlSocketPath.relay(beside: $0) } }
        let path = section.readSocket("socket", paths, example: "/run/tandem/relay.sock")
        if let path, path == control, let node = section.node("socket") {
            section.refuse(
                "socket", at: node.position, "this is the control socket",
                remedy: "choose another, like \(ControlSocketPath.relay(beside: path))")
        }
        return path
    }

    /// A port of the relay's range would be lost to media, or to a listener whose process starts anew.
    func checkPorts(against listeners: [ListenerSettings]) {
        guard let settings, let portsPosition else { return }
        let addresses = settings.interfaces.map(\.address)
        func meets(_ endpoint: Endpoint) -> Bool {
            settings.ports.contains(endpoint.port)
                && addresses.contains {
                    $0 == endpoint.address || endpoint.address.isUnspecified && $0.isIPv6 == endpoint.address.isIPv6
                }
        }
        for listener in listeners where listener.transport == .udp && meets(listener.bind) {
            section.refuse(
                "ports", at: portsPosition,
                "the range holds udp \(listener.bind), the port of the listener \"\(listener.name)\" in line \(listener.position.line)",
                remedy: "choose ports for media that nothing else has")
        }
        if let ng = settings.ng, meets(ng) {
            section.refuse(
                "ports", at: portsPosition, "the range holds \(ng), the port for the NG protocol",
                remedy: "choose ports for media that nothing else has")
        }
        for listener in listeners where listener.transport == .udp && settings.ng.map(listener.has) == true {
            section.refuse(
                "ng", at: section.node("ng")?.position ?? section.position,
                "this is the port of the listener \"\(listener.name)\" in line \(listener.position.line)",
                remedy: "choose another")
        }
    }
}

extension ListenerSettings {
    /// Whether the listener takes an address and port for itself.
    fileprivate func has(_ endpoint: Endpoint) -> Bool {
        guard bind.port == endpoint.port, bind.address.isIPv6 == endpoint.address.isIPv6 else { return false }
        return bind.address == endpoint.address || bind.address.isUnspecified || endpoint.address.isUnspecified
    }
}
