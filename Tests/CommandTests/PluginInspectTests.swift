import Foundation
import Testing

@Suite("tandem plugin inspect")
struct PluginInspectTests {
    @Test("inspect shows kit, Swift, hash, roles and each setting with type, default and help")
    func shows() throws {
        let result = try Command().run("plugin", "inspect", "plugins/libVoiceRoutes.so")
        #expect(result.code == 0 && result.errors.isEmpty)
        let lines = result.output.split(separator: "\n").map(String.init)
        #expect(lines.first == "plugins/libVoiceRoutes.so")
        #expect(lines.contains("VoiceRoutes 1.0, router"))
        #expect(lines.contains { $0.hasPrefix("  routes[].pattern: a text; required") })
        #expect(lines.contains("  failover.on-timeout: true or false; default true"))
        #expect(lines.contains { $0.hasPrefix("  built with kit 0.") } && lines.contains { $0.contains("SHA-256 ") })
    }

    @Test("inspect --json says the same to a script")
    func json() throws {
        let result = try Command().run("plugin", "inspect", "plugins/libLync.so", "--json")
        let object = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        let plugins = try #require(object["plugins"] as? [[String: Any]])
        #expect(plugins.map { $0["role"] as? String } == ["adapter"])
        #expect((plugins.first?["settings"] as? [[String: Any]])?.isEmpty == false)
        #expect((object["hash"] as? String)?.count == 64)
    }

    @Test("A refused file is the host's sentence, its code in JSON, and exit code 1")
    func refused() throws {
        let command = try Command()
        try command.write("libText.so", "not an ELF file")
        let result = try command.run("plugin", "inspect", "libText.so")
        #expect(result.code == 1 && result.output.isEmpty)
        #expect(
            result.errors
                == "tandem: libText.so is not an ELF file: keep only compiled plugins in the plugin folder.\n")
        let json = try command.run("plugin", "inspect", "libText.so", "--json")
        #expect(json.code == 1 && json.output.contains("\"not-elf\""))
    }
}
