import TandemKit
import Testing

@Suite struct NameAddrTests {
    @Test(
        "An address is written as it was read",
        arguments: [
            "<sip:a@h>", "sip:a@h;tag=1", "\"Bob \\\"x\\\" B\" <sip:b@h;lr>;tag=9;q=0.5", "Bob <sip:b@h>",
            "\"a, b\" <sip:a,b@h>;x=\"y;z\"", "<tel:+1-425>", "J\u{f6}rg <sip:j@h>",
        ])
    func writtenAsRead(text: String) {
        #expect(NameAddr(text)?.description == text)
    }

    @Test("Without angle brackets the parameters belong to the header")
    func bareParameters() throws {
        let address = try #require(NameAddr("sip:a@h;tag=88"))
        #expect(address.uri.parameters.isEmpty)
        #expect(address.tag == "88")
    }

    @Test("Angle brackets are added when a change needs them")
    func bracketsAdded() throws {
        var address = try #require(NameAddr("sip:a@h;tag=88"))
        address.uri.parameters["user"] = "phone"
        #expect(address.description == "<sip:a@h;user=phone>;tag=88")
        address.displayName = "A \"1\""
        #expect(address.description == "\"A \\\"1\\\"\" <sip:a@h;user=phone>;tag=88")
    }

    @Test("A list is split at commas outside quotes and brackets")
    func list() throws {
        let list = try NameAddr.parseList("\"a, b\" <sip:a,1@h>;q=\"1,2\" , sip:c@h;x=1,<sip:d@h>")
        #expect(list.map { $0.uri.user } == ["a,1", "c", "d"])
        #expect(list[0].displayName == "a, b")
        #expect(list[0].parameters["q"] == "1,2")
    }

    @Test(
        "A malformed address is refused",
        arguments: [
            "", "Bob", "\"Bob <sip:b@h>", "<sip:b@h", "<sip:b h>", "<>", "sip:a@h?x=y", "<sip:a@h> x", "<sip:a@h>;=1",
            "<sip:a@h>;x=\"y", "<sip:a@h>, <sip:b@h>",
        ])
    func malformed(text: String) {
        #expect(NameAddr(text) == nil)
    }
}
