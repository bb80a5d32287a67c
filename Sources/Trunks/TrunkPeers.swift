public import Configuration
public import ServerLocation
public import TandemKit
public import Timing

/// Where the peers of all trunks are: those of address literals from the beginning, those of names as DNS says.
///
/// A machine without I/O, as `ServerDirectory` is.
public struct TrunkPeers: Sendable {
    /// By trunk; nil for those that are given by address.
    private let places: [Int?]
    private let fixed: [ServerLocation]
    private var directory: ServerDirectory

    /// The peers of a configuration. Trunks that look for the same share what is found.
    public init(_ configuration: TandemConfiguration) {
        var servers: [WantedServer] = []
        var places: [Int?] = []
        var fixed: [ServerLocation] = []
        for trunk in configuration.trunks {
            switch trunk.peer.host {
            case .address(let address):
                places.append(nil)
                fixed.append(ServerLocation(address, trunk.peer))
            case .name(let name):
                let server = WantedServer(name, trunk, configuration.listeners)
                places.append(servers.firstIndex(of: server) ?? servers.count)
                fixed.append(ServerLocation())
                if !servers.contains(server) { servers.append(server) }
            }
        }
        self.places = places
        self.fixed = fixed
        directory = ServerDirectory(servers)
    }

    /// Whether some peer is given by name.
    public var hasNames: Bool { places.contains { $0 != nil } }

    /// Where each trunk's peer is, by trunk index.
    public var locations: [ServerLocation] {
        zip(places, fixed).map { place, fixed in place.map { directory.locations[$0] } ?? fixed }
    }

    /// Whether all names were looked for to the end.
    public var isComplete: Bool { directory.isComplete }

    /// When `due` will have something; nil when it won't before an answer has come.
    public var deadline: Timestamp? { directory.deadline }

    /// The questions to ask now; each counts as asked.
    public mutating func due(at now: Timestamp) -> [DNSQuestion] { directory.due(at: now) }

    /// The answer to a question. Returns the trunks of whose peers something else is known now.
    public mutating func answered(_ question: DNSQuestion, with answer: DNSAnswer, at now: Timestamp) -> [Int] {
        let changed = directory.answered(question, with: answer, at: now)
        return changed.isEmpty ? [] : places.indices.filter { places[$0].map(changed.contains) ?? false }
    }
}

extension ServerLocation {
    /// A peer that is given by its address.
    public init(_ address: IPAddress, _ peer: PeerAddress) {
        self.init(groups: [
            ServerGroup(
                rank: 0, weight: 0, transport: peer.transport, servers: [Endpoint(address: address, port: peer.port)])
        ])
    }
}

extension WantedServer {
    fileprivate init(_ name: String, _ trunk: TrunkSettings, _ listeners: [ListenerSettings]) {
        let listener = listeners[trunk.listener]
        self.init(
            name: name, port: trunk.peer.hasPort ? trunk.peer.port : nil, isTransportFixed: trunk.peer.hasTransport,
            ways: [Way(listener.transport, isIPv6: listener.bind.address.isIPv6)])
    }
}
