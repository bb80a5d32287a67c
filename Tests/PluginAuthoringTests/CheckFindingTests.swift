import Foundation
import PluginAuthoring
import Testing

@Suite struct CheckFindingTests {
    @Test("docs/PLUGINS.md explains every kind of finding", arguments: CheckFinding.Code.allCases)
    func documented(code: CheckFinding.Code) throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "docs/PLUGINS.md"), encoding: .utf8)
        let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `") }
        #expect(rows.contains { $0.split(separator: "|")[0].contains("`\(code.rawValue)`") })
    }
}
