import BuiltPlugin
import Testing

@testable import PluginHost

@Suite struct KitSymbolTests {
    @Test(
        "descriptors of the kit's own types and protocols are told",
        arguments: [
            "$s9TandemKit8EndpointVMn", "$s9TandemKit6RouterMp", "$s9TandemKit0A6PluginMp", "$s9TandemKit0aB0OMn",
        ])
    func kit(name: String) {
        #expect(KitSymbol.isKitType(Array(name.utf8)[...]))
    }

    @Test(
        "what a plugin adds to the kit's types in extensions is its own",
        arguments: [
            "$s9TandemKit8EndpointV4AcmeE5InnerVMn", "$s4Acme7GatewayVMn", "$s9TandemKit8EndpointV4AcmeE3fooyyF",
            "$s9TandemKit", "$s9TandemKit99FooVMn", "$s9TandemKit0VMn",
        ])
    func plugin(name: String) {
        #expect(!KitSymbol.isKitType(Array(name.utf8)[...]))
    }

    @Test("every type that the built kit defines at its top level is recognized as a copy would be")
    func builtKit() throws {
        var kinds = 0
        try ELFImage(BuiltPlugin("TandemKit").bytes).forEachDefinedSymbol { name in
            if KitSymbol.isKitType(name) { kinds += 1 }
        }
        #expect(kinds >= 3)
    }

    @Test("the Swift runtime is recognized by the functions that every program of it has")
    func runtime() {
        #expect(KitSymbol.isRuntime(Array("swift_retain".utf8)[...]))
        #expect(!KitSymbol.isRuntime(Array("swift_addNewDSOImage".utf8)[...]))
    }
}
