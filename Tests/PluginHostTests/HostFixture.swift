import BuiltPlugin
import PluginHost

/// A plugin folder, a private folder and a host over both, for one test.
struct HostFixture {
    let root = Folder()
    let inspector: PluginInspector

    init(executable: String = BuiltPlugin.folder + "/tandem", deadline: Int = 30) {
        inspector = PluginInspector(executable: executable, deadline: deadline)
        root.makeFolder("plugins")
    }

    var folder: String { root.path + "/plugins" }

    /// A host with nothing loaded; a second one of the same fixture shares the stored answers.
    func host() throws -> PluginHost {
        try PluginHost(privateFolder: root.path + "/private", inspector: inspector)
    }

    /// Puts a file into the plugin folder.
    @discardableResult func add(_ plugin: BuiltPlugin, as name: String) -> String {
        root.write(plugin.bytes, as: "plugins/\(name)", mode: 0o644)
    }

    /// Loads the folder in a host of its own.
    func load() throws -> PluginSet { try host().load(folder: folder) }
}
