import CLinux
import Glibc
import Sockets
import Synchronization

/// Serves the control socket on a thread of its own, so that an operator's tool never touches the call path.
///
/// Made and stopped from any thread, once.
public final class AdminServer: Sendable {
    private let wake: Int32
    private let thread: Mutex<pthread_t?>

    /// Binds `path` (mode 0600) and starts to serve.
    ///
    /// Only the daemon's own user and root are served.
    /// - Throws: why the socket can't be made.
    public init(path: String, limits: AdminLimits = AdminLimits(), service: some AdminService) throws(AdminFailure) {
        let listener = try Self.listen(at: path)
        wake = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        let loop = AdminLoop(listener: listener, wake: wake, limits: limits, service: service)
        thread = Mutex(nil)
        var handle = pthread_t()
        let result = pthread_create(
            &handle, nil,
            { raw in
                pthread_setname_np(pthread_self(), "tandem-admin")
                Unmanaged<AdminLoop>.fromOpaque(raw!).takeRetainedValue().run()
                return nil
            }, Unmanaged.passRetained(loop).toOpaque())
        guard result == 0 else {
            throw AdminFailure(
                "the control socket's thread can't be started (\(UnixSocket.words(result)))",
                remedy: "raise the number of threads that the user may have")
        }
        let started = handle
        thread.withLock { $0 = started }
    }

    private static func listen(at path: String) throws(AdminFailure) -> UnixListener {
        do throws(UnixListenerError) {
            return try UnixListener(path: path, kind: .stream)
        } catch {
            throw AdminFailure(
                error.message(name: "control socket"), remedy: error.remedy(setting: "signalling.control-socket"))
        }
    }

    /// Stops serving, waits for the thread to end and removes the socket file. Does nothing the second time.
    public func stop() {
        let handle = thread.withLock { handle in
            defer { handle = nil }
            return handle
        }
        guard let handle else { return }
        var one: UInt64 = 1
        write(wake, &one, MemoryLayout<UInt64>.size)
        pthread_join(handle, nil)
        close(wake)
    }

    deinit { stop() }
}

/// The server's thread: one `poll` set. Confined to that thread once it runs.
final class AdminLoop {
    private struct Client {
        let descriptor: Int32
        var session: AdminSession
        var deadline: Int
    }

    private let listener: UnixListener
    private let wake: Int32
    private let limits: AdminLimits
    private let service: any AdminService
    private var clients: [Client] = []
    private var buffer = [UInt8](repeating: 0, count: 4096)

    init(listener: UnixListener, wake: Int32, limits: AdminLimits, service: any AdminService) {
        self.listener = listener
        self.wake = wake
        self.limits = limits
        self.service = service
    }

    deinit { for client in clients { close(client.descriptor) } }

    func run() {
        while true {
            var set = [
                pollfd(fd: wake, events: Int16(POLLIN), revents: 0),
                pollfd(fd: listener.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            // A client is read from only while nothing waits to be written to it.
            set += clients.map {
                pollfd(fd: $0.descriptor, events: Int16($0.session.output.isEmpty ? POLLIN : POLLOUT), revents: 0)
            }
            guard poll(&set, nfds_t(set.count), timeout()) >= 0 || errno == EINTR else { return }
            if set[0].revents != 0 { return }
            for index in clients.indices.reversed() where !serve(index, set[index + 2].revents) {
                close(clients[index].descriptor)
                clients.remove(at: index)
            }
            if set[1].revents != 0 { acceptOne() }
        }
    }

    private func timeout() -> Int32 {
        guard let next = clients.map(\.deadline).min() else { return -1 }
        return Int32(clamping: max(0, next - Self.now()))
    }

    /// Reads, answers and writes; false when the connection has to end.
    private func serve(_ index: Int, _ events: Int16) -> Bool {
        if events == 0 { return clients[index].deadline > Self.now() }
        if events & Int16(POLLERR | POLLNVAL) != 0 { return false }
        if clients[index].session.output.isEmpty, !read(index) { return false }
        return write(index)
    }

    private func read(_ index: Int) -> Bool {
        let count = recv(clients[index].descriptor, &buffer, buffer.count, 0)
        if count < 0 { return errno == EAGAIN || errno == EINTR }
        if count == 0 { return false }
        clients[index].session.receive(buffer[..<count], service: service)
        return true
    }

    private func write(_ index: Int) -> Bool {
        while !clients[index].session.output.isEmpty {
            let descriptor = clients[index].descriptor
            let count = clients[index].session.output.withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0 { return errno == EAGAIN || errno == EINTR }
            clients[index].deadline = Self.now() + limits.idleMilliseconds
            clients[index].session.wrote(count, service: service)
        }
        return !clients[index].session.isClosing
    }

    /// Takes one connection: between two, those that have ended leave, so that dead ones don't fill the table.
    private func acceptOne() {
        let descriptor = listener.accept()
        if descriptor < 0 { return }
        var session = AdminSession(limits: limits)
        if !UnixSocket.isPeerTrusted(descriptor) {
            session.refuse("only the user who runs Tandem and root are served", "use sudo")
        } else if clients.count >= limits.clients {
            session.refuse("\(limits.clients) connections are open already", "try again in a moment")
        }
        clients.append(
            Client(descriptor: descriptor, session: session, deadline: Self.now() + limits.idleMilliseconds))
        guard session.isClosing else { return }
        _ = write(clients.count - 1)
        close(descriptor)
        clients.removeLast()
    }

    /// The monotonic clock in milliseconds.
    private static func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}
