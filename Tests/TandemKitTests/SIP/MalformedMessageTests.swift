import TandemKit
import Testing

@Suite struct MalformedMessageTests {
    static let head = "INVITE sip:b@h SIP/2.0\r\n"
    static let via = "Via: SIP/2.0/UDP h;branch=z9hG4bK1\r\n"
    static let rest = "From: <sip:a@h>;tag=1\r\nTo: <sip:b@h>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n"

    static func error(_ text: String) -> SIPParseError? {
        do throws(SIPParseError) {
            _ = try SIPMessage(text)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "A malformed request line is answered and the place is told",
        arguments: [
            ("INVITE  sip:b@h SIP/2.0", 7), ("INVITE sip:b@h  SIP/2.0", 15), ("INVITE sip:b@h SIP/2.0 ", 15),
            ("INVITE <sip:b@h> SIP/2.0", 7), ("INVITE sip:b@h;x=y z SIP/2.0", 19), ("INVITE sip:b@ SIP/2.0", 13),
            ("INVITE sip:b@h?a=b SIP/2.0", 15), ("IN(ITE sip:b@h SIP/2.0", 2), ("INVITE sip:b@h HTTP/1.1", 15),
            ("INVITE sip:b@[::1 SIP/2.0", 13), ("INVITE\tsip:b@h SIP/2.0", 6),
        ])
    func requestLine(line: String, offset: Int) throws {
        let error = try #require(Self.error(line + "\r\n" + Self.via + Self.rest + "\r\n"))
        #expect(error.status == 400)
        #expect(error.offset == offset)
        #expect(error.isAnswerable == line.hasPrefix("INVITE "))
    }

    @Test("Another version of SIP is answered with 505 (RFC 3261 §21.5.6)")
    func version() throws {
        let error = try #require(Self.error("OPTIONS sip:b@h SIP/3.0\r\n" + Self.via + Self.rest + "\r\n"))
        #expect(error.status == 505)
        #expect(error.isAnswerable)
    }

    @Test(
        "A malformed header field is answered, and the field is told",
        arguments: [
            ("From: <sip:a@h>;tag=1", "From: \"a <sip:a@h>;tag=1", "From"), ("To: <sip:b@h>", "To: <sip:b@h", "To"),
            ("To: <sip:b@h>", "To: Bell, Alexander <sip:b@h>", "To"),
            ("To: <sip:b@h>", "To: <sip:b@h>, <sip:c@h>", "To"),
            ("CSeq: 1 INVITE", "CSeq: 1 ACK", "CSeq"), ("CSeq: 1 INVITE", "CSeq: 2147483648 INVITE", "CSeq"),
            ("CSeq: 1 INVITE", "CSeq: INVITE", "CSeq"), ("CSeq: 1 INVITE", "CSeq: 1INVITE", "CSeq"),
            ("CSeq: 1 INVITE", "CSeq: 1 INVITE x", "CSeq"), ("Call-ID: 1", "Call-ID:", "Call-ID"),
            ("Call-ID: 1", "X: 1", "Call-ID"), ("From: <sip:a@h>;tag=1", "X: 1", "From"),
            ("To: <sip:b@h>", "X: 1", "To"),
            ("CSeq: 1 INVITE", "X: 1", "CSeq"), ("Call-ID: 1", "Call-ID: 1\r\ni: 1", "Call-ID"),
            ("CSeq: 1 INVITE", "CSeq: 1 INVITE\r\nMax-Forwards: 256", "Max-Forwards"),
            ("CSeq: 1 INVITE", "CSeq: 1 INVITE\r\nMax-Forwards: -1", "Max-Forwards"),
            ("CSeq: 1 INVITE", "CSeq: 1 INVITE\r\nContent-Length: 1", "Content-Length"),
            ("CSeq: 1 INVITE", "CSeq: 1 INVITE\r\nContent-Length: -1", "Content-Length"),
            ("CSeq: 1 INVITE", "CSeq: 1 INVITE\r\nl: 0\r\nContent-Length: 0", "Content-Length"),
            ("CSeq: 1 INVITE", "CSeq: 1 INVITE\r\nContent-Length: 99999999999999999999", "Content-Length"),
            ("Call-ID: 1", "Call-ID: 1\r\nNo colon", "header"), ("Call-ID: 1", "Call-ID: 1\r\n: no name", "header"),
            ("Call-ID: 1", "Call-ID: 1\r\nB\u{e4}d: 1", "header"),
        ])
    func headerField(from: String, to: String, field: String) throws {
        let text = (Self.head + Self.via + Self.rest + "\r\n").replacing(from, with: to)
        let error = try #require(Self.error(text))
        #expect(error.field == field)
        #expect(error.status == 400)
        #expect(error.isAnswerable)
        #expect(error.offset <= text.utf8.count)
        #expect(error.reasonPhrase.hasPrefix("Bad \(field) (byte \(error.offset): expected "))
    }

    @Test(
        "Without a Via that can be read there is no answer",
        arguments: [
            "", "Via: x\r\n", "Via: SIP/2.0/UDP\r\n", "Via: SIP/2.0/UDP ;branch=1\r\n", "Via: SIP/2.0/UDP h:0\r\n",
            "Via: SIP/2.0/UDP h:65536\r\n", "Via: SIP/2.0/UDP [::1\r\n", "Via: SIP/2.0/UDP h;branch=\"x\r\n",
            "Via: SIP/2.0/UDP h;rport=x\r\n", "Via: SIP/2.0/UDP h x\r\n",
        ])
    func via(line: String) throws {
        let error = try #require(Self.error(Self.head + line + Self.rest + "\r\n"))
        #expect(error.field == "Via")
        #expect(!error.isAnswerable)
    }

    @Test("ACKs and responses are never answered")
    func neverAnswered() throws {
        let ack = (Self.head + Self.via + Self.rest).replacing("INVITE", with: "ACK") + "Content-Length: 9\r\n\r\n"
        #expect(try #require(Self.error(ack)).isAnswerable == false)
        let response = "SIP/2.0 200 OK\r\n" + Self.via + Self.rest + "Content-Length: 9\r\n\r\n"
        #expect(try #require(Self.error(response)).isAnswerable == false)
    }

    @Test("A line end that is not CRLF is refused, because others may see a header field where we see none")
    func lineEnds() throws {
        for end in ["\n", "\r"] {
            let text = Self.head + Self.via + "X: 1\(end)Route: <sip:evil>\r\n" + Self.rest + "\r\n"
            #expect(try #require(Self.error(text)).expected == "CRLF at the end of the header field")
        }
        #expect(Self.error(Self.head + Self.via + Self.rest) != nil)
        #expect(Self.error(Self.head.replacing("\r\n", with: "\n") + Self.via + Self.rest + "\r\n") != nil)
    }

    @Test(
        "A status line that is malformed is refused",
        arguments: [
            "SIP/2.0 99 x", "SIP/2.0 700 x", "SIP/2.0 2000 x", "SIP/2.0  200 x", "SIP/3.0 200 x", "SIP/2.0 20x x",
        ])
    func statusLine(line: String) {
        #expect(Self.error(line + "\r\n" + Self.via + Self.rest + "\r\n") != nil)
    }

    @Test("Messages and header counts beyond the limits are refused")
    func limits() throws {
        let many = String(repeating: "X: 1\r\n", count: MessageLimits.headerFields)
        let error = try #require(Self.error(Self.head + Self.via + Self.rest + many + "\r\n"))
        #expect(error.status == 513)
        #expect(error.isAnswerable)
        let large = Self.head + Self.via + Self.rest + "\r\n" + String(repeating: "x", count: 65_536)
        #expect(try #require(Self.error(large)).status == 513)
        #expect(Self.error("") != nil)
    }

    @Test("The answer to a malformed request can be built from what was read")
    func answer() throws {
        var message = SIPMessage()
        let text = Self.head + Self.via + Self.rest + "No colon\r\nTo-Be: 1\r\n\r\n"
        let bytes = Array(text.utf8)
        let error = bytes.withUnsafeBytes { buffer -> SIPParseError? in
            do throws(SIPParseError) {
                try message.receive(buffer)
                return nil
            } catch {
                return error
            }
        }
        let request = try #require(message.asRequest)
        let phrase = Array(try #require(error).reasonPhrase.utf8)
        let response = phrase.withUnsafeBytes {
            SIPResponse(to: request, status: 400, reason: Bytes($0), toTag: Bytes("t"))
        }
        #expect(try SIPMessage(response.string).asResponse?.status == 400)
        #expect(response.toTag.string == "t")
    }
}
