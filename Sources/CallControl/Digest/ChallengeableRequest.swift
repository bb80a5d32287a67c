import SIPTransaction
import TandemKit

/// A request to a peer for which we have credentials, as it was sent, until its final response.
struct ChallengeableRequest {
    var request: SIPRequest
    let trunk: TrunkContext
    var flow: Flow
    /// The challenges that it has met.
    var history = DigestHistory()
}

extension SIPResponse {
    /// Whether it asks for credentials.
    var isChallenge: Bool { status == 401 || status == 407 }
}

/// The credentials of an INVITE, which the ACK of its 2xx repeats (RFC 3261 §22.1).
struct InviteCredentials {
    private var fields: [(id: HeaderID, value: [UInt8])] = []

    init() {}

    init(of request: SIPRequest) {
        for id in [HeaderID.authorization, .proxyAuthorization] {
            var index = request.headers.firstIndex(of: id)
            while index >= 0 {
                fields.append((id, request.headers.valueBytes(at: index).array))
                index = request.headers.nextIndex(of: id, after: index)
            }
        }
    }

    func add(to ack: inout SIPRequest) {
        for field in fields { field.value.withUnsafeBytes { ack.headers.append(field.id, Bytes($0)) } }
    }
}
