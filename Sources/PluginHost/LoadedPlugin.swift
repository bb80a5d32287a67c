import TandemKit

/// One plugin that is ready to make instances.
public struct LoadedPlugin: Sendable {
    /// The file in the plugin folder.
    public let file: String
    /// What the build is known by.
    public let hash: ContentHash
    /// Which build of this name it is in this process: 1 for the first.
    public let generation: Int
    /// A number that no other build of any plugin has in this process.
    public let serial: Int
    let descriptor: PluginDescriptor

    /// The name in the configuration's `plugin:`.
    public var name: String { descriptor.name }
    /// The plugin's own version.
    public var version: String { descriptor.version }
    /// What it is for.
    public var role: PluginRole { descriptor.role }
    /// What can be set.
    public var fields: [FieldDescription] { descriptor.fields }
    /// A JSON Schema of what can be set.
    public var settingsSchema: String { descriptor.settingsSchema }
}
