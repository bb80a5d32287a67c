import Foundation
import TandemKit
import Testing

/// The adapter that docs/PLUGINS.md shows.
@Suite struct AcmeGatewayTests {
    @Test("The example of the page is the file that is built")
    func page() throws {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "docs/PLUGINS.md"), encoding: .utf8)
        let file = try String(
            contentsOf: root.appending(path: "Sources/TandemKit/Templates/adapter/AcmeGateway.swift"), encoding: .utf8)
        #expect(page.contains("```swift\n\(file)```\n"))
    }

    @Test("The example loads and does what it says")
    func works() throws {
        let acme = try BuiltPlugins.adapter("AcmeGateway", ["hides-caller": "true"])
        #expect(!acme.profile.acceptsREFER)
        #expect(acme.profile.holdStyle == .inactive)
        let invite = try Wire.invite(uri: "sip:1@b", fields: "P-Asserted-Identity: <sip:2@b>\n")
        let sent = try acme.sent(invite)
        #expect(sent.requestURI.string == "sip:1@b;user=phone")
        #expect(sent.headers[.pAssertedIdentity] == nil)
        let bye = try Wire.request("BYE", uri: "sip:1@b")
        #expect(try acme.sent(bye).requestURI.string == "sip:1@b")
        #expect(try BuiltPlugins.adapter("AcmeGateway").sent(invite).headers[.pAssertedIdentity] == "<sip:2@b>")
    }
}
