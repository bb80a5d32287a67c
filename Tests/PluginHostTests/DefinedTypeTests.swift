import BuiltPlugin
import Testing

@testable import PluginHost

@Suite struct DefinedTypeTests {
    @Test("A plugin defines types of its own modules, the kit's library those of the kit")
    func modules() throws {
        func modules(_ name: String) throws -> Set<String> {
            Set(try DefinedType.all(of: ELFImage(BuiltPlugin(name).bytes)).map(\.module))
        }
        #expect(try modules("DialPlan") == ["DialPlan", "Patterns"])
        #expect(try modules("Lync") == ["Lync"])
        #expect(try modules("TandemKit") == ["TandemKit"])
        let kit = try DefinedType.all(of: ELFImage(BuiltPlugin("TandemKit").bytes))
        #expect(kit.contains { $0.name == "SIPRequest" } && kit.contains { $0.name == "Router" })
    }

    @Test("Whatever stands in the descriptors, reading them ends without a trap")
    func damaged() throws {
        var plugin = BuiltPlugin("DialPlan")
        let whole = plugin
        var random = SeededGenerator(seed: 9)
        for _ in 0..<300 {
            plugin = whole
            for section in ["swift5_type_metadata", ".rodata"] {
                let (start, size) = (plugin.sectionOffset(section), plugin.sectionSize(section))
                for _ in 0..<40 {
                    let offset = start + Int.random(in: 0..<(size - 3), using: &random)
                    plugin.set(random.next(), width: 4, at: offset)
                }
            }
            _ = try? DefinedType.all(of: ELFImage(plugin.bytes))
        }
        #expect(try !DefinedType.all(of: ELFImage(whole.bytes)).isEmpty)
    }
}
