import RelayControl
import Testing
import Timing

@Suite struct NGClientTests {
    private func at(_ milliseconds: UInt64) -> Timestamp { Timestamp(nanoseconds: milliseconds * 1_000_000) }

    private let offer = NGQuestion.offer(
        NGQuestion.Description(call: "c", from: "caller", to: "callee", bytes: Array("v=0\r\n".utf8)))

    private func answer(_ message: [UInt8], _ body: String) -> [UInt8] {
        Array(message.prefix { $0 != UInt8(ascii: " ") }) + Array(" \(body)".utf8)
    }

    private func receive(
        _ client: inout NGClient, _ bytes: [UInt8], from relay: Int
    ) -> (token: UInt64, outcome: NGClient.Outcome)? {
        bytes.withUnsafeBytes { client.receive($0, from: relay) }
    }

    @Test("A question is a cookie and a dictionary; its answer comes back with the asker's token")
    func answered() throws {
        var client = NGClient(relays: 1, prefix: 7)
        let question1 = client.ask(offer, of: 0, token: 5, now: at(1_000))
        let sent = try #require(question1)
        let text = String(decoding: sent.bytes, as: UTF8.self)
        #expect(text.hasPrefix("7_1 d"))
        #expect(text.contains("7:command5:offer"))
        let ended = receive(&client, answer(sent.bytes, "d6:result2:ok3:sdp3:v=0e"), from: 0)
        #expect(ended?.token == 5)
        #expect(
            ended?.outcome == .answered(.dictionary(["result": .text("ok"), "sdp": .text("v=0")])))
        #expect(client.pendingCount == 0)
    }

    @Test("An answer with another cookie, from another relay, or a second one is nobody's")
    func foreign() throws {
        var client = NGClient(relays: 2, prefix: 7)
        let question2 = client.ask(offer, of: 0, token: 5, now: at(1_000))
        let sent = try #require(question2)
        let reply = answer(sent.bytes, "d6:result2:oke")
        #expect(receive(&client, reply, from: 1) == nil)
        #expect(receive(&client, Array("8_1 d6:result2:oke".utf8), from: 0) == nil)
        #expect(receive(&client, Array("no cookie".utf8), from: 0) == nil)
        #expect(receive(&client, [], from: 0) == nil)
        #expect(receive(&client, reply, from: 0) != nil)
        #expect(receive(&client, reply, from: 0) == nil)
    }

    @Test(
        "A description is taken only when it can be read and has as many media as what was asked about",
        arguments: [
            (nil, 1, false), ("", 1, false), ("nonsense", 1, false), (Self.described(1), 1, true),
            (Self.described(2), 1, false), (Self.described(0), 1, false), (Self.described(0), 0, true),
        ] as [(String?, Int, Bool)])
    func description(_ text: String?, _ media: Int, _ isTaken: Bool) {
        var values: [String: Bencode] = ["result": .text("ok")]
        values["sdp"] = text.map(Bencode.text)
        let outcome = NGClient.Outcome.answered(.dictionary(values))
        #expect(outcome.description(media: media) == (isTaken ? text.map { Array($0.utf8) } : nil))
        #expect(NGClient.Outcome.lost.description(media: media) == nil)
    }

    private static func described(_ media: Int) -> String {
        "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
            + String(repeating: "m=audio 4000 RTP/AVP 8\r\n", count: media)
    }

    @Test("Of a relay's endless reason the beginning is kept")
    func longReason() throws {
        var client = NGClient(relays: 1, prefix: 7)
        let question = client.ask(offer, of: 0, token: 1, now: at(0))
        let sent = try #require(question)
        let body = "d12:error-reason5000:" + String(repeating: "y", count: 5_000) + "6:result5:errore"
        let refusal = receive(&client, answer(sent.bytes, body), from: 0)
        #expect(refusal?.outcome == .refused(String(repeating: "y", count: NGClient.reasonLimit)))
    }

    @Test("A relay that refuses, or writes nonsense, is quoted")
    func refused() throws {
        var client = NGClient(relays: 1, prefix: 7)
        let question3 = client.ask(offer, of: 0, token: 1, now: at(0))
        let first = try #require(question3)
        let refusal = receive(&client, answer(first.bytes, "d12:error-reason4:full6:result5:errore"), from: 0)
        #expect(refusal?.outcome == .refused("full"))
        let question4 = client.ask(offer, of: 0, token: 2, now: at(0))
        let second = try #require(question4)
        guard case .unreadable? = receive(&client, answer(second.bytes, "d6:result"), from: 0)?.outcome else {
            Issue.record("nonsense was taken")
            return
        }
    }

    @Test("A question is asked again, the same, every 200 ms, and lost after a second")
    func repetition() throws {
        var client = NGClient(relays: 1, prefix: 7)
        let question5 = client.ask(offer, of: 0, token: 9, now: at(1_000))
        let sent = try #require(question5)
        var again = 0
        var lost: [UInt64] = []
        while let deadline = client.nextDeadline {
            let (messages, gone) = client.expire(now: deadline)
            for message in messages { #expect(message == sent) }
            again += messages.count
            lost += gone
            #expect(deadline < at(2_100))
        }
        #expect(again == 4)
        #expect(lost == [9])
    }

    @Test("A relay that gave no answer gets no new sessions for five seconds, unless it's the only one left")
    func away() throws {
        var client = NGClient(relays: 2, prefix: 7)
        #expect(client.relay(for: 0, now: at(1_000)) == 0)
        _ = client.ask(offer, of: 0, token: 1, now: at(1_000))
        while let deadline = client.nextDeadline { _ = client.expire(now: deadline) }
        #expect(client.relay(for: 0, now: at(2_500)) == 1)
        #expect(client.relay(for: 0, now: at(8_000)) == 0)
        _ = client.ask(offer, of: 1, token: 2, now: at(2_500))
        _ = client.ask(offer, of: 0, token: 3, now: at(2_500))
        while let deadline = client.nextDeadline { _ = client.expire(now: deadline) }
        #expect(client.relay(for: 0, now: at(4_000)) == 0)
    }

    @Test("Who is silent shows from one query to the next: told once, and once when heard again")
    func listening() {
        func answer(_ rtp: Int, _ rtcp: Int) -> Bencode {
            func stream(_ count: Int) -> Bencode {
                .dictionary(["stats": .dictionary(["packets": .integer(Int64(count))])])
            }
            return .dictionary([
                "tags": .dictionary([
                    "caller": .dictionary([
                        "medias": .list([.dictionary(["streams": .list([stream(rtp), stream(rtcp)])])])
                    ])
                ])
            ])
        }
        var listening = NGListening()
        let limit = TimeInterval.seconds(30)
        #expect(listening.take(answer(10, 1), limit: limit, now: at(0)).isEmpty)
        #expect(listening.take(answer(20, 1), limit: limit, now: at(20_000)).isEmpty)
        let silent = listening.take(answer(30, 1), limit: limit, now: at(30_000))
        #expect(silent.map(\.place.isControl) == [true])
        #expect(silent.map(\.isSilent) == [true])
        #expect(listening.take(answer(40, 1), limit: limit, now: at(40_000)).isEmpty)
        #expect(listening.take(answer(50, 2), limit: limit, now: at(50_000)).map(\.isSilent) == [false])
    }
}
