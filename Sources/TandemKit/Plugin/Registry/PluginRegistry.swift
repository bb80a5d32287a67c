/// Collects the plugins of one file while its entry point runs. Confined to the thread that calls the entry point.
public final class PluginRegistry {
    /// The most plugins one file may register.
    public static var descriptorCountMax: Int { 64 }

    /// The plugins, in the order of registration.
    public private(set) var descriptors: [PluginDescriptor] = []
    /// How many registrations were beyond `descriptorCountMax`.
    public private(set) var omittedCount = 0

    /// An empty registry.
    public init() {}

    /// Runs a plugin's entry point with this registry as its host.
    public func collect(from entryPoint: (UnsafeMutableRawPointer) -> Void) {
        entryPoint(Unmanaged.passUnretained(self).toOpaque())
    }

    func add(_ descriptor: PluginDescriptor) {
        guard descriptors.count < PluginRegistry.descriptorCountMax else {
            omittedCount += 1
            return
        }
        descriptors.append(descriptor)
    }

    static func at(_ host: UnsafeMutableRawPointer) -> PluginRegistry {
        Unmanaged<PluginRegistry>.fromOpaque(host).takeUnretainedValue()
    }
}
