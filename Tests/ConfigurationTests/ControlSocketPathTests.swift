import Testing

@testable import Configuration

@Suite("Control socket")
struct ControlSocketPathTests {
    @Test(
        "A tool looks in its own session first, and where a service has its socket when only that is there",
        arguments: [
            (["/run/user/1000/tandem.sock", "/run/tandem/control.sock"], "/run/user/1000/tandem.sock"),
            (["/run/tandem/control.sock"], "/run/tandem/control.sock"),
            ([], "/run/user/1000/tandem.sock"),
        ])
    func ofDaemon(sockets: [String], expected: String) {
        let environment = ["XDG_RUNTIME_DIR": "/run/user/1000"]
        #expect(ControlSocketPath.ofDaemon(environment, exists: sockets.contains) == expected)
    }
}
