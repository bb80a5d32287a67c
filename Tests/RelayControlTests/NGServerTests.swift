import MediaRelay
import MemoryPorts
import RelayControl
import TandemKit
import Testing
import Timing

@Suite struct NGServerTests {
    private static let lan = MediaInterface(name: "lan", address: IPAddress(ipv4: 0x0A00_0001), ports: 40_000...40_099)
    private let host = MemoryHost([Self.lan])
    private let server: NGServer<MemoryHost>
    private let now = Timestamp(nanoseconds: 1_000_000_000)
    private static let sdp =
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n"

    private let sessions: RelaySessions<MemoryHost>

    init() {
        sessions = RelaySessions(host: host, interfaces: [Self.lan])
        server = NGServer(sessions: sessions, census: SessionCensus())
    }

    private func send(_ bytes: [UInt8], from port: UInt16 = 9) -> [UInt8]? {
        let client = Endpoint(address: IPAddress(ipv4: 0x7F00_0001), port: port)
        return bytes.withUnsafeBytes { NGMessage($0).map { server.receive($0, from: client, now: now) } }
    }

    private func ask(_ cookie: String, _ command: [String: String]) throws -> Bencode {
        let answer = try #require(
            send(Array(cookie.utf8) + [0x20] + Bencode.dictionary(command.mapValues(Bencode.text)).bytes))
        let space = try #require(answer.firstIndex(of: 0x20))
        #expect(Array(cookie.utf8) == Array(answer[..<space]))
        return try Bencode(answer[(space + 1)...])
    }

    private func offer(_ cookie: String = "1") throws -> Bencode {
        try ask(cookie, ["command": "offer", "call-id": "c", "from-tag": "a", "sdp": Self.sdp])
    }

    @Test("ping is answered by pong, with its cookie")
    func ping() throws { #expect(try ask("c00kie", ["command": "ping"])["result"]?.text == "pong") }

    @Test("an offer and its answer come back with the relay's ports")
    func offerAndAnswer() throws {
        #expect(try #require(try offer()["sdp"]?.text).contains("m=audio 40000 RTP/AVP 8"))
        let answer = try ask(
            "2", ["command": "answer", "call-id": "c", "from-tag": "a", "to-tag": "b", "sdp": Self.sdp])
        #expect(try #require(answer["sdp"]?.text).contains("m=audio 40002 RTP/AVP 8"))
        #expect(try ask("3", ["command": "list"])["calls"]?.items?.compactMap(\.text) == ["c"])
        #expect(try ask("4", ["command": "query", "call-id": "c"])["tags"]?["b"] != nil)
        #expect(try ask("5", ["command": "delete", "call-id": "c"])["result"]?.text == "ok")
        #expect(host.openCount == 0)
    }

    @Test("a repeated message gets the same answer and does nothing twice")
    func repeated() throws {
        let first = try offer("same")
        let opened = host.openCount
        #expect(try offer("same") == first)
        #expect(host.openCount == opened)
    }

    @Test("the same cookie of another client is another question")
    func otherClient() throws {
        let first = try offer("same")
        let bytes = Bencode.dictionary(["command": .text("ping")]).bytes
        let answer = try #require(send(Array("same ".utf8) + bytes, from: 10))
        #expect(try Bencode(answer[5...])["result"]?.text == "pong")
        #expect(first["result"]?.text == "ok")
    }

    @Test(
        "what is wrong is said in a sentence, and the cookie comes back",
        arguments: [
            ["command": "dance"], ["call-id": "x"], ["command": "offer"], ["command": "delete", "call-id": "none"],
            ["command": "offer", "call-id": "x", "from-tag": "a", "sdp": "nonsense"],
        ])
    func errors(_ command: [String: String]) throws {
        let answer = try ask("e", command)
        #expect(answer["result"]?.text == "error")
        #expect(try #require(answer["error-reason"]?.text).count > 10)
        #expect(host.openCount == 0)
    }

    @Test("a message without cookie gets no answer; one without a dictionary an error")
    func noDictionary() {
        #expect(send([]) == nil)
        #expect(send(Array("nothing".utf8)) == nil)
        #expect(send([0x20, 1]) == nil)
        #expect(send(Array("c i1e".utf8)).map { String(decoding: $0, as: UTF8.self) }?.hasPrefix("c d") == true)
    }

    @Test("values of wrong kinds in any place open nothing")
    func wrongKinds() {
        let kinds: [Bencode] = [.integer(1), .list([]), .dictionary([:]), .text("")]
        let keys = ["command", "call-id", "from-tag", "sdp", "flags", "direction", "replace", "received-from"]
        var number = 0
        for key in keys {
            for kind in kinds {
                var values: [String: Bencode] = [
                    "command": .text("offer"), "call-id": .text("k\(number)"), "from-tag": .text("a"),
                    "sdp": .text(Self.sdp),
                ]
                values[key] = kind
                number += 1
                #expect(send(Array("w\(number) ".utf8) + Bencode.dictionary(values).bytes) != nil)
            }
        }
        sessions.names.forEach { _ = try? sessions.delete($0) }
        #expect(host.openCount == 0)
    }

    @Test("what a client may make long, a list or a reason, fits in a datagram all the same")
    func datagram() throws {
        let census = SessionCensus()
        for number in 0..<1_000 { census.settle(String(repeating: "n", count: 200) + "\(number)", isPresent: true) }
        let full = NGServer(sessions: sessions, census: census)
        let command = Bencode.dictionary(["command": .text("list"), "limit": .integer(1_000)])
        let question = Array("1 ".utf8) + command.bytes
        let client = Endpoint(address: IPAddress(ipv4: 0x7F00_0001), port: 9)
        let message = try #require(question.withUnsafeBytes { NGMessage($0) })
        let list = full.receive(message, from: client, now: now)
        #expect(list.count < 65_000)
        #expect(try #require(try Bencode(list[2...])["calls"]?.items).count > 200)
        let refusal = try ask("2", ["command": "delete", "call-id": String(repeating: "n", count: 60_000)])
        #expect(try #require(refusal["error-reason"]?.text).count == NGServer<MemoryHost>.reasonLimit)
    }

    @Test("answers kept for repeats are bounded")
    func bounded() throws {
        for number in 0..<5_000 { _ = try ask("n\(number)", ["command": "ping"]) }
        #expect(try ask("n0", ["command": "ping"])["result"]?.text == "pong")
    }
}
