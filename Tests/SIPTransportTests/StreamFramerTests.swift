import Testing

@testable import SIPTransport

struct StreamFramerTests {
    static let options = "OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/TCP b\r\nContent-Length: 0\r\n\r\n"
    static let message = "MESSAGE sip:a SIP/2.0\r\nContent-Type: text/plain\r\nl: 12\r\n\r\nhello\r\n\r\nyou"

    @Test("A message ends with its body's last byte", arguments: [options, message])
    func whole(text: String) {
        #expect(FramedStream.frames(of: [text]) == [.message(text)])
    }

    @Test("Messages that come together are cut apart")
    func together() {
        let frames = FramedStream.frames(of: [Self.message + Self.options + Self.message])
        #expect(frames == [.message(Self.message), .message(Self.options), .message(Self.message)])
    }

    @Test("It doesn't matter where the reads cut the stream")
    func everyCut() {
        let text = Self.message + "\r\n" + Self.options + "\r\n\r\n" + Self.message
        let whole = FramedStream.frames(of: [text])
        #expect(whole.count == 4)
        for cut in 1..<text.utf8.count {
            let frames = FramedStream.frames(of: [String(text.utf8.prefix(cut))!, String(text.utf8.dropFirst(cut))!])
            #expect(frames == whole, "cut at \(cut)")
        }
    }

    @Test("A stream can come byte by byte")
    func byteByByte() {
        let text = Self.message + Self.options
        #expect(FramedStream.frames(of: text.utf8.map { String(UnicodeScalar($0)) }) == FramedStream.frames(of: [text]))
    }

    @Test("Line ends before a message are skipped", arguments: ["\r\n", "\n", "\r", "\r\n\n\r\n"])
    func leadingLineEnds(ends: String) {
        #expect(FramedStream.frames(of: [ends + Self.options]) == [.message(Self.options)])
    }

    @Test("A double CRLF is a keep-alive, each time", arguments: [1, 2, 3])
    func keepAlive(count: Int) {
        let pings = String(repeating: "\r\n\r\n", count: count)
        let expected = [FramedStream.Item](repeating: .keepAlive, count: count)
        #expect(FramedStream.frames(of: [pings]) == expected)
        #expect(FramedStream.frames(of: pings.utf8.map { String(UnicodeScalar($0)) }) == expected)
        #expect(FramedStream.frames(of: [Self.options + pings]) == [.message(Self.options)] + expected)
    }

    @Test(
        "Every form of the Content-Length field is known",
        arguments: [
            "Content-Length: 2", "content-length:2", "CONTENT-LENGTH\t : 2", "l:2", "L : 2 ", "Content-Length: 0002",
            "Content-Length:\r\n 2", "Content-Length:\r\n\t2 \r\n ", "Content-Length: 2\r\nl: 2", "Lang: x\r\nl: 2",
            "Contact: <sip:a>\r\nl: 2", "Content-Lengthy: 9\r\nl: 2", "Subject: a\r\n l: 9\r\nl: 2",
        ])
    func lengthForms(field: String) {
        let text = "BYE sip:a SIP/2.0\r\n\(field)\r\nTo: b\r\n\r\nxy"
        #expect(FramedStream.frames(of: [text + Self.options]) == [.message(text), .message(Self.options)])
    }

    @Test(
        "A length that is missing, no number, or contradicted is refused with the head, for a 400",
        arguments: [
            ("To: a", FramingError.Reason.missingContentLength), ("X-Content-Length: 5", .missingContentLength),
            ("To: a\r\n l: 5", .missingContentLength), ("l: -1", .invalidContentLength), ("l:", .invalidContentLength),
            ("l: 5 5", .invalidContentLength), ("l: 5,5", .invalidContentLength), ("l: 0x5", .invalidContentLength),
            ("l: 5\r\nContent-Length: 6", .conflictingContentLength),
        ])
    func badLength(field: String, reason: FramingError.Reason) {
        let head = "BYE sip:a SIP/2.0\r\n\(field)\r\n\r\n"
        let error = FramingError(reason: reason)
        #expect(error.status == 400)
        #expect(FramedStream.frames(of: [head + "body"]) == [.error(error, head: head)])
        #expect(FramedStream.frames(of: [Self.options + head]) == [.message(Self.options), .error(error, head: head)])
    }

    @Test("A message may be as long as the bound; one byte more is refused with the head, for a 513")
    func messageBound() {
        let head = "MESSAGE sip:a SIP/2.0\r\nl: 100\r\n\r\n"
        let text = head + String(repeating: "x", count: 100)
        #expect(FramedStream.frames(of: [text], messageLimit: text.utf8.count) == [.message(text)])
        let error = FramingError(reason: .messageTooLong)
        #expect(error.status == 513)
        #expect(FramedStream.frames(of: [text], messageLimit: text.utf8.count - 1) == [.error(error, head: head)])
    }

    @Test(
        "A length beyond any number is a message that is too long", arguments: ["99999999999999999999999999", "65536"])
    func hugeLength(length: String) {
        let head = "MESSAGE sip:a SIP/2.0\r\nl: \(length)\r\n\r\n"
        #expect(FramedStream.frames(of: [head]) == [.error(FramingError(reason: .messageTooLong), head: head)])
    }

    @Test("A head may be as long as its bound; without an end within it, it is refused, however it comes")
    func headBound() {
        let count = Self.options.utf8.count
        #expect(FramedStream.frames(of: [Self.options], headLimit: count) == [.message(Self.options)])
        let error = FramedStream.Item.error(FramingError(reason: .headTooLong), head: "")
        #expect(FramedStream.frames(of: [Self.options], headLimit: count - 1) == [error])
        let bytes = Self.options.utf8.map { String(UnicodeScalar($0)) }
        #expect(FramedStream.frames(of: bytes, headLimit: count - 1) == [error])
    }

    @Test("After an error nothing more is framed")
    func brokenForGood() {
        let head = "BYE sip:a SIP/2.0\r\n\r\n"
        let frames = FramedStream.frames(of: [head, Self.options, "\r\n\r\n"])
        #expect(frames == [.error(FramingError(reason: .missingContentLength), head: head)])
    }

    @Test("A framer that awaits nothing says so and holds no memory")
    func midMessage() {
        let stream = FramedStream()
        stream.feed(Self.options)
        #expect(!stream.framer.isMidMessage && stream.framer.keptCapacity == 0)
        stream.feed("\r\n")
        #expect(!stream.framer.isMidMessage && stream.framer.keptCapacity == 0)
        stream.feed("BYE")
        #expect(stream.framer.isMidMessage && stream.framer.keptCapacity > 0)
        stream.feed(" sip:a SIP/2.0\r\nl: 0\r\n\r\n")
        #expect(!stream.framer.isMidMessage && stream.framer.keptCapacity == 0)
    }
}
