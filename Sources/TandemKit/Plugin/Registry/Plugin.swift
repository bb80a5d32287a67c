/// What a plugin's entry point calls:
///
/// ```swift
/// @c(tandem_plugin) public func tandemPlugin(_ host: UnsafeMutableRawPointer) {
///     Plugin.register(AcmeGateway.self, in: host)
/// }
/// ```
public enum Plugin {
    /// Registers an adapter.
    public static func register<Type: GatewayAdapter>(_ type: Type.Type, in host: UnsafeMutableRawPointer) {
        PluginRegistry.at(host).add(PluginDescriptor(adapter: type))
    }

    /// Registers a normalizer.
    public static func register<Type: Normalizer>(_ type: Type.Type, in host: UnsafeMutableRawPointer) {
        PluginRegistry.at(host).add(PluginDescriptor(normalizer: type))
    }

    /// Registers a router.
    public static func register<Type: Router>(_ type: Type.Type, in host: UnsafeMutableRawPointer) {
        PluginRegistry.at(host).add(PluginDescriptor(router: type))
    }

    /// Registers an observer.
    public static func register<Type: CallObserver>(_ type: Type.Type, in host: UnsafeMutableRawPointer) {
        PluginRegistry.at(host).add(PluginDescriptor(observer: type))
    }
}

extension PluginDescriptor {
    /// Describes an adapter.
    public init<Type: GatewayAdapter>(adapter type: Type.Type) {
        self.init(type, role: .adapter) { name, value, services throws(PluginRefusal) in
            .adapter(.of(try PluginDescriptor.build(Type.self, value, services), named: name))
        }
    }

    /// Describes a normalizer.
    public init<Type: Normalizer>(normalizer type: Type.Type) {
        self.init(type, role: .normalizer) { name, value, services throws(PluginRefusal) in
            .normalizer(.of(try PluginDescriptor.build(Type.self, value, services), named: name))
        }
    }

    /// Describes a router.
    public init<Type: Router>(router type: Type.Type) {
        self.init(type, role: .router) { name, value, services throws(PluginRefusal) in
            .router(.of(try PluginDescriptor.build(Type.self, value, services), named: name))
        }
    }

    /// Describes an observer.
    public init<Type: CallObserver>(observer type: Type.Type) {
        self.init(type, role: .observer) { name, value, services throws(PluginRefusal) in
            .observer(.of(try PluginDescriptor.build(Type.self, value, services), named: name))
        }
    }
}
