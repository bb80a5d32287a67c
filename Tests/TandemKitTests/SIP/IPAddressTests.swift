import TandemKit
import Testing

@Suite struct IPAddressTests {
    @Test(
        "An address is written as RFC 5952 says",
        arguments: [
            ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
            ("2001:0DB8:0:0:0:0:0:1", "2001:db8::1"), ("::", "::"), ("::1", "::1"), ("1::", "1::"),
            ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
            ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("[fe80::1%2]", "fe80::1%2"),
            ("::ffff:192.0.2.1", "::ffff:192.0.2.1"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
            ("::FFFF:C000:201", "::ffff:192.0.2.1"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ])
    func written(pair: (String, String)) throws {
        let address = try #require(IPAddress(pair.0))
        #expect(address.description == pair.1)
        #expect(IPAddress(address.description) == address)
    }

    @Test(
        "Text that is no address is refused",
        arguments: [
            "", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.", ".1.2.3", "1.2.3.4 ", "a.b.c.d", ":",
            ":::",
            "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "g::", "::1%", "::1%x", "[::1", "::1]", "1:",
            ":1", "1:2:3:4:5:6:7:1.2.3.4", "1:2:3:4:5:6:7:8::", "::1.2.3", "[192.0.2.1]x", "1.2.3.1000",
        ])
    func refused(text: String) {
        #expect(IPAddress(text) == nil)
    }
}
