import TandemKit
import Testing

@Suite struct SIPURITests {
    @Test(
        "A URI is written as it was read",
        arguments: [
            "sip:alice@atlanta.com",
            "SIP:%61lice:se%3Acret@AtLanTa.CoM:5060;Transport=tcp;lr;x=?subject=project%20x&priority=urgent",
            "sips:+14255550100;phone-context=x@[2001:db8::1]:5061;user=phone",
            "sip:192.0.2.1", "sip:@home", "tel:+1-201-555-0123;ext=5;isub=1", "tel:7042;phone-context=example.com",
            "urn:service:sos", "mailto:watson@bell.example.com", "sip:a@h:0", "sip:a:@h",
            "sip:user;par=u%40h@example.com",
        ])
    func writtenAsRead(text: String) {
        let uri = SIPURI(text)
        #expect(uri?.description == (text == "sip:@home" ? nil : text))
    }

    @Test("The parts of a SIP URI are found")
    func parts() throws {
        let uri = try #require(
            SIPURI("sip:%61l%20ice:p%40ss@[2001:db8::1]:5061;Transport=TCP;lr;p=1;p=2?Subject=a%20b"))
        #expect(uri.scheme == .sip)
        #expect(uri.user == "al ice")
        #expect(uri.password == "p@ss")
        #expect(uri.host == "[2001:db8::1]")
        #expect(uri.hostAddress == IPAddress("2001:db8::1"))
        #expect(uri.port == 5061)
        #expect(uri.parameters["transport"] == "TCP")
        #expect(uri.parameters["lr"] == "")
        #expect(uri.parameters["maddr"] == nil)
        #expect(uri.parameters.values("P") == ["1", "2"])
        #expect(uri.headers["subject"] == "a b")
    }

    @Test("Setting a part changes this part alone and escapes what has to be")
    func setting() throws {
        var uri = try #require(SIPURI("sip:%61lice@Example.com;a=1;a=2;b=%41"))
        uri.parameters["user"] = "phone"
        uri.parameters["a"] = "x;y"
        uri.parameters["lr"] = ""
        #expect(uri.description == "sip:%61lice@Example.com;a=x%3By;b=%41;user=phone;lr")
        uri.user = "+1 425@x"
        uri.parameters["a"] = nil
        #expect(uri.description == "sip:+1%20425%40x@Example.com;b=%41;user=phone;lr")
        #expect(SIPURI(tel: "+14255550100").description == "tel:+14255550100")
    }

    @Test(
        "A malformed URI is refused",
        arguments: [
            "", "sip", "sip:", ":x", "1sip:a@b", "sip:a b@c", "sip:a@", "sip:a@b:x", "sip:a@b:99999", "sip:a@[::1",
            "sip:<a@b>", "sip:a@b>", "sip:a@b\r\n", "sip:a@b,c", "tel:", "sip:a@[1:2:3",
        ])
    func malformed(text: String) {
        #expect(SIPURI(text) == nil)
    }

    @Test(
        "URIs that RFC 3261 §19.1.4 calls equivalent",
        arguments: [
            ("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"),
            ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"),
            ("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;newparam=5"),
            (
                "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
                "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com"
            ),
            (
                "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
                "sip:alice@atlanta.com?priority=urgent&subject=project%20x"
            ),
            ("sip:a@[2001:db8::9:1]", "sip:a@[2001:db8::9:01]"),
            ("tel:+1-201-555-0123", "tel:+12015550123"),
        ])
    func equivalent(pair: (String, String)) throws {
        let left = try #require(SIPURI(pair.0))
        let right = try #require(SIPURI(pair.1))
        #expect(left.isEquivalent(to: right))
        #expect(right.isEquivalent(to: left))
    }

    @Test(
        "URIs that RFC 3261 §19.1.4 calls different",
        arguments: [
            ("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"),
            ("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"),
            ("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"),
            ("sip:bob@biloxi.com", "sips:bob@biloxi.com"),
            ("sip:a%3Bb@h", "sip:a;b@h"),
            ("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"),
            ("sip:a@h;maddr=1.2.3.4", "sip:a@h"),
        ])
    func different(pair: (String, String)) throws {
        let left = try #require(SIPURI(pair.0))
        let right = try #require(SIPURI(pair.1))
        #expect(!left.isEquivalent(to: right))
        #expect(!right.isEquivalent(to: left))
    }
}
