import Foundation
import Testing

/// The plugin in Tandem's own call engine, in virtual time. The environment variable TANDEM names the command, unless
/// it is in the PATH.
@Suite struct AcmeGatewayTests {
    @Test("The dialogues go as their files say, and nothing else is held against the plugin")
    func check() throws {
        let build = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let package = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let tandem = Process()
        let output = Pipe()
        tandem.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        tandem.arguments = [
            ProcessInfo.processInfo.environment["TANDEM"] ?? "tandem", "plugin", "check",
            build.appending(path: "libAcmeGateway.so").path, "--dialogues", package.appending(path: "Dialogues").path,
        ]
        tandem.standardOutput = output
        tandem.standardError = output
        try tandem.run()
        let words = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        tandem.waitUntilExit()
        #expect(tandem.terminationStatus != 127, "There is no tandem in the PATH: set TANDEM to the command.")
        #expect(tandem.terminationStatus == 0, "\(words)")
    }
}
