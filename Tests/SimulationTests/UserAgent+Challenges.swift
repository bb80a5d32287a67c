import TandemKit

/// What an agent that asks for credentials remembers of its nonces.
struct AgentNonces {
    var random = SeededRandom(seed: 0x7616)
    var issued: Set<String> = []
    /// Nonces with the counts that were used.
    var used: Set<String> = []
    /// Requests that were challenged, by Call-ID and method: the next with a nonce of ours is let in.
    var challenged: Set<String> = []
}

/// Challenges (RFC 3261 §22): sums are not checked here, but nonces and their counts are.
extension UserAgent {
    /// Whether a request may go on; one that may not is challenged.
    func admits(_ request: WireMessage, _ transaction: AgentServerTransaction, from source: Endpoint) -> Bool {
        guard habits.asksForCredentials, request.method != "ACK", request.method != "CANCEL" else { return true }
        let mark = "\(request.callID) \(request.method)"
        var isStale = false
        if let line = request["Authorization"], let nonce = Self.value(of: "nonce=\"", in: line),
            let count = Self.value(of: "nc=", in: line)
        {
            if restarts == 0, !nonces.issued.contains(nonce) { violation("credentials for a nonce that nobody gave") }
            if !nonces.used.insert("\(nonce) \(count)").inserted { violation("the count of a nonce was used twice") }
            let wasChallenged = nonces.challenged.remove(mark) != nil
            if nonces.issued.contains(nonce), wasChallenged || nonces.random.chance(percent: 60) { return true }
            isStale = true
        }
        nonces.challenged.insert(mark)
        let nonce = "n" + String(nonces.random.next(), radix: 36)
        nonces.issued.insert(nonce)
        let challenge =
            "Digest realm=\"simulated\", nonce=\"\(nonce)\", qop=\"auth\", algorithm=SHA-256"
            + (isStale ? ", stale=true" : "")
        respond(
            transaction, to: source, status: 401, tag: "challenge" + request.fromTag,
            fields: [("WWW-Authenticate", challenge)])
        return false
    }

    private static func value(of name: String, in line: String) -> String? {
        guard let start = line.firstRange(of: name)?.upperBound else { return nil }
        return String(line[start...].prefix { $0 != "\"" && $0 != "," })
    }
}
