import SIPTransport
import TandemKit
import Testing

@testable import CallControl

extension DigestHashes {
    /// OpenSSL's.
    static let ofOpenSSL = DigestHashes(
        md5: MessageDigest.md5, sha256: MessageDigest.sha256, sha512: MessageDigest.sha512Truncated)
}

@Suite("Digest: the vectors of the RFCs")
struct DigestVectorTests {
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private func response(
        _ algorithm: DigestAlgorithm, _ protection: DigestProtection = .auth, user: String = "Mufasa",
        realm: String = "http-auth@example.org", password: String, nonce: String, clientNonce: String,
        method: String = "GET", uri: String = "/dir/index.html", body: String = ""
    ) -> String {
        let computation = DigestComputation(
            hashes: .ofOpenSSL, algorithm: algorithm, protection: protection, nonce: Array(nonce.utf8),
            nonceCount: DigestComputation.count(1), clientNonce: Array(clientNonce.utf8))
        let key = DigestComputation.key(
            algorithm.function, .ofOpenSSL, user: Array(user.utf8), realm: Array(realm.utf8),
            password: Array(password.utf8))
        return text(
            computation.response(
                key: key, method: Array(method.utf8), uri: Array(uri.utf8), body: Array(body.utf8)))
    }

    @Test("RFC 7616 §3.9.1: SHA-256 and MD5")
    func examples() {
        let nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
        let clientNonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
        #expect(
            response(.init(.sha256), password: "Circle of Life", nonce: nonce, clientNonce: clientNonce)
                == "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")
        #expect(
            response(.init(.md5), password: "Circle of Life", nonce: nonce, clientNonce: clientNonce)
                == "8ca523f5e9506fed4657c9700eebdbec")
    }

    @Test("RFC 2617 §3.5: MD5")
    func older() {
        #expect(
            response(
                .init(.md5), realm: "testrealm@host.com", password: "Circle Of Life",
                nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093", clientNonce: "0a4f113b")
                == "6629fae49393a05397450978507c4ef1")
    }

    @Test("RFC 7616 §3.9.2: the hashed name of a user")
    func hashedUser() {
        let name = DigestHashes.ofOpenSSL.digits(.sha512, Array("J\u{E4}s\u{F8}n Doe:api@example.org".utf8))
        #expect(text(name) == "793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b")
    }

    @Test("A session's key is bound to both nonces (RFC 7616 §3.4.2)")
    func session() {
        // H(H(user:realm:password):nonce:cnonce), and what follows, by Python's hashlib.
        #expect(
            response(
                .init(.md5, isSession: true), realm: "testrealm@host.com", password: "Circle Of Life",
                nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093", clientNonce: "0a4f113b")
                == "8e3825c57e897f5a0dec6c2d4e5059d0")
    }

    @Test("auth-int covers the body (RFC 7616 §3.4.3)")
    func body() {
        #expect(
            response(
                .init(.sha256), .authInt, realm: "testrealm@host.com", password: "Circle Of Life",
                nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093", clientNonce: "0a4f113b", method: "INVITE",
                uri: "sip:a@example.org", body: "v=0\r\n")
                == "4bdbd40637a5263f3da5a2a7d6c9a6b2b5bc07cb36e793ef0b1ac088d9f11c6b")
    }

    @Test("Without qop the response is RFC 2069's")
    func oldest() {
        #expect(
            response(
                .init(.md5), .none, realm: "testrealm@host.com", password: "Circle Of Life",
                nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093", clientNonce: "") == "670fd8c2df070c60b045671b8b24ff02")
    }
}
