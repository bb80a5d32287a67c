import CLinux
import Glibc
import RelayControl
import ShardLoop
import Sockets
import Timing

/// Takes signalling's connections, reads their commands and brings each to the thread that has its session.
///
/// On the first thread. A connection that says what can't be read is closed; the others don't notice.
final class CommandListener: DescriptorHandler, LoopMember {
    /// Most connections at a time: one for each shard of signalling, and those of tools.
    static let connectionLimit = 128
    /// Most messages read per batch and connection, so that commands can't keep the media waiting.
    static let messagesPerBatch = 16
    /// How often what could not be done at once is tried again.
    static let retryInterval = TimeInterval.seconds(1)
    /// How often the socket's file is looked for.
    static let lookInterval = TimeInterval.seconds(1)
    /// Most connections that wait to be taken.
    static let backlog: Int32 = 64

    private struct Entry {
        let connection: CommandConnection
        let watch: Watch
    }

    /// The end of a connection that some threads don't know of yet.
    private struct Farewell {
        let connection: UInt64
        var threads: [Int]
    }

    private var listener: UnixListener
    private let report: @Sendable (RelayNotice) -> Void
    private unowned let loop: ShardLoop
    private let router: ThreadRouter
    private let counters: ControlCounters
    private let full: Mailbox<UInt64>
    private let buffer: UnsafeMutableRawBufferPointer
    private var entries: [UInt64: Entry] = [:]
    private var farewells: [Farewell] = []
    private var lastID: UInt64 = 0
    private var listening = Watch.none
    private var isPaused = false
    private var nextRetry: Timestamp?
    private var nextLook: Timestamp
    /// Whether it was told that the socket's file is missing.
    private var isMissing = false
    private var batch: [UInt64] = []

    /// Watches the listener on the first thread's loop. `report` is told when its file goes away.
    init(
        _ listener: UnixListener, loop: ShardLoop, router: ThreadRouter, counters: ControlCounters,
        report: @escaping @Sendable (RelayNotice) -> Void
    ) throws(LoopError) {
        self.listener = listener
        self.report = report
        nextLook = loop.now + Self.lookInterval
        self.loop = loop
        self.router = router
        self.counters = counters
        full = Mailbox(waker: loop.waker)
        buffer = .allocate(byteCount: RelayCommand.messageByteLimit, alignment: 16)
        listening = try loop.watch(listener.descriptor, for: .read, handler: self)
        loop.add(self)
    }

    deinit { buffer.deallocate() }

    func ready(_ readiness: Readiness, context: UInt64, now: Timestamp) {
        guard context != 0 else { return acceptOne(now) }
        guard let entry = entries[context] else { return }
        if readiness.contains(.write), entry.connection.flush() { loop.change(entry.watch, to: .read) }
        for _ in 0..<Self.messagesPerBatch where !entry.connection.isEnded {
            guard receive(from: entry.connection, now) else { break }
        }
        if entry.connection.isEnded { end(entry, now) }
    }

    /// Takes one connection: between two, those that have ended leave, so that dead ones don't fill the table.
    private func acceptOne(_ now: Timestamp) {
        let descriptor = listener.accept()
        guard descriptor >= 0 else {
            // Without a descriptor the connection stays in the queue, and the socket ready: ask again a little later.
            if errno != EAGAIN, errno != ECONNABORTED, errno != EINTR { pause(now) }
            return
        }
        lastID += 1
        guard UnixSocket.isPeerTrusted(descriptor), entries.count + farewells.count < Self.connectionLimit else {
            counters.noteRefused()
            close(descriptor)
            return
        }
        let connection = CommandConnection(descriptor, id: lastID, full: full, counters: counters)
        guard let watch = try? loop.watch(descriptor, for: .read, handler: self, context: lastID) else {
            return counters.noteRefused()
        }
        entries[lastID] = Entry(connection: connection, watch: watch)
    }

    private func pause(_ now: Timestamp) {
        isPaused = true
        loop.change(listening, to: [])
        nextRetry = nextRetry ?? now + Self.retryInterval
    }

    /// Reads one message; false when there is none. After the end of the connection or of our patience it has ended.
    private func receive(from connection: CommandConnection, _ now: Timestamp) -> Bool {
        let count = recv(connection.descriptor, buffer.baseAddress, buffer.count, Int32(MSG_TRUNC))
        guard count > 0 else {
            if count == 0 || (errno != EAGAIN && errno != EINTR) { connection.end() }
            return false
        }
        guard count <= buffer.count,
            let (number, command) = try? RelayCommand.read(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        else {
            counters.noteUnreadable()
            connection.end()
            return false
        }
        pass(command, number, connection, now)
        return true
    }

    private func pass(_ command: RelayCommand, _ number: UInt32, _ connection: CommandConnection, _ now: Timestamp) {
        if let session = command.session {
            if !router.deliver(.command(command, number: number, connection), about: session, now: now) {
                refuse(number, connection)
            }
            return
        }
        let thread = command.thread ?? 0
        guard router.threads.contains(thread) else {
            let reason = "this relay has no thread \(thread): there are \(router.threads.count), from 0"
            return connection.send(.reply(number: number, .refused(reason)))
        }
        if !router.deliver(.command(command, number: number, connection), to: thread, now: now) {
            refuse(number, connection)
        }
    }

    private func refuse(_ number: UInt32, _ connection: CommandConnection) {
        counters.noteOverloaded()
        connection.send(.reply(number: number, .refused("the relay is overloaded: try again")))
    }

    private func end(_ entry: Entry, _ now: Timestamp) {
        loop.unwatch(entry.watch)
        entries[entry.connection.id] = nil
        tell(Farewell(connection: entry.connection.id, threads: Array(router.threads)), now)
    }

    /// Tells each thread of a connection's end. A thread whose mailbox is full is told later: its sessions must not
    /// keep an owner that has gone.
    private func tell(_ farewell: Farewell, _ now: Timestamp) {
        var farewell = farewell
        farewell.threads.removeAll { router.deliver(.ended(connection: farewell.connection), to: $0, now: now) }
        guard !farewell.threads.isEmpty else { return }
        farewells.append(farewell)
        nextRetry = nextRetry ?? now + Self.retryInterval
    }

    /// Makes the socket anew when its file is gone: signalling that starts could not connect any more. Connections that
    /// are up don't notice. Another's living socket keeps the place.
    private func look() {
        guard !listener.isInPlace else { return isMissing = false }
        do throws(UnixListenerError) {
            let fresh = try UnixListener(path: listener.path, kind: .messages, backlog: Self.backlog)
            guard let watch = try? loop.watch(fresh.descriptor, for: .read, handler: self) else { return }
            loop.unwatch(listening)
            listening = watch
            listener = fresh
            isMissing = false
            report(.socketRestored(path: fresh.path))
        } catch {
            guard !isMissing else { return }
            isMissing = true
            report(.socketMissing(error))
        }
    }

    var nextDeadline: Timestamp? { min(nextRetry ?? nextLook, nextLook) }

    func fireTimers(now: Timestamp) {
        if now >= nextLook {
            nextLook = now + Self.lookInterval
            if !isPaused { look() }
        }
        guard let due = nextRetry, now >= due else { return }
        nextRetry = nil
        if isPaused {
            isPaused = false
            loop.change(listening, to: .read)
        }
        let waiting = farewells
        farewells = []
        for farewell in waiting { tell(farewell, now) }
    }

    var hasMail: Bool { full.hasMail }

    func receiveMail(now: Timestamp) {
        full.take(into: &batch)
        for id in batch {
            guard let entry = entries[id] else { continue }
            loop.change(entry.watch, to: [.read, .write])
        }
        batch.removeAll(keepingCapacity: true)
    }
}
