import SIPTransaction
import TandemKit
import Testing
import Timing

@testable import CallControl

@Suite("Who may send requests: digest as server (RFC 3261 §22, RFC 7616, RFC 8760)")
struct DigestServerTests {
    private static let users = DigestUsers(realm: "tandem", [("alice", "secret")], hashes: .ofOpenSSL)
    private let start = Timestamp(nanoseconds: 1_000_000_000)

    private func bench(mode: SignallingMode = .b2bua) -> EngineBench {
        EngineBench(mode: mode, choices: [TrunkChoice(trunk: "out")], users: ["in": Self.users])
    }

    /// The credentials for a challenge as a header field, by the test's own sums.
    private func credentials(
        for challenge: Sent, method: String = "INVITE", uri: String = "sip:0100@198.51.100.1", user: String = "alice",
        password: String = "secret", algorithm: String = "SHA-256", count: Int = 1, realm: String = "tandem",
        field: String = "Authorization"
    ) -> String {
        let name = field == "Authorization" ? "WWW-Authenticate" : "Proxy-Authenticate"
        let line = challenge.fields(name).first { $0.contains("algorithm=\(algorithm),") } ?? ""
        let nonce = Array(line.utf8).withUnsafeBytes { DigestFields(scheme: Bytes($0))?["nonce"] } ?? []
        let digits = String(count, radix: 16)
        let text = String(repeating: "0", count: 8 - digits.count) + digits
        let function: DigestAlgorithm.Function = algorithm == "MD5" ? .md5 : .sha256
        let key = DigestComputation.key(
            function, .ofOpenSSL, user: Array(user.utf8), realm: Array(realm.utf8), password: Array(password.utf8))
        let response = DigestComputation(
            hashes: .ofOpenSSL, algorithm: DigestAlgorithm(function), protection: .auth, nonce: nonce,
            nonceCount: Array(text.utf8), clientNonce: Array("c".utf8)
        ).response(key: key, method: Array(method.utf8), uri: Array(uri.utf8), body: [])
        let (nonceText, responseText) = (
            String(decoding: nonce, as: UTF8.self), String(decoding: response, as: UTF8.self)
        )
        return "\(field): Digest username=\"\(user)\", realm=\"\(realm)\", nonce=\"\(nonceText)\", uri=\"\(uri)\", "
            + "response=\"\(responseText)\", algorithm=\(algorithm), cnonce=\"c\", qop=auth, nc=\(text)\r\n"
    }

    private func ask(_ bench: EngineBench, _ number: Int, extra: String = "", method: String = "INVITE") -> [Sent] {
        bench.receive(
            Party.invite(
                branch: "z9hG4bK\(number)", tag: "t\(number)", callID: "c\(number)", method: method, extra: extra),
            from: 0)
    }

    @Test("An INVITE without credentials is challenged, with both algorithms, the better first")
    func challenged() throws {
        let bench = bench()
        let challenge = try #require(ask(bench, 1).last)
        #expect(challenge.startLine == "SIP/2.0 401 Unauthorized")
        let fields = challenge.fields("WWW-Authenticate")
        #expect(fields.count == 2)
        #expect(fields[0].contains("algorithm=SHA-256") && fields[1].contains("algorithm=MD5"))
        #expect(fields.allSatisfy { $0.contains("realm=\"tandem\"") && $0.contains("qop=\"auth\"") })
        #expect(bench.engine.callCount == 0)
    }

    @Test(
        "Right credentials let a call in, by either algorithm, and don't reach the other side",
        arguments: ["SHA-256", "MD5"])
    func admitted(algorithm: String) throws {
        let bench = bench()
        let challenge = try #require(ask(bench, 1).last)
        let sent = ask(bench, 2, extra: credentials(for: challenge, algorithm: algorithm))
        let invite = try #require(sent.first("INVITE"))
        #expect(invite.field("Authorization") == nil)
    }

    @Test("A proxy asks by 407 and Proxy-Authenticate")
    func proxy() throws {
        let bench = bench(mode: .proxy)
        let challenge = try #require(ask(bench, 1).last)
        #expect(challenge.startLine.hasPrefix("SIP/2.0 407"))
        let extra = credentials(for: challenge, field: "Proxy-Authorization")
        #expect(ask(bench, 2, extra: extra).first("INVITE") != nil)
    }

    @Test("MESSAGE has to have credentials, OPTIONS doesn't, and requests in the dialog don't")
    func methods() throws {
        let bench = bench()
        let challenge = try #require(ask(bench, 1, method: "MESSAGE").last)
        #expect(challenge.startLine.hasPrefix("SIP/2.0 401"))
        #expect(ask(bench, 2, method: "OPTIONS").last?.startLine == "SIP/2.0 200 OK")
        let invite = try #require(ask(bench, 3, extra: credentials(for: challenge)).first("INVITE"))
        let answered = bench.receive(Party.response(200, to: invite, body: Party.answer), from: 1)
        let ok = try #require(answered.first("SIP/2.0 200"))
        bench.receive(Party.callerRequest("ACK", in: ok, cseq: 1, branch: "z9hG4bKack"), from: 0)
        let bye = bench.receive(Party.callerRequest("BYE", in: ok, cseq: 2, branch: "z9hG4bKbye"), from: 0)
        #expect(bye.to(0).first("SIP/2.0 200") != nil)
    }

    @Test("Wrong password, unknown user, other realm, foreign nonce: a new challenge, and it is counted")
    func wrong() throws {
        let bench = bench()
        var refusals = 0
        bench.engine.observeRefusal = { if $0 == .wrongCredentials { refusals += 1 } }
        let challenge = try #require(ask(bench, 1).last)
        let foreign = EngineBench(shard: 5, users: ["in": Self.users])
        let other = try #require(ask(foreign, 1).last)
        let attempts = [
            credentials(for: challenge, password: "wrong"), credentials(for: challenge, user: "bob"),
            credentials(for: challenge).replacing("nc=00000001", with: "nc=1"),
            credentials(for: challenge).replacing("response=\"", with: "response=\"0"),
        ]
        for (number, extra) in attempts.enumerated() {
            let answer = try #require(ask(bench, number + 10, extra: extra).last)
            #expect(answer.startLine.hasPrefix("SIP/2.0 401"))
            #expect(!answer.text.contains("stale"))
        }
        #expect(bench.engine.counters.refusedUsers == 4)
        #expect(refusals == 4)
        #expect(
            ask(bench, 20, extra: credentials(for: challenge, realm: "x")).last?.startLine.hasPrefix("SIP/2.0 401")
                == true)
        _ = other
    }

    @Test("Credentials for another URI get 400; one that leaves the user out does")
    func otherURI() throws {
        let bench = bench()
        let challenge = try #require(ask(bench, 1).last)
        let loose = credentials(for: challenge, uri: "sip:198.51.100.1:5060", count: 2)
        #expect(ask(bench, 5, extra: loose).first("INVITE") != nil)
        let answer = ask(bench, 2, extra: credentials(for: challenge, uri: "sip:0900@198.51.100.1")).last
        #expect(answer?.startLine.hasPrefix("SIP/2.0 400") == true)
    }

    @Test("What somebody has overheard can't be used again: its count is spent")
    func replay() throws {
        let bench = bench()
        let challenge = try #require(ask(bench, 1).last)
        let extra = credentials(for: challenge)
        #expect(ask(bench, 2, extra: extra).first("INVITE") != nil)
        let again = try #require(ask(bench, 3, extra: extra).last)
        #expect(again.startLine.hasPrefix("SIP/2.0 401"))
        #expect(again.field("WWW-Authenticate")?.contains("stale=true") == true)
        #expect(ask(bench, 4, extra: credentials(for: challenge, count: 3)).first("INVITE") != nil)
        #expect(ask(bench, 5, extra: credentials(for: challenge, count: 2)).first("INVITE") != nil, "overtaken")
    }

    @Test("A nonce that is too old is stale")
    func stale() throws {
        let bench = bench()
        let challenge = try #require(ask(bench, 1).last)
        bench.wait(milliseconds: 301_000)
        let answer = try #require(ask(bench, 2, extra: credentials(for: challenge)).last)
        #expect(answer.field("WWW-Authenticate")?.contains("stale=true") == true)
        #expect(ask(bench, 3, extra: credentials(for: answer)).first("INVITE") != nil)
    }

    @Test("How much is remembered is bounded; what was forgotten is stale, never new again")
    func bounds() {
        var server = DigestServer(hashes: .ofOpenSSL, key: (1, 2))
        func judge(_ nonce: [UInt8], at now: Timestamp) -> DigestServer.Verdict {
            let key = DigestComputation.key(
                .md5, .ofOpenSSL, user: Array("alice".utf8), realm: Array("tandem".utf8),
                password: Array("secret".utf8))
            let response = DigestComputation(
                hashes: .ofOpenSSL, algorithm: DigestAlgorithm(.md5), protection: .auth, nonce: nonce,
                nonceCount: Array("00000001".utf8), clientNonce: Array("c".utf8)
            ).response(key: key, method: Array("INVITE".utf8), uri: Array("u".utf8), body: [])
            let text =
                "username=\"alice\", realm=\"tandem\", nonce=\"\(String(decoding: nonce, as: UTF8.self))\", uri=\"u\", "
                + "response=\"\(String(decoding: response, as: UTF8.self))\", cnonce=\"c\", qop=auth, nc=00000001"
            let fields = Array(text.utf8).withUnsafeBytes { DigestFields(list: Bytes($0)) }
            return server.judge(
                fields.map { [$0] } ?? [], of: Self.users, method: Array("INVITE".utf8), uri: Array("u".utf8), body: [],
                at: now)
        }
        let first = server.makeNonce(at: start)
        #expect(judge(first, at: start) == .admitted(user: Array("alice".utf8)))
        for number in 1...UInt64(DigestServer.windowsMax) {
            let now = start + .milliseconds(number)
            #expect(judge(server.makeNonce(at: now), at: now) == .admitted(user: Array("alice".utf8)))
        }
        #expect(server.windowCount == DigestServer.windowsMax)
        #expect(judge(first, at: start + .seconds(10)) == .stale)
    }

    @Test("Keys and users are not shown")
    func hidden() {
        var text = "\(Self.users)"
        dump(Self.users, to: &text)
        #expect(!text.contains("alice") && text.contains("1 users"))
    }
}
