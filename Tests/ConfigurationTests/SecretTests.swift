import Configuration
import TandemKit
import Testing

@Suite("Secrets")
struct SecretTests {
    private func settings(_ text: String, in folder: TemporaryFolder, _ environment: [String: String] = [:]) throws
        -> TandemConfiguration
    {
        let whole = """
            listeners: { uc: { transport: udp, address: 127.0.0.1 } }
            trunks: { t: { listener: uc, peer: 127.0.0.1 } }
            plugins: { instances: { p: { plugin: P, settings: { password: \(text) } } } }
            """
        return try ConfigurationFile.parse(Array(whole.utf8), file: folder.path + "/t.yaml", environment: environment)
    }

    @Test(
        "A secret comes from a file beside the configuration or from the environment, and is remembered for redaction")
    func sources() throws {
        let folder = try TemporaryFolder()
        try folder.write("password", Array("geheim\n".utf8))
        let fromFile = try settings("{ file: password }", in: folder)
        #expect(fromFile.plugins.instances[0].settings["password"]?.text == "geheim")
        #expect(fromFile.plugins.secrets == [Secret("geheim")])
        try folder.write("from-windows", Array("geheim\r\n".utf8))
        #expect(try settings("{ file: from-windows }", in: folder).plugins.secrets == [Secret("geheim")])
        let fromEnvironment = try settings("[{ environment: PASSWORD }]", in: folder, ["PASSWORD": "x y"])
        #expect(fromEnvironment.plugins.secrets == [Secret("x y")])
    }

    @Test("Secrets are blotted out of any text, the longer of two first; those of three bytes are left alone")
    func redaction() {
        let redactor = SecretRedactor([Secret("geheim"), Secret("ganz geheim"), Secret("abc")])
        #expect(redactor.redact("abc: ganz geheim, geheimer") == "abc: [redacted], [redacted]er")
    }

    @Test("No way of printing a secret shows it")
    func printing() {
        let secret = Secret("geheim")
        var dumped = ""
        dump([secret], to: &dumped)
        let texts = [
            "\(secret)", "\([secret])", String(reflecting: secret), String(describing: Optional(secret)), dumped,
        ]
        #expect(texts.allSatisfy { !$0.contains("geheim") } && secret.reveal() == "geheim")
    }

    @Test("A configuration that is printed whole shows no secret of a plugin's settings")
    func configurationPrinted() throws {
        let folder = try TemporaryFolder()
        let configuration = try settings("{ environment: PASSWORD }", in: folder, ["PASSWORD": "geheim"])
        #expect(!"\(configuration.plugins)".contains("geheim") && !String(reflecting: configuration).contains("geheim"))
    }

    @Test(
        "A secret file that is missing, empty, too large, not text or open to others, and a variable that is not set, are problems"
    )
    func problems() throws {
        let folder = try TemporaryFolder()
        try folder.write("open", Array("x".utf8), mode: 0o640)
        try folder.write("empty", Array("\n".utf8))
        try folder.write("lines", Array("a\r\nX-Injected: b\n".utf8))
        try folder.write("latin", [0xE9])
        try folder.write("large", [UInt8](repeating: 0x78, count: 65_537))
        let expected = [
            "{ file: open }":
                "the secret file \(folder.path)/open can be read by others; run chmod 600 \(folder.path)/open",
            "{ file: empty }": "the secret file \(folder.path)/empty is empty; write the secret into it",
            "{ file: lines }": "the secret file \(folder.path)/lines has more than one line; "
                + "write the secret alone into it, on one line",
            "{ file: latin }": "the secret file \(folder.path)/latin is not UTF-8; save it as UTF-8 text",
            "{ file: large }": "the secret file \(folder.path)/large is larger than 65536 bytes; "
                + "put the secret there, in a file that only the user who runs Tandem can read",
            "{ file: none }": "the secret file \(folder.path)/none is not there; "
                + "put the secret there, in a file that only the user who runs Tandem can read",
            "{ environment: NOT_SET }": "the environment variable NOT_SET is not set; "
                + "set it for the user or unit that runs Tandem",
        ]
        for (text, sentence) in expected {
            let errors = try #require(throws: ConfigurationErrors.self) { try settings(text, in: folder) }
            #expect(errors.problems.map { "\($0.message); \($0.remedy)" } == [sentence])
            #expect(
                errors.problems[0].path == "plugins.instances.p.settings.password"
                    && errors.problems[0].position?.line == 3)
        }
    }
}
