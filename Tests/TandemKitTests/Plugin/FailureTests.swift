import TandemKit
import Testing

@Suite struct FailureTests {
    /// The baseline that administrators of a Mediation Server know (RFC 3398 §7.2.4.1).
    static let statuses: [(UInt8, UInt16)] = [
        (1, 404), (2, 404), (3, 404), (17, 486), (18, 408), (19, 480), (20, 480), (21, 403), (22, 410), (26, 404),
        (27, 502), (28, 484), (29, 501), (31, 480), (34, 503), (38, 503), (41, 503), (42, 503), (47, 503), (55, 403),
        (57, 403), (87, 403), (58, 503), (65, 488), (70, 488), (79, 501), (88, 503), (102, 504), (111, 500), (127, 500),
    ]

    @Test("Causes become the statuses of RFC 3398", arguments: statuses)
    func status(cause: UInt8, status: UInt16) throws {
        #expect(CauseTable.rfc3398.status(for: try #require(Q850Cause(cause))) == status)
    }

    @Test("Every cause has a failure status, and every failure status a cause")
    func total() throws {
        for raw in UInt8(1)...127 {
            let status = CauseTable.rfc3398.status(for: try #require(Q850Cause(raw)))
            #expect((400...699).contains(status))
        }
        for status in UInt16(300)...699 {
            #expect((1...127).contains(CauseTable.rfc3398.cause(for: status).raw))
        }
        #expect(Q850Cause(0) == nil)
        #expect(Q850Cause(128) == nil)
    }

    private func response(_ reasons: [String], status: UInt16 = 486) -> SIPResponse {
        var response = SIPResponse(to: SIPRequest(method: .invite, uri: "sip:a@b"), status: status, toTag: Bytes("t"))
        for reason in reasons { response.headers.append(.reason, reason) }
        return response
    }

    @Test("F16: the cause of a Reason header field goes in and out", arguments: statuses)
    func roundTrip(cause: UInt8, status: UInt16) {
        var sent = response([], status: status)
        Failure(status: status, cause: Q850Cause(cause)).write(to: &sent.headers)
        let read = Failure(reading: sent)
        #expect(read.cause == Q850Cause(cause))
        #expect(read.status == status)
        #expect(CauseTable.rfc3398.status(for: read.effectiveCause) == status)
    }

    @Test(
        "A Q.850 cause is found among other reasons, quotes and case aside",
        arguments: [
            (["SIP;cause=486;text=\"a, b; Q.850;cause=9\", q.850 ; text=\"x\" ; cause=34"], 34),
            (["SIP;cause=200", "Q.850;cause=16"], 16), (["Q.850;text=\"no cause\""], nil), (["Q.850;cause=0"], nil),
            (["Q.850;cause=999"], nil), (["preemption;cause=1"], nil), ([""], nil),
        ] as [([String], UInt8?)])
    func reasons(reasons: [String], cause: UInt8?) {
        #expect(Failure.cause(in: response(reasons).headers)?.raw == cause)
    }

    @Test("F44: a failure tells its diagnostic code with a sentence, and reads it back")
    func diagnostic() {
        var sent = response([], status: 404)
        Failure(status: 404, cause: .unallocatedNumber, diagnostic: .noRoute).write(to: &sent.headers)
        #expect(
            sent.headers[.reason]
                == "Q.850;cause=1;text=\"12004 No route matches the called number; tandem explain shows the patterns that were tried.\""
        )
        let read = Failure(reading: sent)
        #expect(read.diagnostic == .noRoute)
        #expect(read.detail.isEmpty)
    }

    @Test("A detail is shown only where it may be")
    func detail() {
        let failure = Failure(status: 503, diagnostic: .noTrunkAvailable, detail: "gateway-a is \"down\"")
        var hidden = response([], status: 503)
        failure.write(to: &hidden.headers)
        #expect(hidden.headers[.reason]?.contains("gateway-a") == false)
        var shown = response([], status: 503)
        failure.write(to: &shown.headers, showsDetail: true)
        #expect(Failure(reading: shown).detail == "gateway-a is \"down\"")
    }

    @Test("A cause that is there already stays the only one")
    func notTwice() {
        var sent = response(["Q.850;cause=17"])
        Failure(status: 486, cause: .noCircuitAvailable).write(to: &sent.headers)
        #expect(sent.headers.values(.reason) == ["Q.850;cause=17"])
    }

    @Test("F44: every code lies in its range and has a sentence that ends")
    func codes() {
        for (code, sentence) in DiagnosticCode.sentences {
            #expect([10000...10999, 12000...12999, 13000...13999, 14000...14999].contains { $0.contains(Int(code)) })
            #expect(sentence.hasSuffix("."))
            #expect(DiagnosticCode(raw: code).sentence == sentence)
        }
        #expect(DiagnosticCode(raw: 20001).sentence.contains("20001"))
    }

    @Test("A failure can be written as bytes and read back")
    func codable() throws {
        let failure = Failure(status: 486, reason: "Busy", cause: .userBusy, diagnostic: .peerRefused, detail: "x")
        #expect(try CompactJSON.decode(Failure.self, from: CompactJSON.encode(failure)) == failure)
    }
}
