import TandemKit
import Testing

@Suite struct HeaderValueTests {
    func isWrittenAsRead<Value: HeaderValue>(_ type: Value.Type, _ texts: String...) {
        for text in texts { #expect(type.init(text)?.description == text) }
    }

    func isRefused<Value: HeaderValue>(_ type: Value.Type, _ texts: String...) {
        for text in texts { #expect(type.init(text) == nil, "\(type) \(text)") }
    }

    @Test("Each typed value is written as it was read")
    func writtenAsRead() {
        isWrittenAsRead(Via.self, "SIP/2.0/UDP [2001:db8::1]:5060;branch=z9hG4bK1;rport;received=192.0.2.1")
        isWrittenAsRead(MediaType.self, "application/sdp", "multipart/mixed;boundary=\"a b\"", "a/b;c")
        isWrittenAsRead(ContentDisposition.self, "session;handling=optional")
        isWrittenAsRead(Reason.self, "Q.850;cause=16;text=\"Terminated\"", "SIP;cause=200")
        isWrittenAsRead(RetryAfter.self, "120 (a (nested) comment);duration=60", "5")
        isWrittenAsRead(SessionExpires.self, "1800;refresher=uac", "90")
        isWrittenAsRead(MinSE.self, "90")
        isWrittenAsRead(RemotePartyID.self, "\"A\" <sip:a@h>;party=calling;screen=yes;privacy=off")
        isWrittenAsRead(Diversion.self, "<sip:a@h>;reason=no-answer;counter=2")
        isWrittenAsRead(HistoryInfoEntry.self, "<sip:b@h?Reason=SIP%3Bcause%3D486>;index=1.1;rc=1")
        isWrittenAsRead(RAck.self, "776656 1 INVITE")
        isWrittenAsRead(CSeq.self, "1 INVITE")
        isWrittenAsRead(Replaces.self, "a@h;to-tag=1;from-tag=2;early-only")
        isWrittenAsRead(EventPackage.self, "refer;id=93809824", "presence.winfo")
        isWrittenAsRead(SubscriptionState.self, "terminated;reason=noresource")
    }

    @Test("Malformed values are refused")
    func refused() {
        isRefused(Via.self, "", "SIP/2.0 h", "SIP/2.0/UDP h, SIP/2.0/UDP i")
        isRefused(MediaType.self, "application", "application/", "/sdp", "a/b c", "a/b;=c")
        isRefused(Reason.self, "", ";cause=1", "Q 850")
        isRefused(RetryAfter.self, "", "x", "-1", "5 (open", "4294967296")
        isRefused(SessionExpires.self, "", "x", "1800, 90")
        isRefused(RAck.self, "1", "1 INVITE", "1 2", "1 2INVITE", "4294967296 1 INVITE")
        isRefused(Replaces.self, "a@h", "a@h;to-tag=1", ";to-tag=1;from-tag=2")
        isRefused(RemotePartyID.self, "", "<sip:a@h", "x")
    }

    @Test("The parts of typed values are found")
    func parts() throws {
        let reason = try #require(Reason("Q.850 ; cause=17 ; text=\"User \\\"busy\\\"\""))
        #expect(reason.isQ850)
        #expect(reason.cause == 17)
        #expect(reason.text == "User \"busy\"")
        #expect(Reason(protocol: "Q.850", cause: 16, text: "x").description == "Q.850;cause=16;text=\"x\"")
        #expect(RetryAfter("18000;duration=3600")?.duration == 3600)
        #expect(RetryAfter("120 (I'm in a meeting)")?.comment == "I'm in a meeting")
        #expect(SessionExpires("1800;refresher=UAS")?.refresher == .uas)
        #expect(SessionExpires(seconds: 90, refresher: .uac).description == "90;refresher=uac")
        let entry = try #require(HistoryInfoEntry("<sip:b@h?Reason=SIP%3Bcause%3D486&Privacy=history>;index=1.1"))
        #expect(entry.reasons.first?.cause == 486)
        #expect(entry.isPrivate)
        #expect(entry.index == "1.1")
        #expect(Via("SIP / 2.0 / TCP h : 5 ; branch = z9hG4bK2")?.transport == "TCP")
        #expect(Via("SIP / 2.0 / TCP h : 5 ; branch = z9hG4bK2")?.branch == "z9hG4bK2")
        #expect(MediaType("Application/SDP")?.is("application", "sdp") == true)
    }

    @Test("Typed values are read over lines and commas and replaced in their place")
    func lists() throws {
        var message = try HeaderFieldsTests.message(
            "Diversion: <sip:1@h>;reason=unknown , <sip:2@h>", "X: 1", "Diversion: bad", "Diversion: <sip:3@h>")
        #expect(message.headers[all: Diversion.self].map { $0.address.uri.user } == ["1", "2", "3"])
        #expect(throws: SIPParseError.self) { try message.headers.parsed(Diversion.self) }
        message.headers[all: Diversion.self].removeFirst()
        #expect(message.string.hasSuffix("Diversion: <sip:2@h>\r\nDiversion: <sip:3@h>\r\nX: 1\r\n\r\n"))
        message.headers[Reason.self] = Reason(protocol: "Q.850", cause: 16)
        message.headers[Diversion.self] = nil
        #expect(message.string.hasSuffix("CSeq: 1 OPTIONS\r\nX: 1\r\nReason: Q.850;cause=16\r\n\r\n"))
    }

    @Test("Lists of tokens, numbers and privacy are read and written")
    func tokens() throws {
        var message = try HeaderFieldsTests.message(
            "Supported: timer ,100rel", "k: path", "Privacy: id ; user", "Expires: 60")
        #expect(message.headers[list: .supported] == ["timer", "100rel", "path"])
        #expect(message.headers.list(.supported, contains: "100REL"))
        #expect(!message.headers.list(.supported, contains: "100"))
        #expect(message.headers.privacyTokens == ["id", "user"])
        #expect(message.headers.number(.expires) == 60)
        message.headers.setNumber(.expires, 7)
        message.headers[list: .allow] = ["INVITE", "ACK"]
        message.headers.privacyTokens = []
        #expect(message.string.hasSuffix("k: path\r\nExpires: 7\r\nAllow: INVITE, ACK\r\n\r\n"))
    }

    @Test(
        "A date is read and written",
        arguments: [
            ("Sat, 13 Nov 2010 23:29:00 GMT", 1_289_690_940), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Tue, 29 Feb 2000 12:00:01 GMT", 951_825_601), ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799),
        ])
    func dates(text: String, seconds: Int64) throws {
        let date = try text.utf8CString.withUnsafeBytes { try SIPDate(parsing: Bytes($0).prefix(text.utf8.count)) }
        #expect(date.secondsSince1970 == seconds)
        #expect(date.description == text)
        #expect(SIPDate(secondsSince1970: -1).description == "Wed, 31 Dec 1969 23:59:59 GMT")
    }
}
