import CLinux
import Glibc
import SIPTransaction
import ShardLoop
import Sockets
import TandemKit
import Timing

/// One connection over TCP, with or without TLS: connects or was accepted, frames what comes, queues what can't be written yet, and ends.
final class StreamConnection: DescriptorHandler {
    enum Phase {
        /// Our connect is under way; what is sent waits.
        case connecting
        /// The TLS handshake is under way; what is sent waits.
        case securing
        case open
        /// The peer writes no more. Answers to what it sent can still leave for the linger time.
        case peerEnded
        /// We end it: what waits is written, what comes is thrown away, so that the peer gets our last bytes.
        case lingering
        case ended
    }

    let id: ConnectionID
    /// Its identity is known once TLS has done its handshake.
    private(set) var flow: Flow
    let isAccepted: Bool
    private(set) var phase: Phase
    var watch = Watch.none
    var timer = TimerID.none
    /// When `timer` fires; the deadline may have moved to later since.
    var timerDeadline = Timestamp(nanoseconds: .max)

    let descriptor: Int32
    private let stream: any ByteStream
    /// The stream, when it is TLS.
    let tls: TLSStream?
    private unowned let layer: TransportLayer
    private var framer: StreamFramer
    private var queue: WriteQueue
    private var watched: Readiness
    /// What the socket has to be ready for so that something can be read or written: over TLS either may need either.
    private var readWants = Readiness.read
    private var writeWants = Readiness.write
    private var isReadingPaused = false
    private var isWritingEnded = false
    private let opened: Timestamp
    /// When the TLS handshake began.
    private var handshakeBegan: Timestamp
    private var hasHeard = false
    private var lastActive: Timestamp
    private var messageBegan: Timestamp?
    private var endBegan: Timestamp?

    /// A connection on a descriptor that it now owns.
    init(
        id: ConnectionID, flow: Flow, descriptor: Int32, stream: any ByteStream, isAccepted: Bool, phase: Phase,
        layer: TransportLayer, now: Timestamp
    ) {
        self.id = id
        self.flow = flow
        self.descriptor = descriptor
        self.isAccepted = isAccepted
        self.phase = phase
        self.layer = layer
        self.stream = stream
        tls = stream as? TLSStream
        framer = StreamFramer(messageLimit: layer.limits.messageBytes, headLimit: layer.limits.headBytes)
        queue = WriteQueue(limit: layer.limits.queuedStreamBytes)
        watched = phase == .connecting ? .write : .read
        opened = now
        handshakeBegan = now
        lastActive = now
    }

    deinit { close(descriptor) }

    /// What the descriptor is to be watched for at first.
    var readiness: Readiness { watched }

    func ready(_ readiness: Readiness, context: UInt64, now: Timestamp) {
        if phase == .connecting { finishConnecting(now: now) }
        if phase == .securing { shakeHands(now: now) }
        if !readiness.isDisjoint(with: writeWants), !queue.isEmpty { flush(now: now) }
        if !readiness.isDisjoint(with: readWants.union([.hangUp, .error])) {
            switch phase {
            case .open: receive(now: now)
            case .lingering: discard(now: now)
            case .peerEnded where !readiness.isDisjoint(with: [.hangUp, .error]): end(nil, now: now)
            case .connecting, .securing, .peerEnded, .ended: break
            }
        }
        updateWatch()
    }

    /// Sends a message, or lets it wait. Never calls the delegate: a connection that is found lost here is still
    /// watched, and ends in the next batch.
    func send(_ message: UnsafeRawBufferPointer, now: Timestamp) -> SendOutcome {
        guard phase != .lingering, phase != .ended else { return .failed(.connectionGone) }
        guard queue.hasRoom(for: message.count) else {
            layer.streamCounters.messagesRefused &+= 1
            return .failed(.queueFull)
        }
        var rest = message
        if phase == .open || phase == .peerEnded, queue.isEmpty {
            switch write(message) {
            case .moved(let count):
                rest = UnsafeRawBufferPointer(rebasing: message[count...])
                if !rest.isEmpty { layer.streamCounters.shortWrites &+= 1 }
            case .blocked: break
            case .ended, .failed: return .failed(.connectionLost)
            }
        }
        queue.append(rest)
        lastActive = now
        layer.streamCounters.messagesSent &+= 1
        updateWatch()
        return .accepted(connection: id.raw)
    }

    /// Ends the connection from our side: writes what waits, then lets the peer end its side.
    func linger(now: Timestamp) {
        guard phase == .open || phase == .peerEnded else { return end(nil, now: now) }
        phase = .lingering
        beginEnd(now: now)
        if queue.isEmpty { endWriting() }
        updateWatch()
    }

    /// The timer has fired: ends the connection when its deadline has come.
    func timerFired(now: Timestamp) {
        guard deadline <= now else { return layer.arm(self, for: deadline) }
        switch phase {
        case .connecting: end(.connectTimedOut, now: now)
        case .securing:
            layer.streamCounters.handshakesTimedOut &+= 1
            layer.streamCounters.handshakesFailed &+= 1
            end(TransportFailure(.timedOut), now: now)
        case .open:
            layer.streamCounters.connectionsIdle &+= 1
            end(.idle, now: now)
        case .peerEnded, .lingering: end(nil, now: now)
        case .ended: break
        }
    }

    /// When the current phase ends if nothing happens.
    var deadline: Timestamp {
        let limits = layer.limits
        switch phase {
        case .connecting: return opened + limits.connectTimeout
        case .securing: return handshakeBegan + limits.handshakeTimeout
        case .open:
            var deadline = lastActive + limits.idleTimeout
            if let messageBegan { deadline = min(deadline, messageBegan + limits.messageTimeout) }
            if isAccepted, !hasHeard { deadline = min(deadline, opened + limits.messageTimeout) }
            return deadline
        case .peerEnded, .lingering: return (endBegan ?? opened) + limits.lingerTimeout
        case .ended: return Timestamp(nanoseconds: .max)
        }
    }
}

extension StreamConnection {
    private func finishConnecting(now: Timestamp) {
        let code = Int32(SocketOption.get(descriptor, SOL_SOCKET, SO_ERROR))
        guard code == 0 else { return end(TransportFailure(connectErrno: code), now: now) }
        phase = tls == nil ? .open : .securing
        handshakeBegan = now
        layer.arm(self, for: deadline)
    }

    /// Whether it is a peer's that hasn't done its TLS handshake, and perhaps never did.
    var isUnsecured: Bool { tls.map { !$0.isSecured } ?? false }

    private func shakeHands(now: Timestamp) {
        guard let tls else { return }
        switch tls.shakeHands() {
        case .moved: secured(by: tls, now: now)
        case .blocked(let readiness): readWants = readiness
        case .ended: break
        case .failed(let failure):
            layer.streamCounters.handshakesFailed &+= 1
            end(failure, now: now)
        }
    }

    private func secured(by tls: TLSStream, now: Timestamp) {
        layer.streamCounters.handshakesDone &+= 1
        if tls.isResumed { layer.streamCounters.handshakesResumed &+= 1 }
        phase = .open
        readWants = .read
        lastActive = now
        if isAccepted {
            if let identity = layer.delegate?.identify(tls.peerNames, on: flow) { flow = flow.with(identity: identity) }
            layer.table.secured(self)
        } else {
            layer.delegate?.secured(flow)
        }
        layer.arm(self, for: deadline)
        flush(now: now)
    }

    private func receive(now: Timestamp) {
        for _ in 0..<layer.limits.readsPerBatch {
            switch read() {
            case .moved(let count):
                take(UnsafeRawBufferPointer(rebasing: layer.readBuffer[..<count]), now: now)
                if count < layer.readBuffer.count, !stream.mayHoldMore { return }
            case .blocked: return
            case .ended: return peerEnded(now: now)
            case .failed(let failure): return end(failure, now: now)
            }
            updateWatch()
            guard phase == .open, !isReadingPaused else { return }
        }
    }

    /// Delivers the messages that end in `bytes`.
    private func take(_ bytes: UnsafeRawBufferPointer, now: Timestamp) {
        framer.feed(bytes)
        do throws(FramingError) {
            var wasAsked = false
            while phase == .open, let frame = try framer.next() {
                heard(now: now)
                switch frame {
                case .message(let message):
                    layer.streamCounters.messagesReceived &+= 1
                    layer.delegate?.receive(message, on: flow, now: now)
                case .keepAlive:
                    // One answer per read: a peer that sends nothing but line ends gets fewer bytes than it sends.
                    if !wasAsked { answerKeepAlive(now: now) }
                    wasAsked = true
                }
            }
        } catch {
            layer.streamCounters.streamsUnframeable &+= 1
            layer.delegate?.refuse(framer.refusedHead, for: error, on: flow, now: now)
            let wasReused = layer.table.isReused(self)
            linger(now: now)
            tell(.unframeable, wasReused: wasReused, now: now)
        }
        framer.keepRest()
        guard phase == .open, framer.isMidMessage, messageBegan == nil else { return }
        messageBegan = now
        layer.arm(self, for: deadline)
    }

    private func read() -> StreamStep {
        let step = stream.read(into: layer.readBuffer)
        if case .blocked(let readiness) = step { readWants = readiness } else { readWants = .read }
        return step
    }

    private func write(_ bytes: UnsafeRawBufferPointer) -> StreamStep {
        let step = stream.write(bytes)
        if case .blocked(let readiness) = step { writeWants = readiness } else { writeWants = .write }
        return step
    }

    private func heard(now: Timestamp) {
        hasHeard = true
        lastActive = now
        messageBegan = nil
    }

    private func answerKeepAlive(now: Timestamp) {
        layer.streamCounters.keepAlives &+= 1
        let answer: [2 of UInt8] = [.carriageReturn, .lineFeed]
        withUnsafeBytes(of: answer) { bytes in
            // A stream on which something waits is alive.
            guard queue.isEmpty else { return }
            switch write(bytes) {
            case .moved(let count): queue.append(UnsafeRawBufferPointer(rebasing: bytes[count...]))
            // TLS may have begun to send what it was given.
            case .blocked: queue.append(bytes)
            case .ended, .failed: break
            }
        }
    }

    private func peerEnded(now: Timestamp) {
        phase = .peerEnded
        let wasReused = layer.table.isReused(self)
        beginEnd(now: now)
        tell(.closedByPeer, wasReused: wasReused, now: now)
    }

    private func beginEnd(now: Timestamp) {
        endBegan = now
        messageBegan = nil
        layer.table.endReuse(self)
        layer.arm(self, for: deadline)
    }

    /// Throws away what the peer still sends.
    private func discard(now: Timestamp) {
        for _ in 0..<layer.limits.readsPerBatch {
            switch read() {
            case .moved: continue
            case .blocked: return
            case .ended, .failed: return end(nil, now: now)
            }
        }
    }

    /// Writes what waits, as far as the kernel takes it.
    private func flush(now: Timestamp) {
        while !queue.isEmpty {
            let waiting = queue.waiting
            switch write(waiting) {
            case .moved(let count):
                if count < waiting.count { layer.streamCounters.shortWrites &+= 1 }
                queue.removeFirst(count)
            case .blocked: return
            case .ended: return end(.connectionLost, now: now)
            case .failed(let failure): return end(failure, now: now)
            }
        }
        if phase == .lingering { endWriting() }
    }

    private func endWriting() {
        guard !isWritingEnded else { return }
        isWritingEnded = true
        stream.endWriting()
    }

    /// Ends now; tells the delegate unless the end is ours or was told before.
    func end(_ failure: TransportFailure?, now: Timestamp) {
        guard phase != .ended else { return }
        let isTold = phase == .peerEnded || phase == .lingering
        let wasReused = layer.table.isReused(self)
        if !isUnsecured, tls != nil { endWriting() }
        phase = .ended
        layer.remove(self)
        if let failure, isAccepted, isUnsecured { layer.delegate?.shutOut(failure, from: flow, now: now) }
        guard !isAccepted || !isUnsecured else { return }
        if let failure, !isTold { tell(failure, wasReused: wasReused, now: now) }
    }

    /// Tells the delegate once this connection takes no message any more: what it sends in return goes elsewhere.
    private func tell(_ failure: TransportFailure, wasReused: Bool, now: Timestamp) {
        if wasReused {
            layer.delegate?.fail(failure, on: flow.withoutConnection, now: now)
        }
        layer.delegate?.fail(failure, on: flow, now: now)
    }

    /// Watches for what the phase and the queue need.
    private func updateWatch() {
        if queue.count > queue.limit / 2 { isReadingPaused = true }
        if queue.count <= queue.limit / 4 { isReadingPaused = false }
        var needed: Readiness = []
        switch phase {
        case .connecting: needed = .write
        case .open where !isReadingPaused, .lingering, .securing: needed = readWants
        case .open, .peerEnded, .ended: break
        }
        if !queue.isEmpty, phase != .securing { needed.insert(writeWants) }
        guard needed != watched, phase != .ended else { return }
        watched = needed
        layer.loop.change(watch, to: needed)
    }
}
