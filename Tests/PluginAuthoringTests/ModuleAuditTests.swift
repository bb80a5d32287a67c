import Foundation
import PluginAuthoring
import Testing

@Suite struct ModuleAuditTests {
    @Test("The audit knows every module of the core")
    func modules() throws {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources")
        let names = try FileManager.default.contentsOfDirectory(atPath: sources.path).filter { !$0.hasPrefix(".") }
        // The modules that hold C alone define no type of Swift.
        let modules = Set(names).subtracting([
            "CLinux", "CCrashReport", "CPCRE2", "COpenSSL", "CSQLite", "CCURL", "CCAres",
        ])
        #expect(modules == ModuleAudit.core, "name a new module of the core in ModuleAudit.core")
    }
}
