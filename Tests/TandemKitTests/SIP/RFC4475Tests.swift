import TandemKit
import Testing

/// What the parser says to the messages of RFC 4475 ("torture tests"). Verdicts that need more than the parser, such
/// as 416 for an unknown scheme, are those of the layers above.
@Suite(.enabled(if: TortureCorpus.isPresent)) struct RFC4475Tests {
    @Test(
        "§3.1.1, §3.2, §3.3, §3.4: messages that are syntactically valid are accepted and leave unchanged",
        arguments: [
            "wsinv", "intmeth", "esc01", "escnull", "esc02", "lwsdisp", "longreq", "dblreq", "semiuri", "transports",
            "mpart01", "unreason", "noreason", "badbranch", "baddate", "bcast", "bext01", "cparam01", "cparam02",
            "inv2543", "invut", "novelsc", "regaut01", "regbadct", "regescrt", "sdp01", "unkscm", "unksm2", "zeromf",
        ])
    func valid(name: String) throws {
        let bytes = try TortureCorpus.message("rfc4475/\(name).dat")
        #expect(TortureCorpus.verdict(on: bytes) == "ok")
        let message = try bytes.withUnsafeBytes { try SIPMessage(Bytes($0)) }
        let written = [UInt8](unsafeUninitializedCapacity: bytes.count) { buffer, count in
            count = message.write(to: UnsafeMutableRawBufferPointer(buffer))
        }
        #expect(written.elementsEqual(bytes.prefix(written.count)))
        if name != "dblreq" { #expect(written.count == bytes.count) }
    }

    @Test(
        "§3.1.2, §3.3: a malformed request is answered",
        arguments: [
            ("badaspec", 400, "To"), ("baddn", 400, "header"), ("badinv01", 400, "Via"),
            ("badvers", 505, "request line"),
            ("clerr", 400, "Content-Length"), ("escruri", 400, "Request-URI"), ("insuf", 400, "From"),
            ("ltgtruri", 400, "Request-URI"), ("lwsruri", 400, "request line"), ("lwsstart", 400, "request line"),
            ("mcl01", 400, "Content-Length"), ("mismatch01", 400, "CSeq"), ("mismatch02", 400, "CSeq"),
            ("multi01", 400, "CSeq"), ("ncl", 400, "Content-Length"), ("quotbal", 400, "To"), ("scalar02", 400, "CSeq"),
            ("trws", 400, "request line"),
        ])
    func malformed(name: String, status: Int, field: String) throws {
        let bytes = try TortureCorpus.message("rfc4475/\(name).dat")
        let verdict = TortureCorpus.verdict(on: bytes)
        #expect(verdict.hasPrefix("\(status) Bad \(field) (byte "), "\(verdict)")
    }

    @Test("§3.1.2: a malformed response is dropped", arguments: ["bigcode", "scalarlg"])
    func dropped(name: String) throws {
        let bytes = try TortureCorpus.message("rfc4475/\(name).dat")
        #expect(TortureCorpus.verdict(on: bytes).hasPrefix("drop"))
    }
}
