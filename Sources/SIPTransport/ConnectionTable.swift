import SIPTransaction
import TandemKit

/// The connections of one shard, by number, and by listener and peer for reuse (RFC 3261 §18.1.1).
struct ConnectionTable {
    private struct Place {
        var connection: StreamConnection?
        var generation: UInt32
    }

    private struct Peer: Hashable {
        var listener: UInt16
        var remote: Endpoint
    }

    private struct Source: Hashable {
        var listener: UInt16
        var address: IPAddress
    }

    let limit: Int
    private let shard: UInt8
    private var places: [Place] = []
    private var free: [Int] = []
    private var byPeer: [Peer: ConnectionID] = [:]
    private var acceptedBySource: [Source: Int] = [:]
    private var acceptedByListener: [UInt16: Int] = [:]

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

    /// The newest connection that can carry a message to this peer.
    func connection(listener: UInt16, remote: Endpoint) -> StreamConnection? {
        byPeer[Peer(listener: listener, remote: remote)].flatMap { self[$0] }
    }

    /// Accepted connections of a listener, and of one source among them.
    func accepted(listener: UInt16, from address: IPAddress) -> (listener: Int, source: Int) {
        (acceptedByListener[listener] ?? 0, acceptedBySource[Source(listener: listener, address: address)] ?? 0)
    }

    /// Takes a place for the connection that `make` makes of its number; the caller has asked `isFull`.
    mutating func insert(
        listener: UInt16, remote: Endpoint, isAccepted: Bool, make: (ConnectionID) -> StreamConnection
    ) -> StreamConnection {
        let place = free.popLast() ?? places.count
        if place == places.count { places.append(Place(connection: nil, generation: 1)) }
        let id = ConnectionID(place: place, shard: shard, generation: places[place].generation)
        let connection = make(id)
        places[place].connection = connection
        byPeer[Peer(listener: listener, remote: remote)] = id
        if isAccepted {
            acceptedByListener[listener, default: 0] += 1
            acceptedBySource[Source(listener: listener, address: remote.address), default: 0] += 1
        }
        return connection
    }

    /// Whether messages to the peer that name no connection take this one.
    func isReused(_ connection: StreamConnection) -> Bool {
        byPeer[Peer(listener: connection.flow.listener, remote: connection.flow.remote)] == connection.id
    }

    /// No message to the peer takes this connection any more, unless it is named by its number.
    mutating func endReuse(_ connection: StreamConnection) {
        guard isReused(connection) else { return }
        byPeer[Peer(listener: connection.flow.listener, remote: connection.flow.remote)] = nil
    }

    mutating func remove(_ connection: StreamConnection) {
        let id = connection.id
        guard self[id] === connection else { return }
        endReuse(connection)
        places[id.place].connection = nil
        places[id.place].generation = id.generation == .max ? 1 : id.generation + 1
        free.append(id.place)
        guard connection.isAccepted else { return }
        let listener = connection.flow.listener
        let source = Source(listener: listener, address: connection.flow.remote.address)
        acceptedByListener[listener, default: 1] -= 1
        acceptedBySource[source, default: 1] -= 1
        if acceptedBySource[source] == 0 { acceptedBySource[source] = nil }
    }
}
