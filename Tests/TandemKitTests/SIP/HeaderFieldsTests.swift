import TandemKit
import Testing

@Suite struct HeaderFieldsTests {
    static func message(_ lines: String...) throws -> SIPMessage {
        let head = "OPTIONS sip:h SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@h>;tag=1\r\n"
        let tail = "To: <sip:b@h>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n"
        return try SIPMessage(head + tail + lines.map { $0 + "\r\n" }.joined() + "\r\n")
    }

    @Test("A name finds its field in any case and in compact form")
    func names() throws {
        let headers = try Self.message("k: timer, 100rel", "x-own: 1", "SUBJECT: s").headers
        #expect(headers[.supported] == "timer, 100rel")
        #expect(headers["Supported"] == "timer, 100rel")
        #expect(headers["K"] == "timer, 100rel")
        #expect(headers["X-Own"] == "1")
        #expect(headers["s"] == "s")
        #expect(headers["x-other"] == nil)
        #expect(headers.name(at: 5) == .supported)
    }

    @Test("Setting a value replaces the first field in its place and removes the others")
    func setting() throws {
        var message = try Self.message("X-A: 1", "X-B: 2", "X-A: 3", "X-C: 4")
        message.headers["x-a"] = "9"
        message.headers["X-D"] = "5"
        message.headers["X-B"] = nil
        #expect(message.headers.values("X-A") == ["9"])
        #expect(message.string.hasSuffix("X-A: 9\r\nX-C: 4\r\nX-D: 5\r\n\r\n"))
    }

    @Test("A value cannot bring a header field of its own")
    func injection() throws {
        var message = try Self.message()
        message.headers["X-A"] = "1\r\nX-Evil: 2\n\u{0}3"
        #expect(message.headers["X-Evil"] == nil)
        let again = try SIPMessage(message.string)
        #expect(again.headers["X-A"] == "1  X-Evil: 2  3")
    }

    @Test("Contacts are found over lines and commas")
    func contacts() throws {
        var message = try Self.message("m: <sip:a@h>;q=1 , \"x,y\" <sip:b@h>", "Contact:\r\n sip:c@h")
        #expect(message.headers.contacts.map { $0.uri.user } == ["a", "b", "c"])
        message.headers.contacts.remove(at: 1)
        #expect(message.string.hasSuffix("Contact: <sip:a@h>;q=1\r\nContact: sip:c@h\r\n\r\n"))
        #expect(try Self.message("m: *").headers.hasWildcardContact)
    }

    @Test("Edits beyond the limits are refused and told")
    func limits() throws {
        var message = try Self.message()
        message.headers["X-Large"] = String(repeating: "x", count: 70_000)
        #expect(message.headers.hasRefusedEdit)
        #expect(message.headers["X-Large"] == nil)
        for index in 0..<600 { message.headers.append("X-Many", "\(index)") }
        #expect(message.headers.count == MessageLimits.editedHeaderFields)
        for index in 0..<5000 { message.headers["X-Many"] = String(repeating: "y", count: index) }
        #expect(message.headers.values("X-Many") == [String(repeating: "y", count: 4999)])
    }

    @Test("Changing an address changes its own field alone")
    func addresses() throws {
        var request = try #require(try Self.message().asRequest)
        request.from.uri.host = "example.net"
        request.to.parameters["tag"] = "7"
        request.uri.user = "u"
        #expect(request.fromTag.string == "1")
        #expect(request.toTag.string == "7")
        #expect(
            request.string == """
                OPTIONS sip:u@h SIP/2.0\r
                Via: SIP/2.0/UDP h;branch=z9hG4bK1\r
                From: <sip:a@example.net>;tag=1\r
                To: <sip:b@h>;tag=7\r
                Call-ID: 1\r
                CSeq: 1 OPTIONS\r
                \r\n
                """)
    }
}
