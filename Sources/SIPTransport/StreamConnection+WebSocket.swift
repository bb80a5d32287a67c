import SIPTransaction
import ShardLoop
import TandemKit
import Timing

/// A connection of a WebSocket client (RFC 7118): a message is what a frame or several hold, whatever its Content-Length says.
extension StreamConnection {
    /// Takes what was read.
    func take(_ bytes: UnsafeRawBufferPointer, for session: WebSocketSession, now: Timestamp) {
        var rest = bytes
        if session.handshake != nil {
            guard let behind = shakeHands(bytes, session, now: now) else { return }
            rest = behind
        }
        var wasAsked = false
        do throws(WebSocketError) {
            while phase == .open, let event = try session.reader.next(&rest) {
                handle(event, of: session, wasAsked: &wasAsked, now: now)
            }
        } catch {
            layer.streamCounters.streamsUnframeable &+= 1
            close(session, with: [UInt8(error.code >> 8), UInt8(error.code & 0xFF)], now: now)
        }
        guard phase == .open, session.reader.isMidMessage, messageBegan == nil else { return }
        messageBegan = now
        layer.arm(self, for: deadline)
    }

    /// Reads the request that opens the WebSocket; what came behind it, or nil when there is no WebSocket yet.
    private func shakeHands(
        _ bytes: UnsafeRawBufferPointer, _ session: WebSocketSession, now: Timestamp
    ) -> UnsafeRawBufferPointer? {
        guard var handshake = session.handshake else { return nil }
        let outcome = handshake.take(bytes)
        session.handshake = handshake
        switch outcome {
        case .incomplete: return nil
        case .refused(let answer):
            layer.streamCounters.webSocketsRefused &+= 1
            sendText(answer, now: now)
            linger(now: now)
            return nil
        case .accepted(let answer, let rest):
            layer.streamCounters.webSocketsOpened &+= 1
            sendText(answer, now: now)
            session.handshake = nil
            return UnsafeRawBufferPointer(rebasing: bytes.suffix(rest))
        }
    }

    private func sendText(_ text: String, now: Timestamp) {
        var text = text
        text.withUTF8 { _ = sendBytes(UnsafeRawBufferPointer($0), now: now) }
    }

    private func handle(
        _ event: WebSocketReader.Event, of session: WebSocketSession, wasAsked: inout Bool, now: Timestamp
    ) {
        switch event {
        case .message(let message):
            // A keep-alive of RFC 5626 may come here too.
            if message.allSatisfy({ $0 == .carriageReturn || $0 == .lineFeed }) {
                if message.count == 4, !wasAsked { answer(.text, [.carriageReturn, .lineFeed], session) }
                wasAsked = true
                lastActive = now
                messageBegan = nil
                return
            }
            heard(now: now)
            layer.streamCounters.messagesReceived &+= 1
            message.withUnsafeBytes { layer.delegate?.receive($0, on: flow, now: now) }
        case .ping(let bytes):
            lastActive = now
            messageBegan = nil
            // One answer per read: a peer that sends nothing but pings gets fewer bytes than it sends.
            if !wasAsked { answer(.pong, bytes, session) }
            wasAsked = true
        case .pong:
            lastActive = now
            messageBegan = nil
        case .close(let reason): close(session, with: reason, now: now)
        }
    }

    /// Answers a ping, unless something waits: then the peer sees that we live.
    private func answer(_ kind: WebSocketFrame.Kind, _ bytes: [UInt8], _ session: WebSocketSession) {
        guard session.isOpen else { return }
        layer.streamCounters.keepAlives &+= 1
        Self.frame(kind, bytes) { sendAlone($0) }
    }

    /// Ends the connection with a Close frame.
    func close(_ session: WebSocketSession, with reason: [UInt8], now: Timestamp) {
        if session.isOpen {
            session.isClosed = true
            Self.frame(.close, reason) { _ = sendBytes($0, now: now) }
        }
        guard phase == .open else { return }
        let wasReused = layer.table.isReused(self)
        linger(now: now)
        tell(.closedByPeer, wasReused: wasReused, now: now)
    }

    private static func frame(_ kind: WebSocketFrame.Kind, _ bytes: [UInt8], _ send: (UnsafeRawBufferPointer) -> Void) {
        var head: [10 of UInt8] = .init(repeating: 0)
        let size = WebSocketFrame.writeHead(kind, count: bytes.count, to: &head)
        var frame: [UInt8] = []
        for index in 0..<size { frame.append(head[index]) }
        frame += bytes
        frame.withUnsafeBytes(send)
    }

    /// Sends a message in a frame of its own.
    func send(_ message: UnsafeRawBufferPointer, over session: WebSocketSession, now: Timestamp) -> SendOutcome {
        guard session.isOpen else { return .failed(.connectionGone) }
        var head: [10 of UInt8] = .init(repeating: 0)
        let size = WebSocketFrame.writeHead(.text, count: message.count, to: &head)
        return withUnsafeTemporaryAllocation(byteCount: size + message.count, alignment: 1) { frame in
            for index in 0..<size { frame[index] = head[index] }
            UnsafeMutableRawBufferPointer(rebasing: frame[size...]).copyMemory(from: message)
            return sendBytes(UnsafeRawBufferPointer(frame), now: now)
        }
    }
}
