import SIPTransaction
import TandemKit
import Testing
import Timing

@testable import CallControl

/// A provider that asks for credentials, and checks them by its own sums.
struct ChallengingPeer {
    var realm = "provider.example"
    var nonce = "n-1"
    var qop: String? = "auth"
    var algorithm: String? = "MD5"
    var isProxy = true
    var isStale = false

    var line: String {
        let qop = qop.map { ", qop=\"\($0)\"" } ?? ""
        let algorithm = algorithm.map { ", algorithm=\($0)" } ?? ""
        return "\(isProxy ? "Proxy" : "WWW")-Authenticate: Digest realm=\"\(realm)\", nonce=\"\(nonce)\", opaque=\"op\""
            + "\(qop)\(algorithm)\(isStale ? ", stale=TRUE" : "")\r\n"
    }

    func challenge(_ request: Sent) -> String {
        Party.response(isProxy ? 407 : 401, to: request, tag: "ctag", extra: line)
    }

    /// The parameters of the credentials that a request has for this realm.
    func credentials(of request: Sent) -> DigestFields? {
        request.fields("\(isProxy ? "Proxy-" : "")Authorization").lazy
            .compactMap { value in Array(value.utf8).withUnsafeBytes { DigestFields(scheme: Bytes($0)) } }
            .first { $0["realm"].map { String(decoding: $0, as: UTF8.self) } == realm }
    }

    /// Whether a request has the right credentials for the nonce.
    func admits(_ request: Sent, user: String = "tandem", password: String = "secret") -> Bool {
        guard let fields = credentials(of: request), fields["username"] == Array(user.utf8),
            fields["nonce"] == Array(nonce.utf8), fields["opaque"] == Array("op".utf8),
            let chosen = DigestAlgorithm(named: fields["algorithm"])
        else { return false }
        let line = request.startLine.split(separator: " ")
        let protection: DigestProtection =
            switch fields["qop"].map({ String(decoding: $0, as: UTF8.self) }) {
            case "auth": .auth
            case "auth-int": .authInt
            default: .none
            }
        let key = DigestComputation.key(
            chosen.function, .ofOpenSSL, user: Array(user.utf8), realm: Array(realm.utf8),
            password: Array(password.utf8))
        let computation = DigestComputation(
            hashes: .ofOpenSSL, algorithm: chosen, protection: protection, nonce: Array(nonce.utf8),
            nonceCount: fields["nc"] ?? [], clientNonce: fields["cnonce"] ?? [])
        return fields["uri"] == Array(line[1].utf8)
            && fields["response"]
                == computation.response(
                    key: key, method: Array(line[0].utf8), uri: Array(line[1].utf8), body: Array(request.body.utf8))
    }

    func count(of request: Sent) -> String? {
        credentials(of: request)?["nc"].map { String(decoding: $0, as: UTF8.self) }
    }
}

@Suite("Challenges of peers (RFC 3261 §22, RFC 7616, RFC 8760)")
struct AuthenticationTests {
    private func bench(
        realm: String? = nil, choices: [TrunkChoice]? = [TrunkChoice(trunk: "out")],
        adapters: [String: AdapterInstance] = [:]
    ) -> EngineBench {
        let credentials = DigestCredentials(user: "tandem", password: "secret", realm: realm)
        return EngineBench(
            choices: choices, adapters: adapters, digests: ["out": DigestClient(credentials, hashes: .ofOpenSSL)])
    }

    /// Sets a call up with a peer that challenges its INVITE. Returns the INVITE that it took and our 200.
    private func established(_ bench: EngineBench, _ peer: ChallengingPeer) throws -> (invite: Sent, ok: Sent) {
        let first = try #require(bench.receive(Party.invite(), from: 0).first("INVITE"))
        let second = try #require(bench.receive(peer.challenge(first), from: 1).first("INVITE"))
        let answered = bench.receive(Party.response(200, to: second, body: Party.answer), from: 1)
        let ok = try #require(answered.first("SIP/2.0 200"))
        bench.receive(Party.callerRequest("ACK", in: ok, cseq: 1, branch: "z9hG4bKack"), from: 0)
        return (second, ok)
    }

    @Test("F73: an INVITE that meets 407 is sent again with credentials")
    func challenged() throws {
        let bench = bench()
        let peer = ChallengingPeer()
        let first = try #require(bench.receive(Party.invite(), from: 0).first("INVITE"))
        #expect(first.field("Proxy-Authorization") == nil)
        let sent = bench.receive(peer.challenge(first), from: 1)
        #expect(sent.to(0).isEmpty, "the caller hears nothing of it")
        #expect(sent.first("ACK")?.field("CSeq") == "1 ACK")
        let second = try #require(sent.first("INVITE"))
        #expect(peer.admits(second))
        #expect(second.field("CSeq") == "2 INVITE")
        #expect(second.field("Call-ID") == first.field("Call-ID"))
        #expect(second.field("From") == first.field("From"))
        #expect(second.field("To") == first.field("To"))
        #expect(second.fields("Via").count == 1)
        #expect(second.field("Via") != first.field("Via"))
        #expect(second.body == first.body)
    }

    @Test("F73: the ACK of the 2xx repeats the INVITE's credentials, and the call goes on as any other")
    func acknowledged() throws {
        let bench = bench()
        let peer = ChallengingPeer()
        let first = try #require(bench.receive(Party.invite(), from: 0).first("INVITE"))
        let second = try #require(bench.receive(peer.challenge(first), from: 1).first("INVITE"))
        let answered = bench.receive(Party.response(200, to: second, body: Party.answer), from: 1)
        let ack = try #require(answered.first("ACK"))
        #expect(ack.field("Proxy-Authorization") == second.field("Proxy-Authorization"))
        #expect(ack.field("CSeq") == "2 ACK")
        let ok = try #require(answered.first("SIP/2.0 200"))
        bench.receive(Party.callerRequest("ACK", in: ok, cseq: 1, branch: "z9hG4bKack"), from: 0)
        let bye = bench.receive(Party.callerRequest("BYE", in: ok, cseq: 2, branch: "z9hG4bKbye"), from: 0)
            .first("BYE")
        #expect(bye?.field("CSeq") == "3 BYE")
    }

    @Test("F73: requests in the dialog carry credentials unasked, with the next nonce count")
    func unasked() throws {
        let bench = bench()
        let peer = ChallengingPeer()
        let call = try established(bench, peer)
        #expect(peer.count(of: call.invite) == "00000001")
        let update = try #require(
            bench.receive(
                Party.callerRequest("INFO", in: call.ok, cseq: 2, branch: "z9hG4bKi"), from: 0
            ).first("INFO"))
        #expect(peer.admits(update))
        #expect(peer.count(of: update) == "00000002")
        let next = try #require(
            bench.receive(Party.invite(branch: "z9hG4bKb", tag: "b", callID: "b"), from: 0).first("INVITE"))
        #expect(peer.admits(next))
        #expect(peer.count(of: next) == "00000003")
    }

    @Test(
        "F73: requests in the dialog that are challenged are sent again under the dialog's next number",
        arguments: ["INVITE", "INFO", "UPDATE", "MESSAGE"])
    func challengedInDialog(method: String) throws {
        let bench = bench()
        var peer = ChallengingPeer()
        let call = try established(bench, peer)
        let body = method == "INVITE" ? Party.offer : ""
        let first = try #require(
            bench.receive(
                Party.callerRequest(method, in: call.ok, cseq: 2, branch: "z9hG4bKr", body: body), from: 0
            ).first(method))
        #expect(first.field("CSeq") == "3 \(method)")
        peer.nonce = "n-2"
        peer.isStale = true
        let sent = bench.receive(peer.challenge(first), from: 1)
        let second = try #require(sent.first(method))
        #expect(sent.to(0).isEmpty)
        #expect(peer.admits(second))
        #expect(peer.count(of: second) == "00000001")
        #expect(second.field("CSeq") == "4 \(method)")
        let answered = bench.receive(
            Party.response(200, to: second, body: body.isEmpty ? "" : Party.answer), from: 1)
        #expect(answered.first("SIP/2.0 200")?.field("CSeq") == "2 \(method)")
        if method == "INVITE" {
            #expect(answered.first("ACK")?.field("CSeq") == "4 ACK")
            #expect(
                answered.first("ACK")?.field("Proxy-Authorization") == second.field("Proxy-Authorization"))
        }
    }

    @Test("F73: a BYE that is challenged is sent again, and the call ends")
    func challengedBYE() throws {
        let bench = bench()
        var peer = ChallengingPeer()
        let call = try established(bench, peer)
        let bye = try #require(
            bench.receive(Party.callerRequest("BYE", in: call.ok, cseq: 2, branch: "z9hG4bKbye"), from: 0)
                .first("BYE"))
        peer.nonce = "n-2"
        let again = try #require(bench.receive(peer.challenge(bye), from: 1).first("BYE"))
        #expect(peer.admits(again))
        #expect(again.field("CSeq") == "4 BYE")
        #expect(bench.engine.callCount == 1)
        bench.receive(Party.response(200, to: again), from: 1)
        #expect(bench.engine.callCount == 0)
        bench.wait(milliseconds: 40_000)
        #expect(bench.isEmpty)
        #expect(bench.engine.challengeable.isEmpty)
    }

    @Test("F73: MESSAGE outside of a dialog is sent again with credentials")
    func message() throws {
        let bench = bench()
        let peer = ChallengingPeer(isProxy: false)
        let first = try #require(
            bench.receive(Party.invite(body: "", method: "MESSAGE"), from: 0).first("MESSAGE"))
        let sent = bench.receive(peer.challenge(first), from: 1)
        let second = try #require(sent.first("MESSAGE"))
        #expect(peer.admits(second))
        #expect(second.field("CSeq") == "2 MESSAGE")
        let answered = bench.receive(Party.response(200, to: second), from: 1)
        #expect(answered.to(0).startLines == ["SIP/2.0 200 Something"])
    }

    @Test("F73: a stale nonce is replaced once more, then the attempt fails: no loop")
    func noLoop() throws {
        let bench = bench()
        var peer = ChallengingPeer()
        var request = try #require(bench.receive(Party.invite(), from: 0).first("INVITE"))
        request = try #require(bench.receive(peer.challenge(request), from: 1).first("INVITE"))
        peer.nonce = "n-2"
        peer.isStale = true
        request = try #require(bench.receive(peer.challenge(request), from: 1).first("INVITE"))
        peer.nonce = "n-3"
        let sent = bench.receive(peer.challenge(request), from: 1)
        #expect(sent.first("INVITE") == nil)
        #expect(sent.to(0).first("SIP/2.0 403") != nil)
    }

    @Test("F73: refused credentials fail the attempt with their own code, and no challenge reaches the caller")
    func refused() throws {
        let bench = bench()
        let peer = ChallengingPeer()
        let first = try #require(bench.receive(Party.invite(), from: 0).first("INVITE"))
        let second = try #require(bench.receive(peer.challenge(first), from: 1).first("INVITE"))
        let refusal = try #require(bench.receive(peer.challenge(second), from: 1).to(0).first)
        #expect(refusal.startLine.hasPrefix("SIP/2.0 403"))
        #expect(!refusal.text.contains("provider.example"))
        #expect(bench.endedWith?.diagnostic == .authenticationFailed)
        #expect(bench.endedWith?.detail == "out answered 407, and the credentials were refused")
        #expect(bench.engine.counters.refusedCredentials == 1)
        let next = try #require(
            bench.receive(Party.invite(branch: "z9hG4bKb", tag: "b", callID: "b"), from: 0).first("INVITE"))
        #expect(next.field("Proxy-Authorization") == nil, "what was refused is not shown again unasked")
    }

    @Test("F73: a trunk without credentials: the caller gets 403, and no challenge")
    func noCredentials() throws {
        let bench = EngineBench(choices: [TrunkChoice(trunk: "out")])
        let first = try #require(bench.receive(Party.invite(), from: 0).first("INVITE"))
        let refusal = try #require(bench.receive(ChallengingPeer().challenge(first), from: 1).to(0).first)
        #expect(refusal.startLine.hasPrefix("SIP/2.0 403"))
        #expect(refusal.field("Proxy-Authenticate") == nil)
        #expect(bench.endedWith?.detail == "out answered 407, and we have no credentials for it")
    }

    @Test("F73: a provider that refuses our credentials is no reason not to try the next trunk")
    func nextTrunk() throws {
        let bench = bench(choices: [TrunkChoice(trunk: "out"), TrunkChoice(trunk: "out2")])
        let peer = ChallengingPeer()
        let first = try #require(bench.receive(Party.invite(), from: 0).first("INVITE"))
        let second = try #require(bench.receive(peer.challenge(first), from: 1).first("INVITE"))
        #expect(bench.receive(peer.challenge(second), from: 1).to(2).first("INVITE") != nil)
    }

    @Test("Only the realm of the credentials is answered")
    func otherRealm() throws {
        let bench = bench(realm: "somewhere.else")
        let first = try #require(bench.receive(Party.invite(), from: 0).first("INVITE"))
        #expect(bench.receive(ChallengingPeer().challenge(first), from: 1).first("INVITE") == nil)
        #expect(bench.endedWith?.detail == "out answered 407, and the credentials are for another realm")
    }

    @Test("Each proxy on the way is answered, those before it again (RFC 3261 §22.3)")
    func severalProxies() throws {
        let bench = bench()
        let near = ChallengingPeer(realm: "near", nonce: "a")
        let far = ChallengingPeer(realm: "far", nonce: "b")
        let server = ChallengingPeer(realm: "server", nonce: "c", isProxy: false)
        var request = try #require(bench.receive(Party.invite(), from: 0).first("INVITE"))
        request = try #require(bench.receive(near.challenge(request), from: 1).first("INVITE"))
        request = try #require(bench.receive(far.challenge(request), from: 1).first("INVITE"))
        request = try #require(bench.receive(server.challenge(request), from: 1).first("INVITE"))
        #expect(near.admits(request) && far.admits(request) && server.admits(request))
        #expect(request.field("CSeq") == "4 INVITE")
    }

    @Test("Two challenges of one response are answered together")
    func together() throws {
        let bench = bench()
        let near = ChallengingPeer(realm: "near", nonce: "a")
        let far = ChallengingPeer(realm: "far", nonce: "b")
        let first = try #require(bench.receive(Party.invite(), from: 0).first("INVITE"))
        let response = Party.response(407, to: first, extra: near.line + far.line)
        let second = try #require(bench.receive(response, from: 1).first("INVITE"))
        #expect(near.admits(second) && far.admits(second))
    }

    @Test(
        "Of one realm's challenges the first that we know is answered (RFC 8760 §2.4)",
        arguments: [
            (["SHA-256", "MD5"], "SHA-256"), (["MD5", "SHA-256"], "MD5"),
            (["SHA3-512", "SHA-256-sess"], "SHA-256-sess"),
            (["X", "SHA-512-256", "MD5-sess"], "SHA-512-256"),
        ])
    func algorithms(offered: [String], chosen: String) throws {
        let bench = bench()
        let peers = offered.map { ChallengingPeer(algorithm: $0) }
        let first = try #require(bench.receive(Party.invite(), from: 0).first("INVITE"))
        let response = Party.response(407, to: first, extra: peers.map(\.line).joined())
        let second = try #require(bench.receive(response, from: 1).first("INVITE"))
        #expect(second.fields("Proxy-Authorization").count == 1)
        #expect(second.field("Proxy-Authorization")?.contains("algorithm=\(chosen)") == true)
        #expect(peers[0].admits(second))
    }

    @Test(
        "qop: auth before auth-int, auth-int with the body, none as RFC 2069 had it",
        arguments: ["auth-int,auth", "auth-int", ""])
    func protections(qop: String) throws {
        let bench = bench()
        let peer = ChallengingPeer(qop: qop.isEmpty ? nil : qop, algorithm: qop.isEmpty ? nil : "SHA-256")
        let first = try #require(bench.receive(Party.invite(), from: 0).first("INVITE"))
        let second = try #require(bench.receive(peer.challenge(first), from: 1).first("INVITE"))
        #expect(peer.admits(second))
        let fields = try #require(peer.credentials(of: second))
        let expected = ["auth-int,auth": "auth", "auth-int": "auth-int"][qop]
        #expect(fields["qop"].map { String(decoding: $0, as: UTF8.self) } == expected)
        #expect((fields["cnonce"] == nil) == qop.isEmpty)
        #expect((fields["algorithm"] == nil) == qop.isEmpty)
    }

    @Test(
        "What can't be answered fails the attempt",
        arguments: [
            "Digest realm=\"r\", nonce=\"n\", qop=\"auth-conf\"", "Digest realm=\"r\", nonce=\"n\", algorithm=SHA-1",
            "Basic realm=\"r\"", "Digest realm=\"r", "Digest nonce=\"n\"", "",
        ])
    func unknown(challenge: String) throws {
        let bench = bench()
        let first = try #require(bench.receive(Party.invite(), from: 0).first("INVITE"))
        let extra = challenge.isEmpty ? "" : "WWW-Authenticate: \(challenge)\r\n"
        let sent = bench.receive(Party.response(401, to: first, extra: extra), from: 1)
        #expect(sent.first("INVITE") == nil)
        #expect(bench.endedWith?.detail == "out answered 401, and its challenge can't be answered")
    }

    @Test("The next nonce of Authentication-Info is used (RFC 7616 §3.5)")
    func nextNonce() throws {
        let bench = bench()
        var peer = ChallengingPeer(isProxy: false)
        let first = try #require(bench.receive(Party.invite(), from: 0).first("INVITE"))
        let second = try #require(bench.receive(peer.challenge(first), from: 1).first("INVITE"))
        let info = "Authentication-Info: nextnonce=\"n-2\", qop=auth\r\n"
        let answered = bench.receive(Party.response(200, to: second, body: Party.answer, extra: info), from: 1)
        let ok = try #require(answered.first("SIP/2.0 200"))
        #expect(ok.field("Authentication-Info") == nil)
        bench.receive(Party.callerRequest("ACK", in: ok, cseq: 1, branch: "z9hG4bKack"), from: 0)
        let bye = bench.receive(Party.callerRequest("BYE", in: ok, cseq: 2, branch: "z9hG4bKbye"), from: 0)
        peer.nonce = "n-2"
        let sent = try #require(bye.first("BYE"))
        #expect(peer.admits(sent))
        #expect(peer.count(of: sent) == "00000001")
    }

    @Test("A call that was cancelled meanwhile is not begun again")
    func cancelled() throws {
        let bench = bench()
        let first = try #require(bench.receive(Party.invite(), from: 0).first("INVITE"))
        bench.receive(Party.response(180, to: first, tag: nil), from: 1)
        bench.receive(Party.invite().replacing("INVITE", with: "CANCEL"), from: 0)
        let sent = bench.receive(ChallengingPeer().challenge(first), from: 1)
        #expect(sent.startLines == ["ACK \(first.startLine.split(separator: " ")[1]) SIP/2.0"])
        #expect(bench.engine.callCount == 0)
    }

    @Test("Nonces are kept for a few realms only, and no request is kept once it is answered")
    func bounds() throws {
        let credentials = DigestCredentials(user: "tandem", password: "secret")
        let digest = DigestClient(credentials, hashes: .ofOpenSSL)
        for number in 0..<20 {
            var history = DigestHistory()
            let value = "Digest realm=\"r\(number)\", nonce=\"n\", qop=\"auth\""
            let response = try SIPMessage(
                "SIP/2.0 401 No\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKx\r\nFrom: <sip:a@h>;tag=a\r\nTo: <sip:b@h>\r\n"
                    + "Call-ID: c\r\nCSeq: 1 REGISTER\r\nWWW-Authenticate: \(value)\r\n\r\n"
            ).response
            #expect(digest.takes(response, for: &history, random: 1))
        }
        #expect(digest.sessionCount == DigestClient.sessionsMax)
    }

    @Test("Credentials never show their password")
    func hidden() {
        let credentials = DigestCredentials(user: "tandem", password: "geheim")
        var text = "\(credentials) \(String(reflecting: credentials))"
        dump(credentials, to: &text)
        #expect(!text.contains("geheim"))
    }

    @Test("A proxy hands the challenges of all branches to the sender (RFC 3261 §16.7 step 7)")
    func proxied() throws {
        let choices = ["out", "out2"].map { TrunkChoice(trunk: $0, failover: FailoverRule(statuses: [401...407])) }
        let bench = EngineBench(mode: .proxy, choices: choices)
        let first = try #require(bench.receive(Party.invite(), from: 0).first("INVITE"))
        let second = try #require(
            bench.receive(ChallengingPeer(realm: "one").challenge(first), from: 1).first("INVITE"))
        let refusal = try #require(
            bench.receive(ChallengingPeer(realm: "two", isProxy: false).challenge(second), from: 2).to(0).first)
        #expect(refusal.startLine.hasPrefix("SIP/2.0 401"))
        #expect(refusal.field("Proxy-Authenticate")?.contains("one") == true)
        #expect(refusal.field("WWW-Authenticate")?.contains("two") == true)
    }
}
