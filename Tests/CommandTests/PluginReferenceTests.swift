import Foundation
import Testing

@Suite("Reference pages of the plugins")
struct PluginReferenceTests {
    private let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("docs/plugins")

    @Test(
        "docs/plugins has a page for each plugin that ships, with every setting as its code says",
        arguments: ["DialPlan", "VoiceRoutes", "Generic", "Lync", "Asterisk"])
    func page(of plugin: String) throws {
        let command = try Command(
            """
            listeners: { l: { transport: udp, address: 127.0.0.1 } }
            trunks: { t: { listener: l, peer: 10.0.0.1 } }
            """)
        let result = try command.run("plugins", plugin, "--page")
        try #require(result.code == 0, "\(result.errors)")
        let file = folder.appendingPathComponent("\(plugin).md")
        if ProcessInfo.processInfo.environment["TANDEM_UPDATE_DOCS"] == "1" {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(result.output.utf8).write(to: file)
        } else {
            let written = try String(contentsOf: file, encoding: .utf8)
            #expect(written == result.output)
        }
    }
}
