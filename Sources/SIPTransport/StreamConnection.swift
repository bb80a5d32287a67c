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
    var flow: Flow
    let isAccepted: Bool
    var phase: Phase
    var watch = Watch.none
    var timer = TimerID.none
    /// When `timer` fires; the deadline may have moved to later since.
    var timerDeadline = Timestamp(nanoseconds: .max)

    let descriptor: Int32
    let stream: any ByteStream
    /// The stream, when it is TLS.
    let tls: TLSStream?
    unowned let layer: TransportLayer
    var framer: StreamFramer
    /// What there is beside, when the peer is a WebSocket client.
    let webSocket: WebSocketSession?
    var queue: WriteQueue
    var watched: Readiness
    /// What the socket has to be ready for so that something can be read or written: over TLS either may need either.
    var readWants = Readiness.read
    var writeWants = Readiness.write
    var isReadingPaused = false
    var isWritingEnded = false
    let opened: Timestamp
    /// When the TLS handshake began.
    var handshakeBegan: Timestamp
    var hasHeard = false
    var lastActive: Timestamp
    var messageBegan: Timestamp?
    var endBegan: Timestamp?
    /// The pings to a peer that we have connected to; nil for none.
    var keepAlive: KeepAlive?

    /// A connection on a descriptor that it now owns.
    init(
        id: ConnectionID, flow: Flow, descriptor: Int32, stream: any ByteStream, isAccepted: Bool, phase: Phase,
        keepAlive: TimeInterval?, layer: TransportLayer, now: Timestamp
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
        webSocket = flow.transport.isWebSocket ? WebSocketSession(limit: layer.limits.messageBytes) : nil
        queue = WriteQueue(limit: layer.limits.queuedStreamBytes)
        watched = phase == .connecting ? .write : .read
        opened = now
        handshakeBegan = now
        lastActive = now
        self.keepAlive = keepAlive.map { KeepAlive(interval: $0, now: now) }
    }

    deinit { Glibc.close(descriptor) }

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
        if let webSocket { return send(message, over: webSocket, now: now) }
        return sendBytes(message, now: now)
    }

    /// Sends bytes as they are, or lets them wait.
    func sendBytes(_ message: UnsafeRawBufferPointer, now: Timestamp) -> SendOutcome {
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
        case .open: endSilence(now: now)
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
            if let keepAlive { deadline = min(deadline, keepAlive.deadline) }
            return deadline
        case .peerEnded, .lingering: return (endBegan ?? opened) + limits.lingerTimeout
        case .ended: return Timestamp(nanoseconds: .max)
        }
    }
}
