import CLinux
import Glibc
import SIPTransaction
import ShardLoop
import Sockets
import TandemKit
import Timing

/// How a connection comes to be open.
extension StreamConnection {
    func finishConnecting(now: Timestamp) {
        let code = Int32(SocketOption.get(descriptor, SOL_SOCKET, SO_ERROR))
        guard code == 0 else { return end(TransportFailure(connectErrno: code), now: now) }
        phase = tls == nil ? .open : .securing
        handshakeBegan = now
        layer.arm(self, for: deadline)
    }

    /// Whether it is a peer's that hasn't done its TLS handshake, and perhaps never did.
    var isUnsecured: Bool { tls.map { !$0.isSecured } ?? false }

    func shakeHands(now: Timestamp) {
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

    func secured(by tls: TLSStream, now: Timestamp) {
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
}
