import CallControl
import TandemKit
import Testing

/// Attended transfer: REFER whose Refer-To names a dialog, INVITE with Replaces (RFC 3891, RFC 5589).
@Suite struct AttendedTransferTests {
    /// A second call of the callee of the first: from `out` to `out2`.
    static func consult(_ bench: EngineBench) throws -> (invite: Sent, ok: Sent) {
        let sent = bench.receive(
            Party.request(
                "INVITE", uri: "sip:0300@198.51.100.2", branch: "z9hG4bKc1", from: "<sip:0100@192.0.2.2>;tag=b2tag",
                to: "<sip:0300@198.51.100.2>", callID: "bcall@192.0.2.2", cseq: 1, body: Party.answer,
                extra: "Contact: <sip:bob@192.0.2.2:5060>\r\n", host: "192.0.2.2:5060"), from: 1)
        let invite = try #require(sent.to(2).first("INVITE"))
        let answered = bench.receive(
            Party.response(
                200, to: invite, tag: "ctag", body: TransferTests.newOffer, contact: "sip:carl@192.0.2.3:5060"), from: 2
        )
        let ok = try #require(answered.to(1).first("SIP/2.0 200"))
        bench.receive(
            Party.request(
                "ACK", uri: "sip:198.51.100.2", branch: "z9hG4bKc2", from: ok.field("From")!, to: ok.field("To")!,
                callID: "bcall@192.0.2.2", cseq: 1, host: "192.0.2.2:5060"), from: 1)
        return (invite, ok)
    }

    static func replaces(_ ok: Sent) -> String {
        "bcall%40192.0.2.2%3Bto-tag%3D\(ok.field("To")!.parameter("tag")!)%3Bfrom-tag%3Db2tag"
    }

    @Test("F32: REFER with Replaces joins the other parties of both calls, and ends both of the transferor's dialogs")
    func joined() throws {
        let bench = TransferTests.bench()
        let call = bench.establish()
        let consultation = try Self.consult(bench)
        let sent = TransferTests.refer(
            bench, call, to: "<sip:0300@198.51.100.2?Replaces=\(Self.replaces(consultation.ok))>")
        #expect(sent.to(1).first("SIP/2.0 202") != nil)
        TransferTests.acceptNotifies(sent, bench)
        let ask = try #require(sent.to(2).first("INVITE"))
        #expect(ask.field("Call-ID") == consultation.invite.field("Call-ID"))
        #expect(ask.body.isEmpty)
        let offered = bench.receive(
            Party.response(200, to: ask, tag: "ctag", body: TransferTests.newOffer, contact: "sip:carl@192.0.2.3:5060"),
            from: 2)
        let reinvite = try #require(offered.to(0).first("INVITE"))
        #expect(reinvite.body == TransferTests.newOffer)
        let joined = bench.receive(
            Party.response(200, to: reinvite, tag: "atag", body: TransferTests.newAnswer), from: 0)
        #expect(joined.to(2).first("ACK")?.body == TransferTests.newAnswer)
        #expect(joined.to(1).first("NOTIFY")?.body == "SIP/2.0 200 OK\r\n")
        let bye = try #require(joined.to(1).first("BYE"))
        #expect(bye.field("Call-ID") == "bcall@192.0.2.2")
        TransferTests.acceptNotifies(joined, bench)
        bench.receive(Party.response(200, to: bye), from: 1)
        #expect(bench.engine.snapshot().count == 1)
        let own = bench.receive(Party.calleeRequest("BYE", in: call.invite, cseq: 2, branch: "z9hG4bKb2"), from: 1)
        #expect(own.startLines == ["SIP/2.0 200 OK"])
        let info = bench.receive(Party.callerRequest("INFO", in: call.ok, cseq: 2, branch: "z9hG4bKi"), from: 0)
        #expect(info.to(2).startLines == ["INFO sip:carl@192.0.2.3:5060 SIP/2.0"])
        bench.receive(Party.response(200, to: info.to(2)[0]), from: 2)
        let end = bench.receive(
            Party.request(
                "BYE", uri: "sip:198.51.100.3", branch: "z9hG4bKx1",
                from: "\(consultation.invite.field("To")!);tag=ctag",
                to: consultation.invite.field("From")!, callID: consultation.invite.field("Call-ID")!, cseq: 1,
                host: "192.0.2.3:5060"), from: 2)
        bench.receive(Party.response(200, to: try #require(end.to(0).first("BYE"))), from: 0)
        bench.wait(milliseconds: 60_000)
        #expect(bench.isEmpty)
    }

    @Test("A new party that refuses leaves both calls as they were")
    func refused() throws {
        let bench = TransferTests.bench()
        let call = bench.establish()
        let consultation = try Self.consult(bench)
        let sent = TransferTests.refer(
            bench, call, to: "<sip:0300@198.51.100.2?Replaces=\(Self.replaces(consultation.ok))>")
        TransferTests.acceptNotifies(sent, bench)
        let refused = bench.receive(Party.response(488, to: try #require(sent.to(2).first("INVITE"))), from: 2)
        #expect(refused.to(1).first("NOTIFY")?.body.hasPrefix("SIP/2.0 488") == true)
        #expect(refused.to(1).first("BYE") == nil)
        #expect(bench.engine.snapshot().map(\.phase) == [.confirmed, .confirmed])
    }

    @Test("A dialog that is not known, or another trunk's, is not joined: 481")
    func unknown() throws {
        let bench = TransferTests.bench()
        let call = bench.establish()
        let consultation = try Self.consult(bench)
        let replaces = Self.replaces(consultation.ok)
        let wrong = TransferTests.refer(
            bench, call, to: "<sip:0300@198.51.100.2?Replaces=\(replaces.replacing("b2tag", by: "other"))>")
        #expect(wrong.startLines.map { $0.prefix(11) } == ["SIP/2.0 481"])
        let foreign = bench.receive(
            Party.callerRequest(
                "REFER", in: call.ok, cseq: 2, branch: "z9hG4bKr1",
                extra: "Refer-To: <sip:0300@198.51.100.1?Replaces=\(replaces)>\r\n"), from: 0)
        #expect(foreign.startLines.map { $0.prefix(11) } == ["SIP/2.0 481"])
    }

    /// The callee's dialog as a new party names it.
    static func invite(_ call: Established, _ more: String = "", body: String = TransferTests.newOffer) -> String {
        let (ours, theirs) = (call.invite.field("From")!.parameter("tag")!, "btag")
        return Party.request(
            "INVITE", uri: "sip:0100@198.51.100.3", branch: "z9hG4bKd1", from: "<sip:0300@192.0.2.3>;tag=dtag",
            to: "<sip:0100@198.51.100.3>", callID: "dcall@192.0.2.3", cseq: 1, body: body,
            extra: "Contact: <sip:dora@192.0.2.3:5060>\r\n"
                + "Replaces: \(call.invite.field("Call-ID")!);to-tag=\(ours);from-tag=\(theirs)\(more)\r\n",
            host: "192.0.2.3:5060")
    }

    @Test(
        "F34: an INVITE with Replaces takes a party's place: the other is offered its media, the replaced one hung up")
    func replaced() throws {
        let bench = TransferTests.bench(transfers: ["out2": .execute])
        let call = bench.establish()
        let sent = bench.receive(Self.invite(call), from: 2)
        let reinvite = try #require(sent.to(0).first("INVITE"))
        #expect(reinvite.body == TransferTests.newOffer)
        let answered = bench.receive(
            Party.response(200, to: reinvite, tag: "atag", body: TransferTests.newAnswer), from: 0)
        let ok = try #require(answered.to(2).first("SIP/2.0 200"))
        #expect(ok.body == TransferTests.newAnswer)
        #expect(ok.field("Supported")?.contains("replaces") == true)
        let bye = try #require(answered.to(1).first("BYE"))
        bench.receive(Party.response(200, to: bye), from: 1)
        bench.receive(
            Party.request(
                "ACK", uri: "sip:198.51.100.3", branch: "z9hG4bKd2", from: ok.field("From")!, to: ok.field("To")!,
                callID: "dcall@192.0.2.3", cseq: 1), from: 2)
        let end = bench.receive(Party.callerRequest("BYE", in: call.ok, cseq: 2, branch: "z9hG4bKa9"), from: 0)
        let last = try #require(end.to(2).first("BYE sip:dora@192.0.2.3"))
        bench.receive(Party.response(200, to: last), from: 2)
        bench.wait(milliseconds: 60_000)
        #expect(bench.isEmpty)
    }

    @Test("An INVITE with Replaces and without an offer gets that of the other party, whose ACK has the answer")
    func delayed() throws {
        let bench = TransferTests.bench(transfers: ["out2": .execute])
        let call = bench.establish()
        let reinvite = try #require(bench.receive(Self.invite(call, body: ""), from: 2).to(0).first("INVITE"))
        #expect(reinvite.body.isEmpty)
        let answered = bench.receive(
            Party.response(200, to: reinvite, tag: "atag", body: TransferTests.newOffer), from: 0)
        #expect(answered.to(0).isEmpty)
        let ok = try #require(answered.to(2).first("SIP/2.0 200"))
        #expect(ok.body == TransferTests.newOffer)
        let acked = bench.receive(
            Party.request(
                "ACK", uri: "sip:198.51.100.3", branch: "z9hG4bKd2", from: ok.field("From")!, to: ok.field("To")!,
                callID: "dcall@192.0.2.3", cseq: 1, body: TransferTests.newAnswer), from: 2)
        #expect(acked.to(0).first("ACK")?.body == TransferTests.newAnswer)
    }

    @Test(
        "Replaces that can't be served",
        arguments: [(";early-only", 486), (";x=y", 0), ("x", 481)])
    func refusals(_ more: String, _ status: Int) throws {
        let bench = TransferTests.bench(transfers: ["out2": .execute])
        let call = bench.establish()
        let sent = bench.receive(Self.invite(call, more), from: 2)
        if status == 0 {
            #expect(sent.to(0).first("INVITE") != nil)
        } else {
            #expect(sent.to(0).isEmpty && sent.last?.startLine.hasPrefix("SIP/2.0 \(status)") == true)
        }
    }

    @Test("The other party refuses the new one, or the new one gives up: all is as it was")
    func failing() throws {
        for cancels in [false, true] {
            let bench = TransferTests.bench(transfers: ["out2": .execute])
            let call = bench.establish()
            let reinvite = try #require(bench.receive(Self.invite(call), from: 2).to(0).first("INVITE"))
            if cancels {
                bench.receive(Party.response(100, to: reinvite, tag: nil), from: 0)
                let cancel = Self.invite(call, body: "").replacing("INVITE", by: "CANCEL")
                let sent = bench.receive(cancel.replacing("1 INVITE", by: "1 CANCEL"), from: 2)
                #expect(sent.to(2).startLines.map { $0.prefix(11) } == ["SIP/2.0 200", "SIP/2.0 487"])
                #expect(sent.to(0).startLines.map { $0.prefix(6) } == ["CANCEL"])
                bench.receive(Party.response(487, to: reinvite, tag: "atag"), from: 0)
            } else {
                let refused = bench.receive(Party.response(488, to: reinvite, tag: "atag"), from: 0)
                #expect(refused.to(2).first("SIP/2.0 488") != nil)
            }
            let info = bench.receive(Party.callerRequest("INFO", in: call.ok, cseq: 2, branch: "z9hG4bKi"), from: 0)
            #expect(info.to(1).startLines == ["INFO sip:bob@192.0.2.2:5060 SIP/2.0"])
            #expect(bench.engine.snapshot().map(\.phase) == [.confirmed])
        }
    }

    @Test(
        "F34: a trunk that may not transfer replaces nobody: its INVITE is a call of its own, and Replaces goes no further"
    )
    func withoutLeave() throws {
        let bench = TransferTests.bench(transfers: [:])
        let call = bench.establish()
        let sent = bench.receive(Self.invite(call), from: 2)
        #expect(sent.to(0).isEmpty)
        #expect(sent.to(1).first("INVITE")?.field("Replaces") == nil)
    }
}

/// REFER that goes on to the other party.
@Suite struct PassedTransferTests {
    private func bench() -> EngineBench {
        TransferTests.bench(
            transfers: ["out": .pass], adapters: ["in": ProfileAdapter.with { $0.acceptsREFER = true }])
    }

    @Test("F31: a REFER passes to the party that takes it, and its NOTIFYs come back, in each side's own terms")
    func passed() throws {
        let bench = bench()
        let call = bench.establish()
        let sent = TransferTests.refer(
            bench, call, cseq: 5, to: "<sip:0300@192.0.2.66>", extra: "Referred-By: <sip:bob@192.0.2.2>\r\n")
        let refer = try #require(sent.to(0).first("REFER"))
        #expect(refer.field("Refer-To") == "<sip:0300@198.51.100.1:5060>")
        #expect(refer.field("Referred-By") == "<sip:0100@198.51.100.1:5060>")
        #expect(refer.field("Contact") == "<sip:198.51.100.1:5060>")
        #expect(!refer.text.contains("192.0.2.2:") && !refer.text.contains("192.0.2.66"))
        let accepted = bench.receive(Party.response(202, to: refer, tag: "atag"), from: 0)
        #expect(accepted.to(1).startLines.map { $0.prefix(11) } == ["SIP/2.0 202"])
        let id = refer.field("CSeq")!.prefix { $0 != " " }
        let told = bench.receive(
            Party.callerRequest(
                "NOTIFY", in: call.ok, cseq: 2, branch: "z9hG4bKn1",
                body: "SIP/2.0 200 OK\r\nContact: <sip:a@192.0.2.1>\r\n",
                extra: "Event: refer;id=\(id)\r\nSubscription-State: terminated;reason=noresource\r\n"), from: 0)
        let notify = try #require(told.to(1).first("NOTIFY"))
        #expect(notify.field("Event") == "refer")
        #expect(notify.field("Subscription-State") == "terminated;reason=noresource")
        #expect(notify.body == "SIP/2.0 200 OK\r\n")
        #expect(bench.receive(Party.response(200, to: notify), from: 1).to(0).first("SIP/2.0 200") != nil)
        // What nobody has asked for reaches nobody.
        let stray = bench.receive(
            Party.callerRequest(
                "NOTIFY", in: call.ok, cseq: 3, branch: "z9hG4bKn2",
                extra: "Event: refer\r\nSubscription-State: active\r\n"), from: 0)
        #expect(stray.startLines.map { $0.prefix(11) } == ["SIP/2.0 481"])
    }

    @Test(
        "The dialog that Replaces names is told by our tag alone, nothing of its other end's, and found again by that")
    func replaces() throws {
        let bench = TransferTests.bench(
            transfers: ["in": .execute, "out": .pass], adapters: ["in": ProfileAdapter.with { $0.acceptsREFER = true }])
        let call = bench.establish()
        let consultation = try AttendedTransferTests.consult(bench)
        let sent = TransferTests.refer(
            bench, call, to: "<sip:0300@198.51.100.2?Replaces=\(AttendedTransferTests.replaces(consultation.ok))>")
        let refer = try #require(sent.to(0).first("REFER"))
        let ours = consultation.ok.field("To")!.parameter("tag")!
        let callID = consultation.invite.field("Call-ID")!
        #expect(
            refer.field("Refer-To")
                == "<sip:0300@198.51.100.1:5060?Replaces=\(ours)%3Bto-tag%3D\(ours)%3Bfrom-tag%3D\(ours)>")
        bench.receive(Party.response(202, to: refer, tag: "atag"), from: 0)
        // The party that was referred calls, and is connected with the party that the transferor has consulted.
        let invite = bench.receive(
            Party.request(
                "INVITE", uri: "sip:0300@198.51.100.1", branch: "z9hG4bKq1", from: "<sip:ann@192.0.2.1>;tag=a2tag",
                to: "<sip:0300@198.51.100.1>", callID: "a2call@192.0.2.1", cseq: 1, body: Party.offer,
                extra: "Contact: <sip:ann@192.0.2.1:5060>\r\nRequire: replaces\r\n"
                    + "Replaces: \(ours);to-tag=\(ours);from-tag=\(ours)\r\n"), from: 0)
        let reinvite = try #require(invite.to(2).first("INVITE"))
        #expect(reinvite.field("Call-ID") == callID)
        let answered = bench.receive(
            Party.response(200, to: reinvite, tag: "ctag", body: TransferTests.newAnswer), from: 2)
        #expect(answered.to(0).first("SIP/2.0 200") != nil)
        #expect(answered.to(1).first("BYE")?.field("Call-ID") == "bcall@192.0.2.2")
    }

    @Test(
        "F33: a REFER to a party that takes none is carried out by re-INVITE, and media that pass us by go on doing so")
    func carriedOut() throws {
        var bypass = TrunkMedia()
        bypass.bypasses = true
        let router = PrefixRouter(["0100": "out", "0300": "out2"])
        let bench = EngineBench(
            trunks: ["in", "out", "out2"], media: ["in": bypass, "out": bypass, "out2": bypass], relaysMedia: true,
            routers: [.of(router, named: "routes")], transfers: ["out": .pass])
        let call = bench.establish()
        let sent = TransferTests.refer(bench, call)
        #expect(sent.to(0).isEmpty)
        let invite = try #require(sent.to(2).first("INVITE"))
        let answered = bench.receive(
            Party.response(200, to: invite, tag: "ctag", body: TransferTests.newOffer), from: 2)
        let reinvite = try #require(answered.to(0).first("INVITE"))
        #expect(reinvite.body == TransferTests.newOffer)
        let joined = bench.receive(
            Party.response(200, to: reinvite, tag: "atag", body: TransferTests.newAnswer), from: 0)
        #expect(joined.to(2).first("ACK")?.body == TransferTests.newAnswer)
        #expect(bench.media.isEmpty)
    }
}
