import BuiltPlugin
import Foundation
import Testing

@Suite("Dialogues of tandem plugin check")
struct PluginDialogueTests {
    /// Plays a dialogue with the example adapter.
    private func play(_ text: String, _ arguments: String...) throws -> (result: Command.Result, file: String) {
        let command = try Command()
        try command.write("libAcme.so", bytes: BuiltPlugin("AcmeGateway").bytes)
        try command.write("Dialogues/a.dialogue", text)
        let result = try command.run(["plugin", "check", "libAcme.so", "--messages", "0"] + arguments)
        return (result, try String(contentsOfFile: command.folder + "/Dialogues/a.dialogue", encoding: .utf8))
    }

    @Test(
        "The dialogues that come with a new plugin of each role go as they say, and nothing is held against the plugin",
        arguments: [
            ("adapter", "AcmeGateway"), ("normalizer", "AcmeNumbers"), ("router", "AcmeRoutes"),
            ("observer", "AcmeRecords"),
        ])
    func templates(role: String, name: String) throws {
        let command = try Command()
        try command.write("libAcme.so", bytes: BuiltPlugin(name).bytes)
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let dialogues = root.appending(path: "Sources/TandemKit/Templates/\(role)/Dialogues").path
        let result = try command.run("plugin", "check", "libAcme.so", "--messages", "1000", "--dialogues", dialogues)
        #expect(result.code == 0 && result.output.contains(" as expected\n"), "\(result.output)")
    }

    @Test("A message that differs is shown line by line, with the line of the file that expects something else")
    func differs() throws {
        let (result, _) = try play(
            """
            other sends INVITE
              P-Asserted-Identity: <sip:1@h>

            gateway receives INVITE sip:0100@*;user=fax
              -P-Asserted-Identity
              X-Vendor: yes
              | a=inactive
            """)
        #expect(result.code == 1)
        for line in [
            "  dialogue: AcmeGateway a.dialogue:4: gateway receives INVITE differs",
            "    - INVITE sip:0100@*;user=fax", "    + INVITE sip:0100@192.0.2.1:5060;user=phone",
            "    - (no P-Asserted-Identity)   (line 5)", "    - X-Vendor: yes   (line 6)", "    + (no X-Vendor)",
            "    - | a=inactive   (line 7)", "    + | a=sendrecv",
        ] { #expect(result.output.contains(line + "\n"), "\(line) in\n\(result.output)") }
    }

    @Test("A message that doesn't come, comes as another, or comes besides is a finding")
    func order() throws {
        let missing = try play("other sends INVITE\ngateway receives INVITE\nother receives 180\n").result
        #expect(missing.output.contains("a.dialogue:3: other receives 180 differs\n    - 180\n    + (nothing)\n"))
        let besides = try play("other sends INVITE\n").result
        #expect(besides.output.contains("a.dialogue:1: gateway also receives 'INVITE sip:"))
        let another = try play(
            "other sends INVITE\ngateway receives INVITE\ngateway sends 486\nother receives 200\n"
        ).result
        #expect(another.output.contains("    - 200\n    + SIP/2.0 486 "))
    }

    @Test("--record writes what was seen; then the dialogue goes as it says, and the comments are kept")
    func record() throws {
        let text = """
            # Nobody answers.
            settings:
              hides-caller: true
            other sends INVITE
              P-Asserted-Identity: <sip:1@h>
            gateway receives INVITE
              -P-Asserted-Identity
            # The phone rings.
            gateway sends 180
            other sends CANCEL
            gateway sends 200
            gateway sends 487
            """
        let (recorded, file) = try play(text, "--record")
        #expect(recorded.code == 0 && recorded.output.contains("written from what was seen"))
        for part in [
            "# Nobody answers.\nsettings:\n  hides-caller: true\nother sends INVITE\n",
            "gateway receives INVITE sip:0100@192.0.2.1:5060;user=phone\n", "  | a=sendrecv\n  -P-Asserted-Identity\n",
            "# The phone rings.\ngateway sends 180\n", "gateway receives CANCEL ", "other receives 487 ",
        ] { #expect(file.contains(part), "\(part) in\n\(file)") }
        let played = try play(file)
        #expect(played.result.code == 0, "\(played.result.output)")
        #expect(try play(file, "--record").file == file)
    }

    @Test("Time passes as told: a call that nobody answers ends when its time is over")
    func time() throws {
        let (result, _) = try play(
            "other sends INVITE\ngateway receives INVITE\nwait 40s\nother receives 408\n  -X-Nothing\n")
        #expect(result.code == 0, "\(result.output)")
    }

    @Test("An adapter that crashes in a dialogue is a finding with the dialogue's line")
    func crash() throws {
        let command = try Command()
        try command.write("libFixture.so", bytes: BuiltPlugin.fixture("adapter-crash").bytes)
        try command.write(
            "Dialogues/info.dialogue",
            """
            other sends INVITE
            gateway receives INVITE
            gateway sends 200
            other receives 200
            other sends ACK
            other sends INFO
            """)
        let result = try command.run("plugin", "check", "libFixture.so", "--messages", "0")
        #expect(
            result.output.contains("crash: FixtureAdapter info.dialogue:6: it crashes in this dialogue "),
            "\(result.output)")
    }

    @Test(
        "A mistake in a dialogue is one sentence with file and line, and exit code 1",
        arguments: [
            ("other send INVITE", "Dialogues/a.dialogue:1: 'other send INVITE' is no step; write "),
            ("# nothing\n", "Dialogues/a.dialogue:1: the dialogue has no step; "),
            ("\n  X: y\n", "Dialogues/a.dialogue:2: an indented line belongs to no step; "),
            ("other sends INVITE\n  what is this", "Dialogues/a.dialogue:2: 'what is this' is neither a header field"),
            ("plugin: Other\nother sends INVITE", "Dialogues/a.dialogue is for the plugin 'Other', which"),
        ])
    func mistakes(text: String, words: String) throws {
        let (result, _) = try play(text)
        #expect(result.code == 1 && result.errors.hasPrefix("tandem: \(words)"), "\(result.errors)")
    }

    @Test("Settings of a dialogue that can't be read have their line in the file")
    func settings() throws {
        let yaml = try play("\nsettings:\n  hides-caller: [\nother sends INVITE\n").result
        #expect(yaml.code == 2 && yaml.errors.contains("Dialogues/a.dialogue:"), "\(yaml.errors)")
        let unknown = try play("\nsettings:\n  hideCaller: true\nother sends INVITE\n").result
        #expect(unknown.code == 1 && unknown.output.contains("line 3, column 3: `hideCaller`"), "\(unknown.output)")
    }
}
