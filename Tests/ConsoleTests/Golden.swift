import Foundation
import Testing

/// Texts that were looked at and found good, in Tests/Golden/Console. With TANDEM_UPDATE_GOLDEN=1 in the environment
/// the tests write them anew, to be looked at in the diff.
enum Golden {
    static func expect(
        _ text: String, matches name: String, width: Int = 100, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Golden/Console")
        let file = folder.appendingPathComponent(name + ".txt")
        if ProcessInfo.processInfo.environment["TANDEM_UPDATE_GOLDEN"] == "1" {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data((text + "\n").utf8).write(to: file)
        }
        let golden = try String(contentsOf: file, encoding: .utf8)
        #expect(text + "\n" == golden, sourceLocation: sourceLocation)
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= width }, sourceLocation: sourceLocation)
    }
}
