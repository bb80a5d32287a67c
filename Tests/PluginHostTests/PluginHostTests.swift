import BuiltPlugin
import Glibc
import TandemKit
import Testing

@testable import PluginHost

@Suite struct PluginHostTests {
    private let fixture = HostFixture()

    @Test("a plugin of the folder is loaded, with its name, version, role and settings")
    func loads() throws {
        let path = fixture.add(.fixture(), as: "libFixture.so")
        let set = try fixture.load()
        #expect(set.refused == [])
        let plugin = try #require(set["FixturePlugin"])
        #expect(plugin.file == path)
        #expect(plugin.version == "1.0")
        #expect(plugin.role == .router)
        #expect(plugin.fields.map(\.name) == ["trunk", "refuses"])
        #expect(plugin.generation == 1)
    }

    @Test("the checked copy is what runs, not the file in the folder")
    func runsTheCopy() throws {
        let path = fixture.add(.fixture("other-name"), as: "libFixture.so")
        let set = try fixture.load()
        #expect(set["OtherFixture"] != nil)
        let maps = String(decoding: BuiltPlugin.contents(of: "/proc/self/maps"), as: UTF8.self)
        #expect(maps.contains(fixture.root.path + "/private/"))
        #expect(!maps.contains(path))
    }

    @Test("a text file beside a plugin is refused and the plugin is loaded")
    func goesOn() throws {
        fixture.add(.fixture(), as: "libFixture.so")
        fixture.root.write(Array("hello".utf8), as: "plugins/a.so")
        let set = try fixture.load()
        #expect(set.plugins.map(\.name) == ["FixturePlugin"])
        #expect(set.refused.map(\.code) == [.notELF])
        #expect(set.refused.first?.file == fixture.folder + "/a.so")
    }

    @Test("files that do not end in .so, and hidden ones, are not looked at")
    func otherFiles() throws {
        fixture.root.write([1], as: "plugins/README")
        fixture.root.write([1], as: "plugins/.hidden.so")
        let set = try fixture.load()
        #expect(set.plugins.isEmpty && set.refused.isEmpty)
    }

    @Test("a file whose name is not UTF-8 is refused for that, and the others are loaded")
    func badName() throws {
        fixture.add(.fixture(), as: "libFixture.so")
        var path = Array((fixture.folder + "/lib").utf8CString.dropLast())
        path += [CChar(bitPattern: 0xFF)] + Array(".so".utf8CString)
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o644)
        #expect(descriptor >= 0)
        close(descriptor)
        let set = try fixture.load()
        #expect(set.plugins.map(\.name) == ["FixturePlugin"])
        #expect(
            set.refused.map(\.description) == [
                "\(fixture.folder)/lib\u{FFFD}.so has a name that is not UTF-8: rename it, with letters and digits like libName.so."
            ])
    }

    @Test("every spoiled file of a folder is refused with its own cause")
    func eachCause() throws {
        let spoiled: [(String, PluginFileRefusal.Code)] = [
            ("crash-on-load", .crashed), ("crash-in-entry", .crashed), ("exit-in-entry", .crashed),
            ("register-nothing", .registersNothing), ("register-twice", .duplicateName),
            ("fail-self-test", .failedSelfTest),
        ]
        for (mode, _) in spoiled { fixture.add(.fixture(mode), as: "\(mode).so") }
        let set = try fixture.load()
        #expect(set.plugins.isEmpty)
        for (mode, code) in spoiled {
            #expect(set.refused.first { $0.file.hasSuffix("/\(mode).so") }?.code == code, "\(mode)")
        }
    }

    @Test("a crash is told with what the plugin said before")
    func crashSentence() throws {
        fixture.add(.fixture("crash-in-entry"), as: "libFixture.so")
        let refusal = try #require(try fixture.load().refused.first)
        #expect(refusal.description.contains("Fatal error: the fixture was told to crash"))
        #expect(!refusal.description.contains("\n"))
    }

    @Test("a plugin that hangs is refused after the deadline", arguments: ["hang-on-load", "hang-in-entry"])
    func hangs(mode: String) throws {
        let fixture = HostFixture(deadline: 1)
        fixture.add(.fixture(mode), as: "libFixture.so")
        #expect(try fixture.load().refused.map(\.code) == [.hung])
    }

    @Test("what a plugin prints is not taken for its answer")
    func prints() throws {
        fixture.add(.fixture("print-in-entry"), as: "libFixture.so")
        #expect(try fixture.load().plugins.map(\.name) == ["FixturePlugin"])
    }

    @Test("a plugin that registers in the daemon what it did not tell before is refused")
    func changesItsMind() throws {
        fixture.add(.fixture("change-its-mind"), as: "libFixture.so")
        #expect(try fixture.load().refused.map(\.code) == [.badAnswer])
    }

    @Test("two files with plugins of one name are both refused, each naming the other")
    func twoOfOneName() throws {
        fixture.add(.fixture(), as: "a.so")
        fixture.add(.fixture("version-two"), as: "b.so")
        fixture.add(.fixture("other-name"), as: "c.so")
        let set = try fixture.load()
        #expect(set.plugins.map(\.name) == ["OtherFixture"])
        #expect(set.refused.map(\.code) == [.duplicateName, .duplicateName])
        #expect(set.refused.first?.cause.contains(fixture.folder + "/b.so") == true)
        #expect(set.refused.last?.cause.contains(fixture.folder + "/a.so") == true)
    }

    @Test("a plugin that registers a role which this daemon does not know is refused, and the others are loaded")
    func unknownRole() throws {
        fixture.add(.fixture("new-role"), as: "libFixture.so")
        fixture.add(.fixture("other-name"), as: "other.so")
        let set = try fixture.load()
        let refusal = try #require(set.refused.first)
        #expect(refusal.code == .unknownRole && refusal.file == fixture.folder + "/libFixture.so")
        #expect(refusal.description.contains("a plugin 'FixturePlugin' of the unknown role 'billing'"))
        #expect(refusal.description.contains("normalizer, router, adapter, observer"))
        #expect(set.plugins.map(\.name) == ["OtherFixture"])
    }

    @Test("an answer that is no JSON, and a program that cannot be started, are refusals")
    func badInspector() throws {
        let root = Folder()
        let script = root.write(Array("#!/bin/sh\necho hello\n".utf8), as: "inspector", mode: 0o755)
        let chatty = HostFixture(executable: script)
        chatty.add(.fixture(), as: "libFixture.so")
        #expect(try chatty.load().refused.map(\.code) == [.badAnswer])
        let missing = HostFixture(executable: root.path + "/none")
        missing.add(.fixture(), as: "libFixture.so")
        #expect(try missing.load().refused.map(\.code) == [.notInspected])
    }

    @Test("a build is asked once; its answer is kept by its content")
    func cached() throws {
        fixture.add(.fixture("version-two"), as: "libFixture.so")
        _ = try fixture.load()
        let blind = try PluginHost(
            privateFolder: fixture.root.path + "/private", inspector: PluginInspector(executable: "/nonexistent"))
        #expect(try blind.load(folder: fixture.folder)["FixturePlugin"]?.version == "2.0")
    }

    @Test("a changed file becomes the next generation, and the one before goes on working")
    func generations() throws {
        let host = try fixture.host()
        fixture.add(.fixture(), as: "libFixture.so")
        let first = try host.load(folder: fixture.folder)
        #expect(try host.load(folder: fixture.folder)["FixturePlugin"]?.generation == 1)
        fixture.add(.fixture("version-two"), as: "libFixture.so")
        let second = try host.load(folder: fixture.folder)
        #expect(second["FixturePlugin"]?.generation == 2)
        #expect(second["FixturePlugin"]?.version == "2.0")
        #expect(first["FixturePlugin"]?.version == "1.0")
        #expect(throws: Never.self) { try first.make("a", of: "FixturePlugin") }
        #expect(throws: Never.self) { try second.make("a", of: "FixturePlugin") }
    }

    @Test("a missing folder is one sentence that names it")
    func missingFolder() throws {
        let host = try fixture.host()
        let error = #expect(throws: PluginHostError.self) { try host.load(folder: fixture.folder + "/none") }
        #expect(error?.description.hasPrefix("The plugin folder \(fixture.folder)/none cannot be read") == true)
    }

    @Test("a folder that others may write is not read at all")
    func openFolder() throws {
        fixture.add(.fixture(), as: "libFixture.so")
        chmod(fixture.folder, 0o777)
        let host = try fixture.host()
        #expect(throws: PluginHostError.self) { try host.load(folder: fixture.folder) }
    }
}
