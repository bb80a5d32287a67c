import Testing

@testable import RelayEngine

@Suite struct EphemeralPortsTests {
    @Test("media ports that any program may be given are told, with the setting that keeps them free")
    func warning() {
        let ports = EphemeralPorts(range: "32768\t60999\n", reserved: "\n")
        #expect(
            ports?.warning(about: 49_152...57_500)
                == "Linux gives the media ports 49152-57500 to any program that asks for one; keep them free with "
                + "`sysctl -w net.ipv4.ip_local_reserved_ports=49152-57500`")
    }

    @Test("a range that is partly in danger is reserved as a whole, beside what is reserved already")
    func partly() {
        let ports = EphemeralPorts(range: "32768 60999", reserved: "8080,40000-41000\n")
        #expect(
            ports?.warning(about: 30_000...33_000)
                == "Linux gives the media ports 32768-33000 to any program that asks for one; keep them free with "
                + "`sysctl -w net.ipv4.ip_local_reserved_ports=8080,40000-41000,30000-33000`")
    }

    @Test(
        "ports that are reserved, or given to nobody, need no warning",
        arguments: [
            ("32768 60999", "49152-57500"), ("32768 60999", "49000-50000,50001-57500"), ("32768 49151", ""),
            ("57501 60999", ""),
        ])
    func none(range: String, reserved: String) {
        #expect(EphemeralPorts(range: range, reserved: reserved)?.warning(about: 49_152...57_500) == nil)
    }

    @Test("what the kernel doesn't say is no range", arguments: ["", "1", "a b", "5 4", "1 2 3"])
    func unreadable(range: String) { #expect(EphemeralPorts(range: range, reserved: "") == nil) }
}
