import CLinux
import Glibc
import SIPTransaction
import ShardLoop
import Sockets
import TandemKit
import Timing

/// What comes on a connection.
extension StreamConnection {
    func receive(now: Timestamp) {
        for _ in 0..<layer.limits.readsPerBatch {
            switch read() {
            case .moved(let count):
                if !isPong(count, now: now) {
                    take(UnsafeRawBufferPointer(rebasing: layer.readBuffer[..<count]), now: now)
                }
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
    func take(_ bytes: UnsafeRawBufferPointer, now: Timestamp) {
        if let webSocket { return take(bytes, for: webSocket, now: now) }
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

    func read() -> StreamStep {
        let step = stream.read(into: layer.readBuffer)
        if case .blocked(let readiness) = step { readWants = readiness } else { readWants = .read }
        return step
    }

    func write(_ bytes: UnsafeRawBufferPointer) -> StreamStep {
        let step = stream.write(bytes)
        if case .blocked(let readiness) = step { writeWants = readiness } else { writeWants = .write }
        return step
    }

    func heard(now: Timestamp) {
        hasHeard = true
        lastActive = now
        messageBegan = nil
    }

    func answerKeepAlive(now: Timestamp) {
        layer.streamCounters.keepAlives &+= 1
        let answer: [2 of UInt8] = [.carriageReturn, .lineFeed]
        withUnsafeBytes(of: answer) { sendAlone($0) }
    }

    /// Writes a few bytes that are no message, unless something waits: a stream on which something waits is alive.
    func sendAlone(_ bytes: UnsafeRawBufferPointer) {
        guard queue.isEmpty else { return }
        switch write(bytes) {
        case .moved(let count): queue.append(UnsafeRawBufferPointer(rebasing: bytes[count...]))
        // TLS may have begun to send what it was given.
        case .blocked: queue.append(bytes)
        case .ended, .failed: break
        }
    }

    /// Bytes were read: the peer lives. A CRLF alone is the pong for our ping, and nothing else: two of them in a row would
    /// be taken for a ping of the peer's.
    private func isPong(_ count: Int, now: Timestamp) -> Bool {
        guard keepAlive != nil else { return false }
        let bytes = layer.readBuffer
        let isLineEnd =
            count == 2 && bytes[0] == UInt8.carriageReturn && bytes[1] == UInt8.lineFeed && !framer.isMidMessage
        let isPong = keepAlive?.heard(isLineEnd: isLineEnd, at: now) ?? false
        if isPong { lastActive = now }
        return isPong
    }
}
