/// A plugin with its settings, ready to be called.
public enum PluginInstance: Sendable {
    /// A normalizer.
    case normalizer(NormalizerInstance)
    /// A router.
    case router(RouterInstance)
    /// An observer.
    case observer(ObserverInstance)

    /// The role.
    public var role: PluginRole {
        switch self {
        case .normalizer: .normalizer
        case .router: .router
        case .observer: .observer
        }
    }
}
