import Configuration
import Foundation
import TandemKit
import Testing

@Suite("Configuration reference")
struct ConfigurationReferenceTests {
    private let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("docs/CONFIGURATION.md")

    @Test("docs/CONFIGURATION.md has every key with its values, default and meaning")
    func documented() throws {
        var text = try String(contentsOf: file, encoding: .utf8)
        let begin = try #require(text.firstRange(of: "<!-- keys begin -->\n"))
        let end = try #require(text.firstRange(of: "<!-- keys end -->"))
        if ProcessInfo.processInfo.environment["TANDEM_UPDATE_DOCS"] == "1" {
            text.replaceSubrange(begin.upperBound..<end.lowerBound, with: ConfigurationReference.markdown + "\n")
            try Data(text.utf8).write(to: file)
        } else {
            #expect(text[begin.upperBound..<end.lowerBound] == ConfigurationReference.markdown + "\n")
        }
    }

    @Test("A file with every key at its default reads like a file without them")
    func defaults() throws {
        func lines(_ section: String, _ indent: String, skipping skipped: [String] = []) -> String {
            ConfigurationSchema.keys
                .filter { key in
                    key.path.hasPrefix(section + ".")
                        && ![".tls.", ".registration."].contains { key.path.contains($0) }
                }
                .compactMap { key -> String? in
                    let name = String(key.path.split(separator: ".").last!)
                    guard let standard = key.standard, !standard.contains(" "), !standard.contains("$"),
                        !skipped.contains(name),
                        standard != "none"
                    else { return nil }
                    return "\(indent)\(name): \(standard)\n"
                }.joined()
        }
        let timers = ["t1", "t2", "t4"]
        let whole =
            "signalling:\n" + lines("signalling", "  ", skipping: timers)
            + "  timers:\n" + lines("signalling.timers", "    ")
            + "listeners:\n  l:\n    transport: udp\n    address: 127.0.0.1\n" + lines("listeners.*", "    ")
            + "plugins:\n" + lines("plugins", "  ", skipping: ["isolation", "fallback", "deadline", "memory"])
            + "  instances:\n    x:\n      plugin: X\n" + lines("plugins.instances.*", "      ")
            + "trunks:\n  t:\n    listener: l\n    peer: 10.0.0.1\n"
            + lines("trunks.*", "    ") + "log:\n" + lines("log", "  ")
            + "media:\n  interfaces: { m: { address: 127.0.0.1 } }\n" + lines("media", "  ", skipping: ["rtpengines"])
        let bare = """
            listeners: { l: { transport: udp, address: 127.0.0.1 } }
            media: { interfaces: { m: { address: 127.0.0.1 } } }
            plugins: { instances: { x: { plugin: X } } }
            trunks: { t: { listener: l, peer: 10.0.0.1 } }
            """
        let (left, right) = (try texts(of: whole), try texts(of: bare))
        #expect(left == right)
        #expect(whole.split(separator: "\n").count > 25)
    }

    /// The values of a file without their places.
    private func texts(of text: String) throws -> [String] {
        let configuration = try ConfigurationFile.parse(Array(text.utf8), file: "t.yaml", environment: [:])
        let trunk = configuration.trunks[0], listener = configuration.listeners[0]
        return [
            "\(configuration.signalling)", "\(configuration.log)", configuration.plugins.folder,
            "\(configuration.plugins.instances.map { "\($0.isolation) \($0.fallback) \($0.deadline) \($0.memory)" })",
            "\(listener.transport) \(listener.bind) \(listener.advertise)",
            "\(trunk.listener) \(trunk.peer) \(String(describing: trunk.sources)) \(trunk.normalizers) \(trunk.mode)",
            "\(trunk.maxRingTime) \(trunk.maxCallDuration) \(String(describing: trunk.firstResponseTimeout))",
            "\(String(describing: trunk.progressTimeout)) \(String(describing: trunk.optionsInterval))",
            "\(trunk.optionsFailures) \(String(describing: trunk.router)) \(String(describing: trunk.adapter))",
            "\(trunk.media) \(String(describing: configuration.media))",
        ]
    }
}
