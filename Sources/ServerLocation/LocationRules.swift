import TandemKit

/// Finds a server in what is known of DNS (RFC 3263 §4), and says what has to be known for it.
///
/// Asking again with more known goes further: nothing is kept between. All that may be needed is wanted at once, so that it
/// takes as many rounds as there are levels of names, not one for each question.
struct LocationRules {
    private let server: WantedServer
    private let memory: DNSMemory
    /// All that was looked for.
    private(set) var wanted: Set<DNSQuestion> = []
    /// Whether something is not known yet that could change what was found.
    private(set) var isIncomplete = false
    /// Why questions were not answered: those for which records of before stand in, and those without.
    private var (stale, failed) = ([String](), [String]())
    private var rank = 0

    /// The services of NAPTR records (RFC 3263 §4.1, RFC 7118 §8).
    private static let services: [(name: String, transport: TransportProtocol)] = [
        ("sip+d2u", .udp), ("sip+d2t", .tcp), ("sips+d2t", .tls),
    ]

    init(_ server: WantedServer, _ memory: DNSMemory) {
        self.server = server
        self.memory = memory
    }

    /// Where the server is, as far as is known.
    mutating func locate() -> ServerLocation {
        var groups: [ServerGroup] = []
        if let port = server.port {
            groups = hosts(port: port)
        } else {
            groups = services() ?? hosts(port: nil)
        }
        groups.removeAll { $0.servers.isEmpty }
        guard groups.isEmpty else { return ServerLocation(groups: groups, problem: stale.first) }
        return ServerLocation(
            groups: [], problem: failed.first ?? "\(server.name) has no address that can be reached")
    }

    /// By NAPTR, else SRV records; nil when there are none, and the name is that of a host.
    private mutating func services() -> [ServerGroup]? {
        // Wanted whether or not what comes before them says so.
        for transport in server.transports { _ = look(Self.serviceName(server.name, transport), .srv) }
        _ = addresses(of: server.name, over: nil)
        var names: [(name: String, transport: TransportProtocol)] = []
        if !server.isTransportFixed { names = authorities() }
        if names.isEmpty { names = server.transports.map { (Self.serviceName(server.name, $0), $0) } }
        var (groups, isThere) = ([ServerGroup](), false)
        for (name, transport) in names {
            let records = look(name, .srv).compactMap { record -> ServiceRecord? in
                if case .service(let service) = record { service } else { nil }
            }
            isThere = isThere || !records.isEmpty
            for priority in Set(records.map(\.priority)).sorted() {
                rank += 1
                for record in records where record.priority == priority && !record.target.isEmpty {
                    groups.append(
                        ServerGroup(
                            rank: rank, weight: record.weight, transport: transport,
                            servers: addresses(of: record.target, over: transport)
                                .map { Endpoint(address: $0, port: record.port) }))
                }
            }
        }
        return isThere ? groups : nil
    }

    /// What NAPTR records name for our transports, in their order.
    private mutating func authorities() -> [(name: String, transport: TransportProtocol)] {
        let records = look(server.name, .naptr).compactMap { record -> AuthorityRecord? in
            if case .authority(let authority) = record { authority } else { nil }
        }
        return records.sorted { ($0.order, $0.preference) < ($1.order, $1.preference) }.compactMap { record in
            guard record.flags.lowercased() == "s", !record.replacement.isEmpty,
                let service = Self.services.first(where: { $0.name == record.service.lowercased() }),
                server.transports.contains(service.transport)
            else { return nil }
            return (record.replacement, service.transport)
        }
    }

    /// The addresses of the name itself, over our first transport.
    private mutating func hosts(port: UInt16?) -> [ServerGroup] {
        guard let transport = server.ways.first?.transport else { return [] }
        let servers = addresses(of: server.name, over: transport).map {
            Endpoint(address: $0, port: port ?? (transport == .tls ? 5061 : 5060))
        }
        rank += 1
        return [ServerGroup(rank: rank, weight: 0, transport: transport, servers: servers)]
    }

    /// The addresses of a host that our ways lead to, in the order of our ways.
    private mutating func addresses(of host: String, over transport: TransportProtocol?) -> [IPAddress] {
        var found: [IPAddress] = []
        for way in server.ways where transport == nil || way.transport == transport {
            for case .address(let address) in look(host, way.isIPv6 ? .aaaa : .a) where !found.contains(address) {
                found.append(address)
            }
        }
        return found
    }

    private mutating func look(_ name: String, _ kind: DNSQuestion.Kind) -> [DNSRecord] {
        let question = DNSQuestion(name, kind)
        wanted.insert(question)
        switch memory[question] {
        case .nothing:
            isIncomplete = true
            return []
        case .records(let records):
            if let problem = memory.problem(of: question) {
                records.isEmpty ? failed.append("\(question): \(problem)") : stale.append("\(question): \(problem)")
            }
            return records
        case .failed(let problem):
            failed.append("\(question): \(problem)")
            return []
        }
    }

    private static func serviceName(_ name: String, _ transport: TransportProtocol) -> String {
        switch transport {
        case .tcp: "_sip._tcp.\(name)"
        case .tls: "_sips._tcp.\(name)"
        default: "_sip._udp.\(name)"
        }
    }
}
