import BuiltPlugin
import TandemKit
import Testing

@testable import PluginHost

@Suite struct PluginFileCheckTests {
    private let host = PluginManifest.own

    private func refusal(of bytes: [UInt8]) -> PluginFileRefusal? {
        do throws(PluginFileRefusal) {
            try PluginFileCheck.check(bytes, file: "plugins/libX.so")
            return nil
        } catch { return error }
    }

    /// A plugin with one byte of its constants changed.
    private func constants(_ index: Int, _ change: (UInt8) -> UInt8) -> [UInt8] {
        var plugin = BuiltPlugin()
        let offset = plugin.sectionOffset("tandem.manifest") + index
        plugin.bytes[offset] = change(plugin.bytes[offset])
        return plugin.bytes
    }

    @Test("a plugin as built passes", arguments: ["DialPlan", "VoiceRoutes", "Generic", "Lync", "Asterisk"])
    func passes(name: String) {
        #expect(refusal(of: BuiltPlugin(name).bytes) == nil)
    }

    @Test("a text file, and an empty one, are no ELF files", arguments: ["#!/bin/sh\necho hello\n", ""])
    func notELF(text: String) throws {
        let refusal = try #require(self.refusal(of: Array(text.utf8)))
        #expect(refusal.code == .notELF)
        #expect(refusal.description.hasPrefix("plugins/libX.so is "))
        #expect(refusal.description.hasSuffix(": keep only compiled plugins in the plugin folder."))
    }

    @Test("a file that was only half copied is truncated", arguments: [5, 40, 63, 64, 500, 5000])
    func truncated(size: Int) {
        let bytes = BuiltPlugin().bytes
        #expect(refusal(of: Array(bytes.prefix(size)))?.code == .truncated)
        #expect(refusal(of: Array(bytes.dropLast(size)))?.code == .truncated)
    }

    @Test("a file for another machine names both", arguments: [(183, "ARM64"), (243, "RISC-V")])
    func otherMachine(number: UInt64, name: String) throws {
        var plugin = BuiltPlugin()
        plugin.set(number == UInt64(ELFImage.Machine.own) ? 62 : number, width: 2, at: 18)
        let refusal = try #require(self.refusal(of: plugin.bytes))
        #expect(refusal.code == .otherArchitecture)
        #expect(refusal.cause.contains(ELFImage.Machine.name(of: ELFImage.Machine.own)))
    }

    @Test("a 32-bit or big-endian file is for another machine", arguments: [4, 5])
    func otherClass(offset: Int) {
        var plugin = BuiltPlugin()
        plugin.bytes[offset] = 3 - plugin.bytes[offset]
        #expect(refusal(of: plugin.bytes)?.code == .otherArchitecture)
    }

    @Test("an executable is no shared library")
    func executable() {
        var plugin = BuiltPlugin()
        plugin.set(2, width: 2, at: 16)
        #expect(refusal(of: plugin.bytes)?.code == .notShared)
    }

    @Test("a library without the constants is not taken for a plugin")
    func noConstants() {
        var plugin = BuiltPlugin()
        plugin.replace("tandem.manifest", with: "another.section")
        #expect(refusal(of: plugin.bytes)?.code == .noConstants)
        #expect(refusal(of: constants(0) { $0 ^ 1 })?.code == .noConstants)
        #expect(refusal(of: constants(8) { $0 + 1 })?.code == .noConstants)
    }

    @Test("a plugin of another kit major is refused with both versions")
    func otherMajor() throws {
        let refusal = try #require(self.refusal(of: constants(9) { $0 + 1 }))
        #expect(refusal.code == .otherKit)
        #expect(refusal.cause.contains("kit \(host.kit.major + 1).\(host.kit.minor)"))
        #expect(refusal.cause.contains("kit \(host.kit)"))
        #expect(refusal.remedy.contains("update the daemon"))
    }

    @Test("a plugin of a newer minor kit is refused, since it may call what the daemon lacks")
    func newerMinor() {
        #expect(refusal(of: constants(10) { $0 + 1 })?.code == .otherKit)
    }

    @Test("a plugin of an older minor kit is taken: what it calls is still there")
    func olderMinor() {
        #expect(host.kit.minor > 0)
        #expect(refusal(of: constants(10) { $0 - 1 }) == nil)
    }

    @Test("a plugin of another Swift version is refused with both versions", arguments: [11, 12])
    func otherSwift(index: Int) throws {
        let refusal = try #require(self.refusal(of: constants(index) { $0 + 1 }))
        #expect(refusal.code == .otherSwift)
        #expect(refusal.remedy == "compile it with Swift \(host.swift)")
    }

    @Test("a plugin without the entry point is told which function to add")
    func noEntryPoint() throws {
        var plugin = BuiltPlugin()
        plugin.replace("tandem_plugin", with: "tandem_plugon")
        let refusal = try #require(self.refusal(of: plugin.bytes))
        #expect(refusal.code == .noEntryPoint)
        #expect(refusal.remedy.contains("@c(tandem_plugin)"))
    }

    @Test("a plugin that does not share the daemon's kit or runtime carries its own")
    func copies() {
        var plugin = BuiltPlugin()
        plugin.replace("libTandemKit.so", with: "libTandemOwn.so")
        #expect(refusal(of: plugin.bytes)?.code == .kitCopy)
        plugin = BuiltPlugin()
        plugin.replace("libswiftCore.so", with: "libswiftKern.so")
        #expect(refusal(of: plugin.bytes)?.code == .runtimeCopy)
    }

    @Test(
        "a plugin that defines a type of the kit, or the runtime's functions, carries its own",
        arguments: [("$s9TandemKit8EndpointVMn", PluginFileRefusal.Code.kitCopy), ("swift_retain", .runtimeCopy)])
    func definedCopies(symbol: String, code: PluginFileRefusal.Code) {
        var plugin = BuiltPlugin()
        let present = "$s8DialPlan14tandemManifests5UInt8V_A15Dtvau"
        plugin.replace(present, with: symbol + String(repeating: "\0", count: present.utf8.count - symbol.utf8.count))
        #expect(refusal(of: plugin.bytes)?.code == code)
    }

    @Test("the kit's own library is told from a plugin")
    func theKit() {
        #expect(refusal(of: BuiltPlugin("TandemKit").bytes)?.code == .isTheKit)
    }
}
