import Glibc
import MediaRelay
import RelayControl
import ShardLoop
import Sockets
import Synchronization
import TandemKit
import Timing

/// The relay as a process: a thread per core, each with ports of its own, and ways in for commands.
public final class RelayProcess: Sendable {
    private let wakers: [LoopWaker]
    private let mailboxes: [Mailbox<ThreadMessage>]
    private let interfaces: [MediaInterface]
    private let listener: Mutex<UnixListener?>
    private let shared: RelayThread.Shared
    private let failure = Mutex<LoopError?>(nil)

    /// Opens what the relay listens on: a port for the NG protocol, the path of a Unix socket for typed commands, or both.
    /// Nothing runs before `run()`.
    public init(
        interfaces: [MediaInterface], ng: Endpoint?, socket: String?, threads: Int,
        settings: RelaySettings = RelaySettings()
    ) throws(RelayStartError) {
        precondition(threads > 0, "a relay has at least one thread")
        precondition(ng != nil || socket != nil, "a relay has at least one way in for commands")
        for interface in interfaces { try Self.check(interface) }
        self.interfaces = interfaces
        shared = RelayThread.Shared(
            census: SessionCensus(threads: threads, sessionsPerThread: settings.sessionsPerThread),
            pools: SharedPortPool.all(of: interfaces), ng: try Self.open(ng), settings: settings)
        listener = Mutex(try Self.listen(at: socket))
        do throws(LoopError) {
            var wakers: [LoopWaker] = []
            for _ in 0..<threads { wakers.append(try LoopWaker()) }
            self.wakers = wakers
        } catch {
            throw .loop(error)
        }
        mailboxes = wakers.map { Mailbox(waker: $0, limit: settings.waitingCommands) }
        for interface in interfaces where PortPool.pairCount(in: interface.ports) == 0 {
            throw .tooFewPorts(interface: interface.name)
        }
    }

    /// What the operator should know before the start, a sentence each: media ports that any program may be given.
    public var warnings: [String] {
        guard let ports = EphemeralPorts.ofHost() else { return [] }
        return Set(interfaces.map(\.ports)).sorted { $0.lowerBound < $1.lowerBound }.compactMap(ports.warning)
    }

    /// File descriptors that the relay needs when all its ports are open.
    public var descriptorsWanted: Int {
        let sockets = interfaces.reduce(0) { $0 + 2 * PortPool.pairCount(in: $1.ports) }
        return sockets + CommandListener.connectionLimit + 64 + 8 * wakers.count
    }

    /// A wrong address shows now and not with the first call.
    private static func check(_ interface: MediaInterface) throws(RelayStartError) {
        guard let socket = MediaSocket.open(Endpoint(address: interface.address, port: 0)) else {
            throw .address(interface: interface.name, interface.address, code: errno)
        }
        close(socket)
    }

    private static func open(_ ng: Endpoint?) throws(RelayStartError) -> ControlSocket? {
        guard let ng else { return nil }
        guard let socket = ControlSocket(ng) else { throw .ng(ng, code: errno) }
        return socket
    }

    private static func listen(at path: String?) throws(RelayStartError) -> UnixListener? {
        guard let path else { return nil }
        do throws(UnixListenerError) {
            return try UnixListener(path: path, kind: .messages, backlog: CommandListener.backlog)
        } catch {
            throw .socket(error)
        }
    }

    /// Runs the first thread on the calling one, and the others beside it, until `stop()`. The socket's file goes away at
    /// the end. Can be called once.
    public func run() throws(RelayStartError) {
        let listener = listener.withLock { $0.take() }
        do throws(LoopError) {
            try runThreads(listener)
        } catch {
            stop()
            throw .loop(error)
        }
        if let error = failure.withLock({ $0 }) { throw .loop(error) }
    }

    /// Makes `run()` return. From any thread.
    public func stop() { wakers.forEach { $0.stop() } }

    private func runThreads(_ listener: UnixListener?) throws(LoopError) {
        let begun = MonotonicClock.now()
        for index in wakers.indices.dropFirst() {
            _ = try ShardThread(name: "tandem-relay-\(index)") { [self] in
                do throws(LoopError) {
                    let loop = try ShardLoop(waker: wakers[index])
                    let thread = try makeThread(index, loop, begun: begun)
                    withExtendedLifetime(thread) { loop.run() }
                } catch {
                    failure.withLock { $0 = error }
                    stop()
                }
            }
        }
        let loop = try ShardLoop(waker: wakers[0])
        let router = ThreadRouter(
            own: try makeThread(0, loop, begun: begun), mailboxes: mailboxes, census: shared.census)
        let ng = try shared.ng.map { socket throws(LoopError) in try NGListener(socket, loop: loop, router: router) }
        let commands = try listener.map { listener throws(LoopError) in
            try CommandListener(
                listener, loop: loop, router: router, counters: shared.counters, report: shared.settings.report)
        }
        withExtendedLifetime((ng, commands)) { loop.run() }
    }

    private func makeThread(_ index: Int, _ loop: ShardLoop, begun: Timestamp) throws(LoopError) -> RelayThread {
        let place = RelayPlace(thread: index, threads: wakers.count, process: getpid(), begun: begun)
        return try RelayThread(
            loop: loop, interfaces: interfaces, place: place, mailbox: mailboxes[index], shared: shared)
    }
}
