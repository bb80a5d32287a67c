/// What a plugin file says about one plugin in it.
public struct PluginDescriptor: Sendable {
    /// The name in the configuration's `plugin:`.
    public let name: String
    /// The plugin's own version.
    public let version: String
    /// What it is for.
    public let role: PluginRole
    /// What can be set.
    public let fields: [FieldDescription]
    /// A JSON Schema of what can be set.
    public let settingsSchema: String
    private let instantiate: @Sendable (String, SettingsValue, PluginServices) throws(PluginRefusal) -> PluginInstance
    private let test: @Sendable () throws -> Void

    init<Type: TandemPlugin>(
        _ type: Type.Type, role: PluginRole,
        instantiate:
            @escaping @Sendable (String, SettingsValue, PluginServices) throws(PluginRefusal) -> PluginInstance
    ) {
        name = Type.name
        version = Type.version
        self.role = role
        fields = Type.Settings.fieldDescriptions
        settingsSchema = Type.Settings.jsonSchema
        self.instantiate = instantiate
        test = { try Type.selfTest() }
    }

    /// Describes a plugin whose code runs elsewhere: the host has asked it what it is, and `instantiate` makes instances
    /// that cross over.
    public init(
        name: String, version: String, role: PluginRole, fields: [FieldDescription], settingsSchema: String,
        instantiate: @escaping @Sendable (String, SettingsValue) throws(PluginRefusal) -> PluginInstance
    ) {
        self.name = name
        self.version = version
        self.role = role
        self.fields = fields
        self.settingsSchema = settingsSchema
        self.instantiate = { name, settings, _ throws(PluginRefusal) in try instantiate(name, settings) }
        test = {}
    }

    /// Makes an instance without services.
    ///
    /// - Parameters:
    ///   - name: The name of the instance in the configuration, which steps and logs carry.
    ///   - settings: What the operator wrote; `.empty` for nothing.
    public func make(named name: String, settings: SettingsValue) throws(PluginRefusal) -> PluginInstance {
        try make(named: name, settings: settings, services: PluginServices(instance: name, host: NoServiceHost()))
    }

    /// Makes an instance. Its services end with it.
    public func make(
        named name: String, settings: SettingsValue, services: PluginServices
    ) throws(PluginRefusal) -> PluginInstance {
        let instance: PluginInstance
        do throws(PluginRefusal) { instance = try instantiate(name, settings, services) } catch {
            services.host.end()
            throw error
        }
        instance.keep(ServiceLife(services))
        return instance
    }

    /// Runs the plugin's self-test; throws what it throws.
    public func selfTest() throws { try test() }

    /// Decodes the settings and calls the initializer.
    static func build<Type: TandemPlugin>(
        _ type: Type.Type, _ value: SettingsValue, _ services: PluginServices
    ) throws(PluginRefusal) -> Type {
        let settings: Type.Settings
        do { settings = try Type.Settings(decoding: value) } catch { throw .settings(error) }
        do { return try Type(settings: settings, services: services) } catch {
            throw .initializer(String(describing: error))
        }
    }
}
