import SIPTransaction
import TandemKit

/// Trunks whose senders have to say who they are (RFC 3261 §22): a request without right credentials is challenged.
extension CallEngine {
    /// Whether a request that begins something may go on; one that may not is answered.
    ///
    /// OPTIONS is free, since it tells nothing and is what peers ask with whether we are alive.
    func authenticates(_ request: SIPRequest, _ id: ServerTransactionID, _ trunk: TrunkContext) -> Bool {
        guard let users = trunk.users, request.method != .options else { return true }
        let field: HeaderID = trunk.mode == .proxy ? .proxyAuthorization : .authorization
        let verdict = digestServer.judge(
            Self.credentials(of: request, field), of: users, method: request.methodBytes.array,
            uri: request.requestURI.array, body: request.body.array, at: now)
        switch verdict {
        case .admitted: return true
        case .missing: challenge(request, id, trunk, users, isStale: false)
        case .stale: challenge(request, id, trunk, users, isStale: true)
        case .refused:
            counters.refusedUsers &+= 1
            observeRefusal(.wrongCredentials)
            challenge(request, id, trunk, users, isStale: false)
        case .otherURI:
            counters.refusedUsers &+= 1
            observeRefusal(.wrongCredentials)
            refuse(request, id, 400, trunk, reason: "Credentials for Another URI")
        }
        return false
    }

    private static func credentials(of request: SIPRequest, _ id: HeaderID) -> [DigestFields] {
        var found: [DigestFields] = []
        var index = request.headers.firstIndex(of: id)
        while index >= 0, found.count < DigestChallenge.countMax {
            if let fields = DigestFields(scheme: request.headers.valueBytes(at: index)) { found.append(fields) }
            index = request.headers.nextIndex(of: id, after: index)
        }
        return found
    }

    /// Asks for credentials, once for each algorithm (RFC 8760 §2.3).
    private func challenge(
        _ request: SIPRequest, _ id: ServerTransactionID, _ trunk: TrunkContext, _ users: DigestUsers, isStale: Bool
    ) {
        counters.sentChallenges &+= 1
        let isProxy = trunk.mode == .proxy
        var response = SIPResponse(to: request, status: isProxy ? 407 : 401, toTag: layer.makeTag())
        let nonce = digestServer.makeNonce(at: now)
        for function in users.functions {
            writer.start()
            writer.append("Digest realm=")
            writer.append(quoted: users.realm)
            writer.append(", nonce=")
            writer.append(quoted: nonce)
            writer.append(", algorithm=")
            writer.append(DigestAlgorithm(function).name)
            writer.append(", qop=\"auth\"")
            if isStale { writer.append(", stale=true") }
            response.headers.append(isProxy ? .proxyAuthenticate : .wwwAuthenticate, writer.bytes)
        }
        describe(&response, answering: request.method, to: trunk, from: nil)
        layer.respond(id, with: response, at: now)
    }
}
