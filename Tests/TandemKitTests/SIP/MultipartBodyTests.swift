import TandemKit
import Testing

@Suite struct MultipartBodyTests {
    static func message(_ type: String, _ body: String) throws -> SIPMessage {
        try SIPMessage(
            "INVITE sip:h SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@h>;tag=1\r\nTo: <sip:b@h>\r\n"
                + "Call-ID: 1\r\nCSeq: 1 INVITE\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        )
    }

    static let body = """
        preamble\r
        --a'b\r
        Content-Type: application/sdp\r
        \r
        v=0\r
        --a'bc\r
        \r
        --a'b  \r
        c:\r
         text/plain;x=y\r
        X-Own: 1\r
        \r
        --a'b\r
        \r
        no header\r
        --a'b--\r
        epilogue
        """

    @Test("The parts of a body are found with their header fields")
    func parts() throws {
        let message = try Self.message("multipart/mixed ; Boundary=\"a'b\"", Self.body)
        let multipart = try #require(try message.multipartBody())
        #expect(multipart.parts.count == 3)
        #expect(multipart.parts[0].contentBytes.string == "v=0\r\n--a'bc\r\n")
        #expect(multipart.parts[1].contentType?.description == "text/plain;x=y")
        #expect(multipart.parts[1].headers["x-own"] == "1")
        #expect(multipart.parts[1].content.isEmpty)
        #expect(multipart.parts[2].contentBytes.string == "no header")
        #expect(message.content(ofType: "application/sdp")?.string == "v=0\r\n--a'bc\r\n")
        #expect(message.content(ofType: "image/png") == nil)
    }

    @Test("A body that is no multipart body has one content")
    func single() throws {
        let message = try Self.message("Application/SDP;charset=x", "v=0")
        #expect(try message.multipartBody() == nil)
        #expect(message.content(ofType: "application/sdp")?.string == "v=0")
    }

    @Test("A body is built, sent and read again")
    func built() throws {
        var message = try Self.message("application/sdp", "v=0\r\n")
        let sdp = MultipartBody.Part(contentType: .sdp, content: Array("v=0\r\n".utf8))
        var isup = MultipartBody.Part(
            contentType: MediaType(type: "application", subtype: "isup"), content: [0, 13, 10, 45, 45])
        isup.headers["Content-Disposition"] = "signal;handling=optional"
        message.setBody(try #require(MultipartBody(parts: [sdp, isup], boundary: "unique-1")))
        let again = try SIPMessage(message.string)
        #expect(again.headers[.contentType] == "multipart/mixed;boundary=unique-1")
        let multipart = try #require(try again.multipartBody())
        #expect(multipart.parts.map(\.content) == [Array("v=0\r\n".utf8), [0, 13, 10, 45, 45]])
        #expect(multipart.parts[1].headers[ContentDisposition.self]?.isOptional == true)
        #expect(again.string == message.string)
    }

    @Test("A boundary that occurs in a part is refused")
    func takenBoundary() {
        let part = MultipartBody.Part(contentType: .sdp, content: Array("x\r\n--b\r\n".utf8))
        #expect(MultipartBody(parts: [part], boundary: "b") == nil)
        #expect(MultipartBody(parts: [part], boundary: "c") != nil)
        #expect(MultipartBody(parts: [], boundary: "") == nil)
    }

    @Test(
        "A malformed body throws",
        arguments: [
            ("multipart/mixed", "--b\r\n\r\nx\r\n--b--"), ("multipart/mixed;boundary=b", "no delimiter"),
            ("multipart/mixed;boundary=b", "--b\r\nbad\r\n\r\n--b--"),
            ("multipart/mixed;boundary=b", String(repeating: "--b\r\n\r\n\r\n", count: 65)),
        ])
    func malformed(type: String, body: String) throws {
        let message = try Self.message(type, body)
        #expect(throws: SIPParseError.self) { try message.multipartBody() }
    }
}
