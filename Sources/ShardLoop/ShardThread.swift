import CLinux
import Glibc

/// A thread of its own for a shard: Swift's task pool never runs a loop that blocks in epoll.
public struct ShardThread: ~Copyable, Sendable {
    private let thread: pthread_t

    /// Starts a thread called `name` (at most 15 bytes are kept) that runs `body`. `join()` it to wait for its end.
    public init(name: String, _ body: @escaping @Sendable () -> Void) throws(LoopError) {
        var thread = pthread_t()
        let start = Unmanaged.passRetained(Body(name: String(name.prefix(15)), run: body))
        let code = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                let body = Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
                pthread_setname_np(pthread_self(), body.name)
                body.run()
                return nil
            }, start.toOpaque())
        guard code == 0 else {
            start.release()
            throw LoopError(operation: .startThread, code: code)
        }
        self.thread = thread
    }

    /// A thread that nobody joins runs on, and leaves nothing behind when it ends.
    deinit { pthread_detach(thread) }

    /// Waits until the thread has ended.
    public consuming func join() {
        pthread_join(thread, nil)
        discard self
    }

    private final class Body: Sendable {
        let name: String
        let run: @Sendable () -> Void

        init(name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }
}
