import BuiltPlugin
import Foundation
import Testing

@Suite("docs/PLUGINS.md")
struct PluginPageTests {
    private let page: String

    init() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        page = try String(contentsOf: root.appending(path: "docs/PLUGINS.md"), encoding: .utf8)
    }

    @Test("The configuration of the page works with what `tandem plugin new` writes")
    func configuration() throws {
        let start = try #require(page.range(of: "<<'YAML'\n"))
        let end = try #require(page.range(of: "\nYAML\n", range: start.upperBound..<page.endIndex))
        let command = try Command(String(page[start.upperBound..<end.lowerBound]))
        try command.write("plugins/libAcmeGateway.so", bytes: BuiltPlugin("AcmeGateway").bytes)
        let check = try command.run("check")
        #expect(check.code == 0 && check.errors.isEmpty, "\(check.errors)")
        let explained = try command.run("explain", "--from", "1001", "--to", "0100")
        #expect(explained.output.contains("INVITE sip:0100@127.0.0.2:5080;user=phone SIP/2.0"), "\(explained.output)")
    }

    @Test("The dialogue of the page goes as it says")
    func dialogue() throws {
        let start = try #require(page.range(of: "# A caller whose number"))
        let end = try #require(page.range(of: "```", range: start.lowerBound..<page.endIndex))
        let command = try Command()
        try command.write("libAcme.so", bytes: BuiltPlugin("AcmeGateway").bytes)
        try command.write("Dialogues/page.dialogue", String(page[start.lowerBound..<end.lowerBound]))
        let result = try command.run("plugin", "check", "libAcme.so", "--messages", "0")
        #expect(result.code == 0 && result.output.contains("page.dialogue      as expected"), "\(result.output)")
    }

    @Test("The normalizer of the page is one that is compiled, and tried, with the tests")
    func services() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = root.appending(path: "Fixtures/FixturePlugin/CallerLimit.swift")
        #expect(page.contains("```swift\n" + (try String(contentsOf: file, encoding: .utf8)) + "```"))
    }
}
