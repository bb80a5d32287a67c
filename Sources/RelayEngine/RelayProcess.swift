import Glibc
import MediaRelay
import RelayControl
import ShardLoop
import TandemKit
import Timing

/// The relay as a process: its thread, its sessions, and the ways in which it is told what to do.
public final class RelayProcess {
    /// Why the relay can't start.
    public enum Problem: Error, CustomStringConvertible {
        /// A loop can't be made.
        case loop(LoopError)
        /// The NG protocol's port can't be opened.
        case control(Endpoint, code: Int32)

        /// One sentence.
        public var description: String {
            switch self {
            case .loop(let error): "the relay can't start: \(error)"
            case .control(let endpoint, let code):
                "cannot open udp \(endpoint) for the NG protocol: \(String(cString: strerror(code)))"
            }
        }
    }

    private let waker: LoopWaker
    private let loop: ShardLoop
    private let shard: RelayShard
    private let sessions: RelaySessions<RelayShard>
    private let listener: NGListener?

    /// Opens what the relay listens on. Nothing runs before `run()`.
    public init(interfaces: [MediaInterface], control: Endpoint?) throws(Problem) {
        do throws(LoopError) {
            waker = try LoopWaker()
            loop = try ShardLoop(waker: waker)
            shard = try RelayShard(loop: loop, interfaces: interfaces)
            sessions = RelaySessions(host: shard, interfaces: interfaces)
            guard let control else {
                listener = nil
                return
            }
            listener = try NGListener(control, loop: loop, server: NGServer(sessions: sessions))
        } catch {
            throw .loop(error)
        }
        guard listener != nil else {
            throw .control(control ?? Endpoint(address: .init(ipv4: 0), port: 0), code: errno)
        }
    }

    /// Runs on the calling thread until the process is told to end.
    public func run() { loop.run() }
}
