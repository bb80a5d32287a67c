import BuiltPlugin
import Foundation
import Testing

@Suite("Look-ups in docs/PLUGINS.md")
struct LookUpPageTests {
    @Test("The routers of the page are those that the tests run", arguments: ["ServerRoutes", "DatabaseRoutes"])
    func routers(name: String) throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "docs/PLUGINS.md"), encoding: .utf8)
        let file = root.appending(path: "Tests/Fixtures/LookUpPlugin/\(name).swift")
        let source = try String(contentsOf: file, encoding: .utf8)
        #expect(page.contains("```swift\n\(source)```"))
    }

    @Test("Dialogues answer look-ups, and `tandem plugin check` calls the hooks with what they asked for")
    func dialogues() throws {
        let command = try Command()
        try command.write("libLookUps.so", bytes: BuiltPlugin("LookUpPlugin").bytes)
        try command.write(
            "Dialogues/server.dialogue",
            """
            plugin: ServerRoutes
            look-up lcr: GET /route?to=0100 answers 200
              Content-Type: application/json
              | {"trunks": ["first"]}
            other sends INVITE
            first receives INVITE sip:0100@*
            first sends 200
            other receives 200
            other sends ACK
            first receives ACK
            """)
        try command.write(
            "Dialogues/database.dialogue",
            """
            plugin: DatabaseRoutes
            look-up customers: SELECT trunk FROM customers* answers rows
              | trunk=first; priority=3
            other sends INVITE
            first receives INVITE
            first sends 486
            other receives 486
            look-up customers: * answers failed timedOut
            other sends INVITE
            other receives 503
            """)
        let result = try command.run("plugin", "check", "libLookUps.so", "--messages", "500")
        #expect(result.code == 0, "\(result.output) \(result.errors)")
        for name in ["server.dialogue", "database.dialogue"] {
            #expect(result.output.contains(name) && result.output.contains("as expected"), "\(result.output)")
        }
        try command.write(
            "Dialogues/database.dialogue",
            "plugin: DatabaseRoutes\nother sends INVITE\nother receives 200\n")
        let other = try command.run("plugin", "check", "libLookUps.so", "--messages", "0")
        #expect(other.code != 0)
        try command.write(
            "Dialogues/database.dialogue", "plugin: DatabaseRoutes\nlook-up customers: * answers perhaps\n")
        let wrong = try command.run("plugin", "check", "libLookUps.so", "--messages", "0")
        #expect((wrong.output + wrong.errors).contains("'perhaps' is no answer to a look-up"), "\(wrong.output)")
    }
}
