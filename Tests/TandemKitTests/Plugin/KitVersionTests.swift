import Foundation
import TandemKit
import Testing

@Suite struct KitVersionTests {
    @Test("The constants that the build puts into every plugin say this kit's version")
    func manifest() throws {
        let template = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/TandemKit/Manifest/TandemManifest.swift")
        let text = try String(contentsOf: template, encoding: .utf8)
        let values = text[try #require(text.range(of: ") = (")).upperBound...]
            .prefix { $0 != ")" }.split(separator: ",")
            .map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
        #expect(values.count == 16)
        #expect(values[9] == "\(KitVersion.current.major)")
        #expect(values[10] == "\(KitVersion.current.minor)")
    }

    @Test("A kit takes plugins of its major that are not newer; before 1.0, of its own minor only")
    func accepts() {
        let kit = KitVersion(major: 1, minor: 2)
        #expect(kit.accepts(KitVersion(major: 1, minor: 0)))
        #expect(kit.accepts(kit))
        #expect(!kit.accepts(KitVersion(major: 1, minor: 3)))
        #expect(!kit.accepts(KitVersion(major: 2, minor: 0)))
        let early = KitVersion(major: 0, minor: 2)
        #expect(early.accepts(early))
        #expect(!early.accepts(KitVersion(major: 0, minor: 1)))
    }
}
