import BuiltPlugin
import Glibc
import Testing

@testable import PluginHost

@Suite struct ELFImageTests {
    @Test("finds the constants, the entry point and the needed libraries of a plugin as built")
    func readsAPlugin() throws {
        let image = try ELFImage(BuiltPlugin().bytes)
        let section = try #require(image.section(named: PluginManifest.section))
        #expect(image.bytes(of: section).starts(with: Array("TANDEMPL".utf8)))
        var names: [String] = []
        try image.forEachDefinedSymbol { names.append(String(decoding: $0, as: UTF8.self)) }
        #expect(names.contains("tandem_plugin"))
        #expect(!names.contains("swift_addNewDSOImage"), "a symbol that is only used is not defined")
        let needed = try image.needed()
        #expect(needed.contains("libTandemKit.so"))
        #expect(needed.contains("libswiftCore.so"))
    }

    @Test("a file cut anywhere is an error, never a trap")
    func truncated() {
        let whole = BuiltPlugin().bytes
        let cuts = Array(0...256) + stride(from: 257, to: whole.count, by: 97) + [whole.count - 1]
        for cut in cuts {
            #expect(throws: ELFError.self) { try ELFImage(Array(whole[..<cut])) }
        }
    }

    @Test("a section of 1 GiB is refused, also one without bytes in the file", arguments: [".text", ".bss"])
    func hugeSection(name: String) {
        var plugin = BuiltPlugin()
        plugin.set(1 << 30, width: 8, at: plugin.sectionEntry(name) + 32)
        #expect(throws: ELFError.self) { try ELFImage(plugin.bytes) }
    }

    @Test(
        "sizes and offsets near the end of the number range do not wrap around",
        arguments: [UInt64.max, UInt64.max - 63, UInt64(1) << 63, UInt64(1) << 32])
    func overflow(value: UInt64) {
        let plugin = BuiltPlugin()
        for offset in [32, 40] {
            var spoiled = plugin
            spoiled.set(value, width: 8, at: offset)
            #expect(throws: ELFError.self) { try ELFImage(spoiled.bytes) }
        }
        var spoiled = plugin
        spoiled.set(value, width: 8, at: plugin.sectionEntry(".dynsym") + 24)
        #expect(throws: ELFError.self) { try ELFImage(spoiled.bytes) }
    }

    @Test("more sections or segments than any linker writes are refused", arguments: [56, 60])
    func tooMany(offset: Int) {
        var plugin = BuiltPlugin()
        plugin.set(0xFFFF, width: 2, at: offset)
        #expect(throws: ELFError.self) { try ELFImage(plugin.bytes) }
    }

    @Test("a segment that ends beyond the file is refused, since the dynamic linker would map it")
    func segmentBeyondTheEnd() {
        var plugin = BuiltPlugin()
        plugin.set(UInt64(plugin.bytes.count), width: 8, at: plugin.integer(8, at: 32) + 32)
        #expect { try ELFImage(plugin.bytes) } throws: { ($0 as? ELFError)?.kind == .truncated }
    }

    @Test("symbol names outside their table are an error")
    func badSymbolName() throws {
        var plugin = BuiltPlugin()
        for symbol in 1..<plugin.sectionSize(".dynsym") / 24 {
            plugin.set(0xFFFF_FFF0, width: 4, at: plugin.sectionOffset(".dynsym") + symbol * 24)
        }
        let image = try ELFImage(plugin.bytes)
        #expect(throws: ELFError.self) { try image.forEachDefinedSymbol { _ in } }
    }

    @Test("mutated files never make the reader trap")
    func fuzz() {
        let whole = BuiltPlugin().bytes
        let rounds = getenv("TANDEM_FUZZ_ELF").flatMap { Int(String(cString: $0)) } ?? 300
        let seed = getenv("TANDEM_FUZZ_SEED").flatMap { UInt64(String(cString: $0)) } ?? 0x7A6D_5EED
        var random = SeededGenerator(seed: seed)
        var accepted = 0
        for _ in 0..<rounds {
            let bytes = ELFMutation.mutate(whole, using: &random)
            if (try? PluginFileCheck.check(bytes, file: "mutated.so")) != nil { accepted += 1 }
        }
        #expect(accepted < rounds, "some mutation must have been noticed")
    }
}
