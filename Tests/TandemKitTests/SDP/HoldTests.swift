import TandemKit
import Testing

@Suite struct HoldTests {
    private func offer(_ lines: String, session: String = "c=IN IP4 192.0.2.9\r\n") throws -> SessionDescription {
        try SessionDescription(
            "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\n\(session)t=0 0\r\nm=audio 4000 RTP/AVP 0\r\n\(lines)")
    }

    @Test(
        "Hold is found in all its styles",
        arguments: [
            ("", "c=IN IP4 192.0.2.9\r\n", false), ("a=sendrecv\r\n", "c=IN IP4 192.0.2.9\r\n", false),
            ("a=recvonly\r\n", "c=IN IP4 192.0.2.9\r\n", false), ("a=sendonly\r\n", "c=IN IP4 192.0.2.9\r\n", true),
            ("a=inactive\r\n", "c=IN IP4 192.0.2.9\r\n", true), ("", "c=IN IP4 0.0.0.0\r\n", true),
            ("c=IN IP4 0.0.0.0\r\n", "c=IN IP4 192.0.2.9\r\n", true),
            ("", "c=IN IP4 192.0.2.9\r\na=sendonly\r\n", true),
            ("a=sendrecv\r\n", "c=IN IP4 192.0.2.9\r\na=inactive\r\n", false), ("", "c=IN IP6 ::\r\n", true),
        ])
    func detection(media: String, session: String, isHold: Bool) throws {
        #expect(try offer(media, session: session).isHold == isHold)
    }

    @Test("A refused media says nothing about hold")
    func rejected() throws {
        var sdp = try offer("a=sendrecv\r\n")
        sdp.media[0].port = 0
        #expect(!sdp.isHold)
    }

    @Test("The old zero address becomes inactive with a usable address")
    func canonical() throws {
        var sdp = try offer("", session: "c=IN IP4 0.0.0.0\r\n")
        sdp.makeHoldCanonical()
        #expect(sdp.media[0].direction == .inactive)
        #expect(sdp.session.connection == SDPConnection(address: "192.0.2.1"))
        #expect(sdp.isHold)
    }

    @Test(
        "F58 in part: Hold is written in the style of the peer",
        arguments: [
            ("a=sendonly\r\n", HoldStyle.inactive, SDPDirection.inactive, "192.0.2.9"),
            ("a=inactive\r\n", .sendonly, .sendonly, "192.0.2.9"),
            ("a=sendonly\r\n", .zeroAddress, .sendonly, "0.0.0.0"),
        ])
    func style(media: String, style: HoldStyle, direction: SDPDirection, address: String) throws {
        var sdp = try offer(media)
        sdp.writeHold(as: style)
        #expect(sdp.direction(of: sdp.media[0]) == direction)
        #expect(sdp.connection(of: sdp.media[0])?.address == address)
    }

    @Test("A media that is not held is not touched", arguments: HoldStyle.allCases)
    func untouched(style: HoldStyle) throws {
        var sdp = try offer("a=recvonly\r\n")
        let before = sdp
        sdp.writeHold(as: style)
        #expect(sdp == before)
    }

    @Test(
        "An answer never allows what the offer did not (RFC 3264 §6.1)",
        arguments: SDPDirection.allCases, SDPDirection.allCases)
    func answers(offered: SDPDirection, answered: SDPDirection) throws {
        let offer = try offer("a=\(offered.rawValue)\r\n")
        var answer = try self.offer("a=\(answered.rawValue)\r\n")
        answer.constrainDirections(toAnswer: offer)
        let result = answer.direction(of: answer.media[0])
        #expect(!result.sends || offered.receives)
        #expect(!result.receives || offered.sends)
        #expect(
            result
                == SDPDirection(sends: answered.sends && offered.receives, receives: answered.receives && offered.sends)
        )
    }
}
