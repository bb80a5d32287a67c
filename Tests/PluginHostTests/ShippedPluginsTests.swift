import Testing

@testable import PluginHost

@Suite struct ShippedPluginsTests {
    private let root = Folder()
    private let known = Array("one".utf8)
    private let other = Array("two".utf8)

    @Test("With a list beside the command its contents alone ship, wherever the files lie and whatever they are called")
    func listed() {
        root.write(Array("\(ContentHash(of: known))  libOne.so\n".utf8), as: ShippedPlugins.list, mode: 0o644)
        root.write(other, as: "libTwo.so", mode: 0o644)
        root.makeFolder("plugins")
        root.write(other, as: "plugins/libTwo.so", mode: 0o644)
        let shipped = ShippedPlugins(folder: root.path)
        #expect(shipped.contain("/anywhere/libOne.so", ContentHash(of: known)))
        #expect(!shipped.contain("\(root.path)/libTwo.so", ContentHash(of: other)))
        #expect(!shipped.contain("\(root.path)/plugins/libTwo.so", ContentHash(of: other)))
        #expect(!shipped.contain("\(root.path)/plugins/libOne.so", ContentHash(of: other)))
    }

    @Test("In a build those ship that lie beside the command, not what a plugin folder there holds")
    func build() {
        root.write(known, as: "libOne.so", mode: 0o644)
        root.makeFolder("plugins")
        root.write(other, as: "plugins/libTwo.so", mode: 0o644)
        let shipped = ShippedPlugins(folder: root.path)
        #expect(shipped.contain("/anywhere/libOne.so", ContentHash(of: known)))
        #expect(!shipped.contain("/anywhere/libOne.so", ContentHash(of: other)))
        #expect(!shipped.contain("\(root.path)/plugins/libTwo.so", ContentHash(of: other)))
    }
}
