import CLinux
import Glibc
import SIPTransaction
import ShardLoop
import Sockets
import TandemKit
import Timing

/// How a connection writes what waits, and ends.
extension StreamConnection {
    func peerEnded(now: Timestamp) {
        phase = .peerEnded
        let wasReused = layer.table.isReused(self)
        beginEnd(now: now)
        tell(.closedByPeer, wasReused: wasReused, now: now)
    }

    func beginEnd(now: Timestamp) {
        endBegan = now
        messageBegan = nil
        layer.table.endReuse(self)
        layer.arm(self, for: deadline)
    }

    /// Throws away what the peer still sends.
    func discard(now: Timestamp) {
        for _ in 0..<layer.limits.readsPerBatch {
            switch read() {
            case .moved: continue
            case .blocked: return
            case .ended, .failed: return end(nil, now: now)
            }
        }
    }

    /// Writes what waits, as far as the kernel takes it.
    func flush(now: Timestamp) {
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

    func endWriting() {
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
    func tell(_ failure: TransportFailure, wasReused: Bool, now: Timestamp) {
        if wasReused {
            layer.delegate?.fail(failure, on: flow.withoutConnection, now: now)
        }
        layer.delegate?.fail(failure, on: flow, now: now)
    }

    /// Watches for what the phase and the queue need.
    func updateWatch() {
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

    /// The deadline of an open connection has come: a ping is due, or it has been silent for too long.
    func endSilence(now: Timestamp) {
        switch keepAlive?.fire(at: now) {
        case .ping?:
            let ping: [4 of UInt8] = [.carriageReturn, .lineFeed, .carriageReturn, .lineFeed]
            withUnsafeBytes(of: ping) { sendAlone($0) }
            layer.streamCounters.pings &+= 1
            updateWatch()
            layer.arm(self, for: deadline)
        case .dead?:
            layer.streamCounters.pongsMissed &+= 1
            end(.connectionLost, now: now)
        case .wait?, nil:
            layer.streamCounters.connectionsIdle &+= 1
            end(.idle, now: now)
        }
    }
}
