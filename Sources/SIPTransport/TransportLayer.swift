import CLinux
import Glibc
public import SIPTransaction
public import ShardLoop
import TandemKit
public import Timing

/// The transport of one shard: its listeners and connections, bytes to and from flows (RFC 3261 §18).
///
/// What arrives goes to the delegate, within the batch; what is sent leaves at once or waits in a bounded queue.
/// Confined to the shard's thread.
public final class TransportLayer: LoopMember {
    /// Takes what arrives. Set before the loop runs, and kept until `close()`.
    public var delegate: (any TransportDelegate)?

    /// By what TLS connections are made from now on; those that are there keep what they were made by.
    public var security = TransportSecurity()

    /// How each listener's connections and datagrams are treated, by its index.
    public var options: [ListenerOptions] = [] {
        didSet { for index in options.indices where index < listeners.count { mark(index) } }
    }

    let limits: TransportLimits
    unowned let loop: ShardLoop
    /// One read goes here; larger than any datagram.
    let readBuffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
    /// What the connections count; each datagram listener counts for itself.
    var streamCounters = TransportCounters()
    var table: ConnectionTable
    private var wheel: TimerWheel

    private enum Listener {
        case none
        case datagram(DatagramListener)
        case stream(StreamListener)
    }

    // Read per datagram; changed only by `add` and `close`, which nothing calls while it is read.
    @exclusivity(unchecked) private var listeners: [Listener] = []

    /// The transport of shard number `shard`, run by `loop`.
    public init(loop: ShardLoop, shard: UInt8 = 0, limits: TransportLimits = TransportLimits()) {
        self.loop = loop
        self.limits = limits
        table = ConnectionTable(limit: limits.connections, shard: shard)
        wheel = TimerWheel(now: loop.now, limit: limits.connections + Int(UInt16.max))
        loop.add(self)
    }

    deinit { readBuffer.deallocate() }

    /// Takes up a bound socket as listener number `listener`, and begins to read from it.
    public func add(_ socket: ListeningSocket, listener: UInt16) throws(LoopError) {
        while listeners.count <= Int(listener) { listeners.append(.none) }
        guard case .none = listeners[Int(listener)] else {
            preconditionFailure("a shard has one socket per listener")
        }
        listeners[Int(listener)] =
            socket.transport == .udp
            ? .datagram(try DatagramListener(socket, index: listener, layer: self))
            : .stream(try StreamListener(socket, index: listener, layer: self))
    }

    /// Sends a message to a flow.
    ///
    /// With a connection's number it goes there or fails with `connectionGone`; with 0 on a stream transport it goes to
    /// the newest connection with that peer, or a new one is opened. Never calls the delegate.
    public func send(_ message: UnsafeRawBufferPointer, to flow: Flow) -> SendOutcome {
        guard Int(flow.listener) < listeners.count else { return .failed(.noListener) }
        switch listeners[Int(flow.listener)] {
        case .none: return .failed(.noListener)
        case .datagram(let listener): return listener.send(message, to: flow.remote)
        case .stream(let listener):
            if flow.connection != 0 {
                guard let connection = table[ConnectionID(raw: flow.connection)],
                    connection.flow.listener == flow.listener
                else { return .failed(.connectionGone) }
                return connection.send(message, now: loop.now)
            }
            if let connection = table.connection(to: flow) {
                let outcome = connection.send(message, now: loop.now)
                // It is broken, which its own event has yet to say: another carries the message.
                if outcome != .failed(.connectionLost), outcome != .failed(.connectionGone) { return outcome }
            }
            return connect(to: flow, from: listener.socket, first: message)
        }
    }

    /// How a listener's connections and datagrams are treated.
    func options(of listener: UInt16) -> ListenerOptions {
        Int(listener) < options.count ? options[Int(listener)] : ListenerOptions()
    }

    /// Marks what leaves by the listener's socket; connections are marked when they are made.
    private func mark(_ index: Int) {
        switch listeners[index] {
        case .none: break
        case .datagram(let listener): listener.socket.mark(options[index].codePoint)
        case .stream(let listener): listener.socket.mark(options[index].codePoint)
        }
    }

    /// How messages travel on a listener; there is one of this number.
    func transport(of listener: UInt16) -> TransportProtocol {
        guard case .stream(let listener) = listeners[Int(listener)] else { return .udp }
        return listener.socket.transport
    }

    /// Ends a flow's connection from our side, after what waits on it is written. The delegate is not told.
    public func end(_ flow: Flow) { table[ConnectionID(raw: flow.connection)]?.linger(now: loop.now) }

    /// Connections now, also those that are being established or ended.
    public var connectionCount: Int { table.count }

    /// What this transport has done so far.
    public var counters: TransportCounters {
        var sum = streamCounters
        for case .datagram(let listener) in listeners { sum.addDatagrams(of: listener.counters) }
        return sum
    }

    /// Ends all listeners and connections at once, and lets go of the delegate.
    public func close() {
        delegate = nil
        for connection in table.all { connection.end(nil, now: loop.now) }
        for listener in listeners {
            switch listener {
            case .none: break
            case .datagram(let listener): listener.close()
            case .stream(let listener): listener.close()
            }
        }
        listeners = []
    }

    /// When a connection's time is up next.
    public var nextDeadline: Timestamp? { wheel.nextDeadline }

    /// Ends connections whose time is up.
    public func fireTimers(now: Timestamp) {
        while let (number, kind) = wheel.popExpired(now: now) {
            if kind == Self.acceptTimer {
                if Int(number) < listeners.count, case .stream(let listener) = listeners[Int(number)] {
                    listener.resume()
                }
            } else if let connection = table[ConnectionID(raw: number)] {
                connection.timerDeadline = Timestamp(nanoseconds: .max)
                connection.timerFired(now: now)
            }
        }
    }

    /// Has `connection` asked for its deadline not later than `deadline`.
    func arm(_ connection: StreamConnection, for deadline: Timestamp) {
        guard deadline < connection.timerDeadline else { return }
        wheel.cancel(connection.timer)
        // The wheel has room for one timer of each connection and listener.
        connection.timer = wheel.schedule(at: deadline, payload: (connection.id.raw, Self.connectionTimer)) ?? .none
        connection.timerDeadline = deadline
    }

    /// Has a listener accept again at `deadline`.
    func armAccept(listener: UInt16, for deadline: Timestamp) {
        _ = wheel.schedule(at: deadline, payload: (UInt64(listener), Self.acceptTimer))
    }

    /// Forgets an ended connection; its descriptor is closed with its last reference.
    func remove(_ connection: StreamConnection) {
        wheel.cancel(connection.timer)
        loop.unwatch(connection.watch)
        table.remove(connection)
        streamCounters.connectionsEnded &+= 1
    }

    private static let connectionTimer: UInt64 = 0
    private static let acceptTimer: UInt64 = 1
}
