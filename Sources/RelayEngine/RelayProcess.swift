import Glibc
import MediaRelay
import RelayControl
import ShardLoop
import TandemKit

/// The relay as a process: a thread per core, each with ports of its own, and one way in for commands.
public final class RelayProcess: Sendable {
    private let wakers: [LoopWaker]
    private let mailboxes: [Mailbox<ControlMessage>]
    private let interfaces: [[MediaInterface]]
    private let socket: ControlSocket
    private let census = SessionCensus()

    /// Opens what the relay listens on. Nothing runs before `run()`.
    public init(interfaces: [MediaInterface], control: Endpoint, threads: Int) throws(RelayStartError) {
        precondition(threads > 0, "a relay has at least one thread")
        guard let socket = ControlSocket(control) else { throw .control(control, code: errno) }
        self.socket = socket
        do throws(LoopError) {
            var wakers: [LoopWaker] = []
            for _ in 0..<threads { wakers.append(try LoopWaker()) }
            self.wakers = wakers
        } catch {
            throw .loop(error)
        }
        mailboxes = wakers.map { Mailbox(waker: $0) }
        self.interfaces = (0..<threads).map { index in interfaces.map { $0.part(index, of: threads) } }
        for interface in self.interfaces.joined() where PortPool(interface.ports).pairCount == 0 {
            throw .tooFewPorts(interface: interface.name, threads: threads)
        }
    }

    /// Runs the first thread on the calling one, and the others beside it, until `stop()`.
    public func run() throws(RelayStartError) {
        do throws(LoopError) {
            for index in wakers.indices.dropFirst() {
                _ = try ShardThread(name: "tandem-relay-\(index)") { [self] in
                    // The first thread's own start has shown that the kernel gives what a thread needs.
                    guard let loop = try? ShardLoop(waker: wakers[index]), let thread = try? makeThread(index, loop)
                    else { return }
                    withExtendedLifetime(thread) { loop.run() }
                }
            }
            let loop = try ShardLoop(waker: wakers[0])
            let thread = try makeThread(0, loop)
            let listener = try NGListener(socket, loop: loop, own: thread, mailboxes: mailboxes)
            withExtendedLifetime(listener) { loop.run() }
        } catch {
            throw .loop(error)
        }
    }

    /// Makes `run()` return. From any thread.
    public func stop() { wakers.forEach { $0.stop() } }

    private func makeThread(_ index: Int, _ loop: ShardLoop) throws(LoopError) -> RelayThread {
        try RelayThread(
            loop: loop, interfaces: interfaces[index], mailbox: mailboxes[index], socket: socket, census: census)
    }
}
