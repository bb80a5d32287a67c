import TandemKit
import Testing

@Suite struct PhoneNumberTests {
    @Test(
        "The form of a number tells its kind",
        arguments: [
            ("+14255550100", NumberKind.e164), ("+14255550100;ext=7123", .e164), ("+1234567890123456", .opaque),
            ("0100", .extensionNumber), ("112", .extensionNumber), ("4255550100", .national), ("*67", .shortCode),
            ("#31#", .shortCode), ("alice", .opaque), ("+", .opaque), ("", .opaque), ("bob7", .opaque),
            ("+12a", .opaque),
        ])
    func kinds(text: String, kind: NumberKind) {
        #expect(PhoneNumber(text).kind == kind)
    }

    @Test("Leading zeros and plus signs stay")
    func lossless() {
        #expect(PhoneNumber("0100").text == "0100")
        #expect(PhoneNumber("+0100").received == "+0100")
    }

    @Test("Visual separators go by a recorded step, not silently")
    func separators() {
        let number = PhoneNumber(userPart: "+1-(425)-555.0100;ext=7-1")
        #expect(number.received == "+1-(425)-555.0100;ext=7-1")
        #expect(number.text == "+14255550100;ext=7-1")
        #expect(
            number.steps == [
                NumberStep(
                    rule: "visual separators removed", plugin: "tandem", before: "+1-(425)-555.0100;ext=7-1",
                    after: "+14255550100;ext=7-1")
            ])
    }

    @Test("Separators of what may be a user stay, unless the URI says that it is a telephone")
    func ambiguous() {
        #expect(PhoneNumber(userPart: "555-0100").text == "555-0100")
        #expect(PhoneNumber(userPart: "555-0100", isPhone: true).text == "5550100")
        #expect(PhoneNumber(userPart: "bob-7", isPhone: true).text == "bob-7")
    }

    @Test("Escapes go by a recorded step, and come back on the wire")
    func escapes() {
        let number = PhoneNumber(userPart: "%2331%23")
        #expect(number.text == "#31#")
        #expect(number.kind == .shortCode)
        #expect(number.steps.map(\.rule) == ["escapes decoded"])
        #expect(number.userPart == "%2331%23")
    }

    @Test("A broken escape is left as it is", arguments: ["100%", "100%4", "100%zz", "%ff"])
    func brokenEscape(text: String) {
        #expect(PhoneNumber(userPart: text).text == text)
    }

    @Test("Parameters are part of the number and can be asked for")
    func parameters() {
        let number = PhoneNumber(userPart: "7123;phone-context=contoso.com;EXT=9")
        #expect(number.subscriber == "7123")
        #expect(number.ext == "9")
        #expect(number.phoneContext == "contoso.com")
        #expect(number.parameter("isub") == nil)
        #expect(number.text == "7123;phone-context=contoso.com;EXT=9")
    }

    @Test("A phone context refines the kind")
    func phoneContext() {
        #expect(PhoneNumber(userPart: "5550100;phone-context=enterprise@contoso.com").kind == .extensionNumber)
        #expect(PhoneNumber(userPart: "0100;phone-context=+1425555").kind == .national)
    }

    @Test("Every rewriting is kept with rule and author")
    func steps() {
        var number = PhoneNumber("0100")
        number.rewrite(to: "+14255550100", rule: "4-digit ext")
        number.mark(as: .emergency, rule: "site alarm")
        #expect(number.received == "0100")
        #expect(number.text == "+14255550100")
        #expect(number.kind == .emergency)
        #expect(number.steps.map(\.rule) == ["4-digit ext", "site alarm"])
        #expect(number.steps[0].description == "tandem/4-digit ext: 0100 → +14255550100")
    }

    @Test("Numbers are read out of URIs")
    func uris() {
        func read(_ text: StaticString) -> PhoneNumber? { PhoneNumber(uri: Bytes(text)) }
        #expect(read("sip:+14255550100@gw.example.net;user=phone")?.text == "+14255550100")
        #expect(read("sip:425-555@gw;user=phone")?.text == "425555")
        #expect(read("tel:+1-425-555-0100;ext=7")?.text == "+14255550100;ext=7")
        #expect(read("tel:7123;phone-context=contoso.com")?.kind == .extensionNumber)
        #expect(read("urn:service:sos.fire")?.kind == .emergency)
        #expect(read("sip:gw.example.net") == nil)
        #expect(read("mailto:bob@example.net") == nil)
    }

    @Test("A tel URI carries global numbers, and local ones with their context only")
    func telURI() {
        #expect(PhoneNumber("+14255550100").telURI == "tel:+14255550100")
        #expect(PhoneNumber("7123").telURI == nil)
        #expect(PhoneNumber("7123;phone-context=contoso.com").telURI == "tel:7123;phone-context=contoso.com")
        #expect(PhoneNumber("alice").telURI == nil)
    }

    @Test("The plus is taken off for a peer that can't take it, as a recorded step")
    func removePlus() {
        let profile = GatewayProfile {
            $0.removesPlus = true
            $0.addsUserPhone = true
        }
        let number = PhoneNumber("+14255550100")
        #expect(number.onWire(to: profile).steps.map(\.after) == ["14255550100"])
        #expect(number.sipURI(at: "gw:5080", profile: profile) == "sip:14255550100@gw:5080;user=phone")
        #expect(PhoneNumber("alice").sipURI(at: "gw", profile: profile) == "sip:alice@gw")
    }

    @Test("A number can be written as bytes and read back")
    func codable() throws {
        var number = PhoneNumber(userPart: "+1-425-555-0100")
        number.rewrite(to: "0100", rule: "site")
        let bytes = try CompactJSON.encode(number)
        #expect(try CompactJSON.decode(PhoneNumber.self, from: bytes) == number)
    }
}
