import BuiltPlugin
import Foundation
import Glibc
import Testing

@Suite("tandem plugin new and build")
struct PluginNewTests {
    @Test(
        "new writes a package of each role: manifest, source, dialogues and a test, all of its own name",
        arguments: ["adapter", "normalizer", "router", "observer"])
    func writes(role: String) throws {
        let command = try Command()
        let result = try command.run("plugin", "new", "AcmeGatewayTwo", "--role", role)
        #expect(result.code == 0 && result.errors.isEmpty)
        let folder = command.folder + "/AcmeGatewayTwo"
        let manifest = try String(contentsOfFile: folder + "/Package.swift", encoding: .utf8)
        #expect(manifest.contains("name: \"AcmeGatewayTwo\"") && !manifest.contains("\"../TandemKit\""))
        #expect(manifest.contains("/Sources/TandemKit\")"))
        let source = try String(
            contentsOfFile: folder + "/Sources/AcmeGatewayTwo/AcmeGatewayTwo.swift", encoding: .utf8)
        #expect(
            source.contains("struct AcmeGatewayTwo: ")
                && source.contains("Plugin.register(AcmeGatewayTwo.self, in: host)"))
        let dialogues = try FileManager.default.contentsOfDirectory(atPath: folder + "/Dialogues")
        #expect(!dialogues.isEmpty && dialogues.allSatisfy { $0.hasSuffix(".dialogue") })
        let test = folder + "/Tests/AcmeGatewayTwoTests/AcmeGatewayTwoTests.swift"
        #expect(try String(contentsOfFile: test, encoding: .utf8).contains("libAcmeGatewayTwo.so"))
        #expect(result.output.contains("\n  tandem plugin build AcmeGatewayTwo\n"))
    }

    @Test("A folder that is there already is left alone")
    func existing() throws {
        let command = try Command()
        try command.write("Mine/keep", "")
        let result = try command.run("plugin", "new", "Mine")
        #expect(result.code == 1 && result.errors.hasPrefix("tandem: Mine exists already; take another name"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: command.folder + "/Mine") == ["keep"])
    }

    @Test(
        "A name that can't be taken is one sentence with a better one",
        arguments: [
            ("my-gateway", "'my-gateway' is no name for a Swift type", "like MyGateway\n"),
            ("9lives", "'9lives' is no name for a Swift type", "like Lives\n"),
            ("Lync", "a plugin 'Lync' ships with Tandem", "like MyLync\n"),
            ("Router", "'Router' means something else", "like MyRouter\n"),
            ("CallControl", "'CallControl' means something else", "like MyCallControl\n"),
            (String(repeating: "A", count: 65), "the name is longer than 64 characters", "take a shorter one\n"),
        ])
    func names(name: String, cause: String, remedy: String) throws {
        let result = try Command().run("plugin", "new", name)
        #expect(result.code == 1 && result.errors.hasPrefix("tandem: \(cause)"), "\(result.errors)")
        #expect(result.errors.hasSuffix(remedy), "\(result.errors)")
    }

    @Test("--into says where; --sdk names another kit, and one that is none is refused")
    func places() throws {
        let command = try Command()
        #expect(try command.run("plugin", "new", "Mine", "--into", "deep/er").code == 0)
        #expect(FileManager.default.fileExists(atPath: command.folder + "/deep/er/Mine/Package.swift"))
        let result = try command.run("plugin", "new", "Other", "--sdk", "plugins")
        #expect(result.code == 1 && result.errors.hasPrefix("tandem: plugins is not the folder of the plugin kit; "))
        #expect(try command.run("plugin", "new", "Other", "--role", "toaster").code == 64)
    }

    /// A compiler that says what it is told and whose builds are the file that lies beside it.
    private func compiler(in command: Command, version: String) throws {
        try command.write(
            "bin/swift",
            """
            #!/bin/sh
            case "$*" in
                --version) echo "Swift version \(version) (swift-RELEASE)" ;;
                *--show-bin-path) echo "\(command.folder)/out" ;;
                build*) [ ! -e "\(command.folder)/broken" ] || { echo "error: no such thing"; exit 1; } ;;
                *describe*) echo '{"products": [{"name": "Mine", "type": {"library": ["dynamic"]}}]}' ;;
            esac
            """)
        chmod(command.folder + "/bin/swift", 0o755)
    }

    private func build(_ command: Command) throws -> Command.Result {
        try command.run(["plugin", "build", "Mine"], environment: ["PATH": command.folder + "/bin:/usr/bin:/bin"])
    }

    @Test("build shows the file, what is in it and what to do next")
    func builds() throws {
        let command = try Command()
        try compiler(in: command, version: "6.3.1")
        try command.write("Mine/Package.swift", "")
        try command.write("out/libMine.so", bytes: BuiltPlugin("AcmeGateway").bytes)
        let result = try build(command)
        #expect(result.code == 0 && result.output.hasPrefix("\(command.folder)/out/libMine.so\n"))
        #expect(result.output.contains(" KiB: AcmeGateway 1.0, adapter\n"))
        #expect(result.output.contains("\n  cp \(command.folder)/out/libMine.so PLUGINS\n"))
    }

    @Test("build says at once when the compiler, the package or the file can't be used")
    func buildRefused() throws {
        let command = try Command()
        #expect(try build(command).errors.hasPrefix("tandem: there is no Package.swift in Mine; "))
        try command.write("Mine/Package.swift", "")
        try compiler(in: command, version: "6.2.4")
        let other = try build(command)
        #expect(
            other.code == 1
                && other.errors.hasPrefix("tandem: swift here is 6.2.4, and this Tandem runs plugins that Swift 6.3"))
        try compiler(in: command, version: "6.3")
        try command.write("out/libMine.so", "not an ELF file")
        #expect(try build(command).errors.contains("/out/libMine.so is not an ELF file: "))
        try command.write("broken", "")
        let broken = try build(command)
        #expect(
            broken.code == 1
                && broken.errors == "tandem: the package doesn't build; mend what the compiler says above\n")
    }
}
