import SIPTransaction
import TandemKit

/// The connections of one shard, by number, and by listener and peer for reuse (RFC 3261 §18.1.1).
struct ConnectionTable {
    private struct Place {
        var connection: StreamConnection?
        var generation: UInt32
    }

    /// Who can be sent to over a connection: over TLS, who has proved to be somebody.
    private struct Peer: Hashable {
        var listener: UInt16
        var identity: UInt16
        var remote: Endpoint

        init(_ flow: Flow) {
            (listener, identity, remote) = (flow.listener, flow.identity, flow.remote)
        }
    }

    private struct Source: Hashable {
        var listener: UInt16
        var address: IPAddress

        init(_ flow: Flow) { (listener, address) = (flow.listener, flow.remote.address) }
    }

    let limit: Int
    private let shard: UInt8
    private var places: [Place] = []
    private var free: [Int] = []
    private var byPeer: [Peer: ConnectionID] = [:]
    private var acceptedBySource: [Source: Int] = [:]
    private var acceptedByListener: [UInt16: Int] = [:]
    private var unsecuredBySource: [Source: Int] = [:]
    private var unsecuredByListener: [UInt16: Int] = [:]

    init(limit: Int, shard: UInt8) {
        precondition(limit <= ConnectionID.placeLimit, "a shard's table has at most 2²⁴ connections")
        self.limit = limit
        self.shard = shard
    }

    var count: Int { places.count - free.count }
    var isFull: Bool { count >= limit }

    /// All connections.
    var all: [StreamConnection] { places.compactMap(\.connection) }

    /// The connection of this number, unless it has ended.
    subscript(id: ConnectionID) -> StreamConnection? {
        guard id.shard == shard, id.place < places.count else { return nil }
        let place = places[id.place]
        return place.generation == id.generation ? place.connection : nil
    }

    /// The newest connection that can carry a message to a flow's peer.
    func connection(to flow: Flow) -> StreamConnection? { byPeer[Peer(flow)].flatMap { self[$0] } }

    /// Accepted connections of a flow's listener, and of its source among them.
    func accepted(_ flow: Flow) -> (listener: Int, source: Int) {
        (acceptedByListener[flow.listener] ?? 0, acceptedBySource[Source(flow)] ?? 0)
    }

    /// Those that have not done their TLS handshake.
    func unsecured(_ flow: Flow) -> (listener: Int, source: Int) {
        (unsecuredByListener[flow.listener] ?? 0, unsecuredBySource[Source(flow)] ?? 0)
    }

    /// Takes a place for the connection that `make` makes of its number; the caller has asked `isFull`.
    mutating func insert(isAccepted: Bool, make: (ConnectionID) -> StreamConnection) -> StreamConnection {
        let place = free.popLast() ?? places.count
        if place == places.count { places.append(Place(connection: nil, generation: 1)) }
        let id = ConnectionID(place: place, shard: shard, generation: places[place].generation)
        let connection = make(id)
        places[place].connection = connection
        let flow = connection.flow
        if isAccepted {
            acceptedByListener[flow.listener, default: 0] += 1
            acceptedBySource[Source(flow), default: 0] += 1
        }
        if isAccepted, connection.phase == .securing {
            unsecuredByListener[flow.listener, default: 0] += 1
            unsecuredBySource[Source(flow), default: 0] += 1
        } else {
            byPeer[Peer(flow)] = id
        }
        return connection
    }

    /// Whether messages to the peer that name no connection take this one.
    func isReused(_ connection: StreamConnection) -> Bool {
        byPeer[Peer(connection.flow)] == connection.id
    }

    /// No message to the peer takes this connection any more, unless it is named by its number.
    mutating func endReuse(_ connection: StreamConnection) {
        guard isReused(connection) else { return }
        byPeer[Peer(connection.flow)] = nil
    }

    /// An accepted connection has done its handshake. It carries messages that don't name it once its peer is somebody.
    mutating func secured(_ connection: StreamConnection) {
        endHandshake(connection)
        if connection.flow.identity != 0 { byPeer[Peer(connection.flow)] = connection.id }
    }

    private mutating func endHandshake(_ connection: StreamConnection) {
        let source = Source(connection.flow)
        unsecuredByListener[source.listener, default: 1] -= 1
        unsecuredBySource[source, default: 1] -= 1
        if unsecuredBySource[source] == 0 { unsecuredBySource[source] = nil }
    }

    mutating func remove(_ connection: StreamConnection) {
        let id = connection.id
        guard self[id] === connection else { return }
        endReuse(connection)
        places[id.place].connection = nil
        places[id.place].generation = id.generation == .max ? 1 : id.generation + 1
        free.append(id.place)
        guard connection.isAccepted else { return }
        if connection.isUnsecured { endHandshake(connection) }
        let source = Source(connection.flow)
        acceptedByListener[source.listener, default: 1] -= 1
        acceptedBySource[source, default: 1] -= 1
        if acceptedBySource[source] == 0 { acceptedBySource[source] = nil }
    }
}
