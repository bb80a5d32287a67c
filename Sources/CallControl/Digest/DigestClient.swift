import TandemKit

/// Answers the challenges of one trunk's peer (RFC 7616, RFC 3261 §22), and keeps its nonces, so that later requests carry
/// credentials unasked.
///
/// Without a clock and a random source: the random bits for client nonces are parameters. Confined to the shard's thread.
public final class DigestClient {
    /// Most realms whose nonces are kept, each for servers and for proxies.
    static let sessionsMax = 4

    /// A nonce in use.
    private struct Session {
        let challenge: DigestChallenge
        let clientNonce: [UInt8]
        var count: UInt32 = 0
        /// The challenge's, or the one that was announced for it since.
        let nonce: [UInt8]
    }

    private let credentials: DigestCredentials
    private let hashes: DigestHashes
    /// The one used longest ago first.
    private var sessions: [Session] = []

    /// Makes a client that was never asked.
    public init(_ credentials: DigestCredentials, hashes: DigestHashes) {
        self.credentials = credentials
        self.hashes = hashes
    }

    /// How many nonces are kept.
    var sessionCount: Int { sessions.count }
    /// Why the last challenge was not answered; nil when it was.
    private(set) var refusal: DigestRefusal?

    /// Takes over what another client with the same credentials has learned.
    func take(from other: DigestClient) {
        let (own, theirs) = (credentials, other.credentials)
        guard own.user == theirs.user, own.password == theirs.password, own.realm == theirs.realm else { return }
        sessions = other.sessions
    }

    /// Takes the challenges of a response to a request, which `history` remembers. Returns whether `authorize` has something
    /// new for the request, so that it makes sense to send it again; `refusal` says why not.
    func takes(_ response: SIPResponse, for history: inout DigestHistory, random: UInt64) -> Bool {
        refusal = answer(response, &history, random)
        return refusal == nil
    }

    private func answer(_ response: SIPResponse, _ history: inout DigestHistory, _ random: UInt64) -> DigestRefusal? {
        let challenges = DigestChallenge.read(from: response.headers)
        guard !challenges.isEmpty else { return .unknownChallenge }
        var isNew = false
        for challenge in challenges {
            guard credentials.realm == nil || credentials.realm == challenge.realm else { continue }
            guard !hashes.digits(challenge.algorithm.function, []).isEmpty else { return .unknownChallenge }
            guard history.admits(challenge) else {
                forget(challenge)  // the next request asks anew, instead of showing what was refused
                return .refused
            }
            isNew = true
            keep(challenge, random)
        }
        return isNew ? nil : .otherRealm
    }

    private func forget(_ challenge: DigestChallenge) {
        sessions.removeAll { $0.challenge.isProxy == challenge.isProxy && $0.challenge.realm == challenge.realm }
    }

    private func keep(_ challenge: DigestChallenge, _ random: UInt64) {
        forget(challenge)
        if sessions.count >= Self.sessionsMax { sessions.removeFirst() }
        let clientNonce = DigestHashes.digits(withUnsafeBytes(of: random.bigEndian) { Array($0) })
        sessions.append(Session(challenge: challenge, clientNonce: clientNonce, nonce: challenge.nonce))
    }

    /// Gives a request credentials for every realm that is known; those that it has are replaced.
    func authorize(_ request: inout SIPRequest, _ writer: ValueWriter) {
        guard !sessions.isEmpty else { return }
        request.headers.removeAll(.authorization)
        request.headers.removeAll(.proxyAuthorization)
        let method = request.methodBytes.array
        let uri = request.requestURI.array
        for index in sessions.indices {
            sessions[index].count &+= 1
            let body = sessions[index].challenge.protection == .authInt ? request.body.array : []
            write(sessions[index], method, uri, body, writer)
            let id: HeaderID = sessions[index].challenge.isProxy ? .proxyAuthorization : .authorization
            request.headers.append(id, writer.bytes)
        }
    }

    /// Learns the next nonce from a response that was let in (RFC 7616 §3.5).
    func note(_ response: SIPResponse, random: UInt64) {
        note(response.headers.firstValue(of: .authenticationInfo), isProxy: false, random)
        let index = response.headers.firstIndex(of: "Proxy-Authentication-Info")
        if index >= 0 { note(response.headers.valueBytes(at: index), isProxy: true, random) }
    }

    private func note(_ value: Bytes, isProxy: Bool, _ random: UInt64) {
        guard !value.isEmpty, let next = DigestFields(list: value)?["nextnonce"], !next.isEmpty,
            next.count <= DigestChallenge.textMax,
            let index = sessions.lastIndex(where: { $0.challenge.isProxy == isProxy }), sessions[index].nonce != next
        else { return }
        let old = sessions[index]
        // With `-sess` the key stays bound to the first nonce; a new one would need another exchange.
        guard !old.challenge.algorithm.isSession else { return }
        sessions[index] = Session(challenge: old.challenge, clientNonce: old.clientNonce, nonce: next)
    }

    // MARK: The header field

    private func write(
        _ session: Session, _ method: [UInt8], _ uri: [UInt8], _ body: [UInt8], _ writer: ValueWriter
    ) {
        let challenge = session.challenge
        let computation = DigestComputation(
            hashes: hashes, algorithm: challenge.algorithm, protection: challenge.protection, nonce: session.nonce,
            nonceCount: DigestComputation.count(session.count), clientNonce: session.clientNonce)
        let key = DigestComputation.key(
            challenge.algorithm.function, hashes, user: credentials.user, realm: challenge.realm,
            password: credentials.password)
        writer.start()
        writer.append("Digest username=")
        writer.append(quoted: challenge.hashesUser ? hashedUser(challenge) : credentials.user)
        writer.append(", realm=")
        writer.append(quoted: challenge.realm)
        writer.append(", nonce=")
        writer.append(quoted: session.nonce)
        writer.append(", uri=")
        writer.append(quoted: uri)
        writer.append(", response=")
        writer.append(quoted: computation.response(key: key, method: method, uri: uri, body: body))
        if challenge.namesAlgorithm {
            writer.append(", algorithm=")
            writer.append(challenge.algorithm.name)
        }
        if let opaque = challenge.opaque {
            writer.append(", opaque=")
            writer.append(quoted: opaque)
        }
        if challenge.protection != .none {
            writer.append(", qop=")
            writer.append(challenge.protection.name)
            writer.append(", cnonce=")
            writer.append(quoted: session.clientNonce)
            writer.append(", nc=")
            writer.append(computation.nonceCount)
        }
        if challenge.hashesUser { writer.append(", userhash=true") }
    }

    private func hashedUser(_ challenge: DigestChallenge) -> [UInt8] {
        hashes.digits(challenge.algorithm.function, credentials.user + [0x3A] + challenge.realm)
    }
}

/// Why credentials were not sent, or not sent again.
enum DigestRefusal: Sendable {
    /// Nothing of what is asked for can be answered: neither the algorithms nor the protections are known.
    case unknownChallenge
    /// The credentials are for another realm.
    case otherRealm
    /// They were sent, and did not do.
    case refused

    var words: String {
        switch self {
        case .unknownChallenge: "its challenge can't be answered"
        case .otherRealm: "the credentials are for another realm"
        case .refused: "the credentials were refused"
        }
    }
}

/// Which challenges one request has met: each realm's is answered once, and once more when only its nonce was stale.
struct DigestHistory {
    private struct Answer {
        let isProxy: Bool
        let realm: [UInt8]
        var isRepeated = false
    }

    private var answers: [Answer] = []
    /// Most realms that one request is authorized for.
    static let realmsMax = 4

    /// Whether a challenge may be answered; it counts as answered then.
    mutating func admits(_ challenge: DigestChallenge) -> Bool {
        for index in answers.indices
        where answers[index].isProxy == challenge.isProxy && answers[index].realm == challenge.realm {
            guard challenge.isStale, !answers[index].isRepeated else { return false }
            answers[index].isRepeated = true
            return true
        }
        guard answers.count < Self.realmsMax else { return false }
        answers.append(Answer(isProxy: challenge.isProxy, realm: challenge.realm))
        return true
    }
}

extension ValueWriter {
    /// Writes a quoted string (RFC 3261 §25.1).
    func append(quoted text: [UInt8]) {
        append("\"")
        for byte in text {
            if byte == 0x22 || byte == 0x5C { append(byte: 0x5C) }
            append(byte: byte == 0x0D || byte == 0x0A || byte == 0 ? 0x20 : byte)
        }
        append("\"")
    }
}
