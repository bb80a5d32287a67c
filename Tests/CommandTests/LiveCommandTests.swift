import Foundation
import Testing

@Suite("Commands to a running daemon")
struct LiveCommandTests {
    private func running() throws -> Command {
        let command = try TwoListeners().command(
            """
            trunks:
              uc:      { listener: uc, peer: 127.0.0.1:9, options-interval: off }
              gateway: { listener: pstn, peer: 127.0.0.2:9, options-interval: off }
            """)
        try command.start()
        return command
    }

    @Test("Each question has its answer, and SIGTERM ends the daemon with 0")
    func questions() throws {
        let command = try running()
        #expect(
            try command.run("calls").output == "No call is up; `tandem trace TRUNK` shows the last ones of a trunk.\n")
        let trunks = try command.run("trunks").output
        #expect(trunks.hasPrefix("TRUNK    STATE") && trunks.contains("\ngateway  unknown"))
        #expect(try command.run("status").output.contains("\nshards         1\n"))
        #expect(try command.run("trunks", "--json").output.contains("\"name\" : \"gateway\""))
        #expect(try command.run("trace", "gateway").output == "No call is remembered.\n")
        #expect(try command.run("log", "debug").output == "the log level is debug\n")
        #expect(try command.run("plugins", "--running").output == "No plugin is loaded.\n")
        #expect(command.stop() == 0)
    }

    @Test(
        "An unknown call, trunk or level is one sentence and exits 1",
        arguments: [("hangup", "0-99"), ("trace", "nobody"), ("log", "loud")])
    func unknown(name: String, argument: String) throws {
        let command = try running()
        let result = try command.run(name, argument)
        #expect(result.code == 1 && result.output.isEmpty && result.errors.hasPrefix("tandem: there is no "))
    }

    @Test("A second daemon on the same ports or socket is one sentence and exits 1, and the first goes on")
    func second() throws {
        let command = try running()
        let result = try command.run("run")
        let complaint = result.errors.split(separator: "\n").filter { $0.hasPrefix("tandem: ") }
        #expect(result.code == 1 && complaint.count == 1, "\(result)")
        #expect(try command.run("calls").code == 0)
    }
}
