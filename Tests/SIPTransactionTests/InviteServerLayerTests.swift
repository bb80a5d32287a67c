import TandemKit
import Testing
import Timing

@testable import SIPTransaction

@Suite struct InviteServerLayerTests {
    static let invite = LayerBench.request("INVITE")
    static let ack = LayerBench.request("ACK", cseq: "1 ACK", toTag: "to-1")

    @Test("100 Trying goes out after 200 ms when the user has not answered")
    func tryingAfter200ms() throws {
        let bench = LayerBench()
        _ = try bench.begin(Self.invite)
        #expect(bench.drain() == [])
        #expect(bench.run(.seconds(10)) == [Sent(200, "SIP/2.0 100 Trying")])
    }

    @Test("100 Trying copies Via, From, To, Call-ID, CSeq and Timestamp and adds no tag")
    func tryingContent() throws {
        let bench = LayerBench()
        let extra = "Via: SIP/2.0/TCP 198.51.100.1;branch=z9hG4bKdef\r\nTimestamp: 54\r\nSubject: x\r\n"
        _ = try bench.begin(LayerBench.request("INVITE", extra: extra))
        bench.now = bench.now + .milliseconds(201)
        bench.layer.advance(to: bench.now)
        #expect(
            bench.drain() == [
                """
                SIP/2.0 100 Trying\r
                Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKabc\r
                Via: SIP/2.0/TCP 198.51.100.1;branch=z9hG4bKdef\r
                From: "Alice" <sip:alice@example.com>;tag=from-1\r
                To: <sip:bob@example.com>\r
                Call-ID: call-1\r
                CSeq: 1 INVITE\r
                Timestamp: 54\r
                Content-Length: 0\r
                \r

                """
            ])
    }

    @Test("100 Trying goes out at once when so configured, and again for a retransmission")
    func tryingAtOnce() throws {
        var timers = TimerValues()
        timers.inviteTrying = .milliseconds(0)
        let bench = LayerBench(timers: timers)
        _ = try bench.begin(Self.invite)
        #expect(bench.drainLines() == ["SIP/2.0 100 Trying"])
        #expect(try bench.receive(Self.invite) == .absorbed)
        #expect(bench.drainLines() == ["SIP/2.0 100 Trying"])
        #expect(bench.run(.seconds(5)) == [])
    }

    @Test("the last provisional response goes out again for each retransmission, and no 100 after it")
    func lastProvisional() throws {
        let bench = LayerBench()
        let id = try bench.begin(Self.invite)
        #expect(try bench.respond(id, 180, to: Self.invite))
        #expect(try bench.respond(id, 183, to: Self.invite))
        bench.output.removeAll()
        #expect(try bench.receive(Self.invite) == .absorbed)
        #expect(bench.drainLines() == ["SIP/2.0 183 Session Progress"])
        #expect(bench.run(.seconds(60)) == [])
    }

    @Test("over UDP a failure response goes out again at T1, doubled up to T2, until timer H")
    func failureUntilTimerH() throws {
        let bench = LayerBench()
        let id = try bench.begin(Self.invite)
        bench.layer.setOwner(OwnerToken(3), of: id)
        #expect(try bench.respond(id, 404, to: Self.invite))
        bench.output.removeAll()
        let sent = bench.run(.seconds(40)).map(\.milliseconds)
        #expect(sent == [500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500])
        #expect(
            bench.events() == [.serverTimedOut(id, owner: OwnerToken(3)), .serverTerminated(id, owner: OwnerToken(3))])
        #expect(bench.layer.count == 0 && bench.layer.storedByteCount == 0)
    }

    @Test("the ACK of a failure response ends its retransmission and is not told to the user")
    func failureAcknowledged() throws {
        let bench = LayerBench()
        let id = try bench.begin(Self.invite)
        #expect(try bench.respond(id, 486, to: Self.invite))
        #expect(try bench.receive(Self.ack) == .absorbed)
        bench.output.removeAll()
        #expect(try bench.receive(Self.ack) == .absorbed)
        #expect(bench.run(.milliseconds(4999)) == [] && bench.layer.count == 1)
        #expect(bench.run(.milliseconds(3)) == [])
        #expect(bench.events() == [.serverTerminated(id, owner: .none)])
    }

    @Test("over TCP a failure response is sent once; the ACK ends the transaction at once")
    func failureOverTCP() throws {
        let bench = LayerBench()
        let id = try bench.begin(Self.invite, on: LayerBench.tcp)
        #expect(try bench.respond(id, 486, to: Self.invite))
        bench.output.removeAll()
        #expect(bench.run(.seconds(20)) == [])
        #expect(try bench.receive(Self.ack, on: LayerBench.tcp) == .absorbed)
        #expect(bench.layer.count == 0)
    }

    @Test("after a 2xx the INVITE is absorbed and the ACK with its branch is told, until timer L (RFC 6026)")
    func accepted() throws {
        let bench = LayerBench()
        let id = try bench.begin(Self.invite)
        #expect(try bench.respond(id, 200, to: Self.invite))
        #expect(bench.drainLines() == ["SIP/2.0 200 OK"])
        #expect(try bench.receive(Self.invite) == .absorbed)
        #expect(bench.drain() == [])
        #expect(try bench.receive(Self.ack) == .ack(id))
        #expect(bench.run(.milliseconds(31_999)) == [] && bench.layer.count == 1)
        #expect(bench.run(.milliseconds(2)) == [] && bench.layer.count == 0)
    }

    @Test("an ACK with a branch of its own is told without a transaction")
    func ackWithItsOwnBranch() throws {
        let bench = LayerBench()
        let id = try bench.begin(Self.invite)
        #expect(try bench.respond(id, 200, to: Self.invite))
        let ack = LayerBench.request("ACK", branch: "z9hG4bKother", cseq: "1 ACK", toTag: "to-1")
        #expect(try bench.receive(ack) == .ack(nil))
    }

    @Test("a kept 2xx can be sent again until it is forgotten, over TCP too")
    func successAgain() throws {
        let bench = LayerBench()
        let id = try bench.begin(Self.invite, on: LayerBench.tcp)
        #expect(try bench.respond(id, 200, to: Self.invite, keeps: true))
        let first = bench.drain()
        #expect(bench.layer.sendSuccessAgain(id))
        #expect(bench.drain() == first)
        bench.layer.forgetSuccess(id)
        #expect(!bench.layer.sendSuccessAgain(id))
        #expect(bench.drain() == [])
    }

    @Test("a second final response, and a provisional one after the final, are not sent")
    func discardsLateResponses() throws {
        let bench = LayerBench()
        let id = try bench.begin(Self.invite)
        #expect(try bench.respond(id, 486, to: Self.invite))
        bench.output.removeAll()
        #expect(try !bench.respond(id, 200, to: Self.invite))
        #expect(try !bench.respond(id, 180, to: Self.invite))
        #expect(bench.drain() == [])
    }
}
