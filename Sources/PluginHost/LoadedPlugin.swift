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
    /// Whether it ships with Tandem.
    public let isShipped: Bool
    /// Why its code runs only in processes of its own; nil when it need not (`PluginCrashes`).
    public let quarantine: String?
    /// What the file's code says of itself here; nil when none of it has run in this process.
    let descriptor: PluginDescriptor?
    /// What it said in a child process.
    let inspected: PluginInspection.Plugin
    /// The checked copy of the file.
    let copy: String
    /// Starts processes for its instances.
    let tier: ProcessTier
    /// What its instances get from the host.
    let services: ServiceCenter

    /// Whether its code is in this process, which it never leaves.
    public var isLoadedHere: Bool { descriptor != nil }

    /// The name in the configuration's `plugin:`.
    public var name: String { inspected.name }
    /// The plugin's own version.
    public var version: String { inspected.version }
    /// What it is for.
    public var role: PluginRole { inspected.role }
    /// What can be set.
    public var fields: [FieldDescription] { inspected.fields }
    /// A JSON Schema of what can be set.
    public var settingsSchema: String { inspected.settingsSchema }

    /// Makes an instance, here or in a process of its own.
    func make(
        _ instance: String, settings: SettingsValue, placement: PluginPlacement
    ) throws(PluginRefusal) -> PluginInstance {
        let isHere = placement.isolation == .none || (placement.isolation == .auto && isShipped)
        if isHere, let descriptor {
            return try descriptor.make(
                named: instance, settings: settings, services: services.services(of: instance, plugin: name))
        }
        return try tier.make(
            instance, of: name, serial: serial, file: file, copy: copy, settings: settings, placement: placement)
    }
}
