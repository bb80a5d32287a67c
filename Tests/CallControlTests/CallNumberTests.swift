import CallControl
import Testing

@Suite struct CallNumberTests {
    @Test("A call number reads back from its text")
    func roundTrip() {
        let number = CallNumber(shard: 3, sequence: 17)
        #expect(number.description == "3-17")
        #expect(CallNumber("3-17") == number)
        #expect(number.shard == 3)
        #expect(number.sequence == 17)
    }

    @Test(
        "Text that names no call is refused",
        arguments: ["", "3", "3-", "-3", "3-0", "3-17-2", "70000-1", "a-1", "1-281474976710656"])
    func refuses(text: String) {
        #expect(CallNumber(text) == nil)
    }
}
