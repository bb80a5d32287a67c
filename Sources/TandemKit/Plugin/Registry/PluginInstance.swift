/// A plugin with its settings, ready to be called.
public enum PluginInstance: Sendable {
    /// A normalizer.
    case normalizer(NormalizerInstance)
    /// A router.
    case router(RouterInstance)
    /// An adapter.
    case adapter(AdapterInstance)
    /// An observer.
    case observer(ObserverInstance)

    /// The role.
    public var role: PluginRole {
        switch self {
        case .normalizer: .normalizer
        case .router: .router
        case .adapter: .adapter
        case .observer: .observer
        }
    }

    /// What is allowed in the settings but probably not meant, one sentence each.
    public var warnings: [String] {
        switch self {
        case .normalizer(let instance): instance.warnings
        case .router(let instance): instance.warnings
        case .adapter(let instance): instance.warnings
        case .observer(let instance): instance.warnings
        }
    }

    /// Has the services end with the instance.
    func keep(_ life: ServiceLife) {
        switch self {
        case .normalizer(let instance): instance.life = life
        case .router(let instance): instance.life = life
        case .adapter(let instance): instance.life = life
        case .observer(let instance): instance.life = life
        }
    }
}
