import Timing

/// A request a user agent has sent, until its final response.
final class AgentClientTransaction {
    let request: WireMessage
    let destination: Packet
    var interval: UInt64 = 500_000_000
    var hasResponse = false
    var isOver = false
    /// The ACK for a failure response, or for each 2xx by To tag: sent again when the response comes again.
    var acks: [String: [UInt8]] = [:]
    var onResponse: (WireMessage) -> Void = { _ in }
    var onTimeout: () -> Void = {}

    init(request: WireMessage, destination: Packet) {
        self.request = request
        self.destination = destination
    }
}

/// A request a user agent has received, with the answer it repeats when the request comes again.
final class AgentServerTransaction {
    let request: WireMessage
    var lastResponse: [UInt8]?
    var finalStatus = 0
    var isAcknowledged = false
    var interval: UInt64 = 500_000_000

    init(request: WireMessage) { self.request = request }
}

/// A dialog as one user agent sees it (RFC 3261 §12).
final class AgentDialog {
    let callID: String
    let localTag: String
    let remoteTag: String
    /// Whole From and To values of requests we send.
    let local: String
    let remote: String
    var localCSeq: Int
    var remoteCSeq: Int
    var target: String
    let routes: [String]
    /// Whether an INVITE of ours is under way, or one of the peer's unanswered or unacknowledged.
    var isOffering = false
    var isAnswering = false
    var isConfirmed = false
    var isOver = false
    /// Whether the peer has sent a BYE.
    var hasHeardBYE = false
    /// Whether the peer was told with 481 that there is no such dialog: it may forget it then (RFC 3261 §12.2.1.2).
    var hasDenied = false
    /// The RSeq of the peer's last reliable provisional response.
    var lastRSeq = 0
    /// Grows with each agreement on a session timer: what was watched before is watched no more.
    var sessionSerial = 0
    /// What each side last described in an offer or answer that was completed.
    var localSession = ""
    var remoteSession = ""

    init(
        callID: String, local: String, remote: String, localCSeq: Int, remoteCSeq: Int, target: String, routes: [String]
    ) {
        self.callID = callID
        self.local = local
        self.remote = remote
        localTag = local.parameter("tag") ?? ""
        remoteTag = remote.parameter("tag") ?? ""
        self.localCSeq = localCSeq
        self.remoteCSeq = remoteCSeq
        self.target = target
        self.routes = routes
    }
}
