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

    @Test("A kit takes plugins of its major that are not newer", arguments: [0, 1] as [UInt8])
    func accepts(major: UInt8) {
        let kit = KitVersion(major: major, minor: 2)
        #expect(kit.accepts(KitVersion(major: major, minor: 1)))
        #expect(kit.accepts(kit))
        #expect(!kit.accepts(KitVersion(major: major, minor: 3)))
        #expect(!kit.accepts(KitVersion(major: major + 1, minor: 0)))
        #expect(!kit.accepts(KitVersion(major: major + 1, minor: 2)))
    }

    @Test("A kit takes no plugin of an older major")
    func olderMajor() {
        #expect(!KitVersion(major: 1, minor: 2).accepts(KitVersion(major: 0, minor: 2)))
    }
}
