/// What Tandem does for one instance of a plugin: a log, metrics, a store, timers, and facts.
///
/// Take it in `init(settings:services:)` and keep it: it is one word, and every part may be used on any thread, in hooks
/// too. Its work ends with the instance: when a newer build has taken over and the last call of this one has ended, timers
/// stop. The store stays: it belongs to the instance's name.
public final class PluginServices: Sendable {
    /// The name of the instance in the configuration.
    public let instance: String
    let host: any ServiceHost

    /// Services of a host. Hosts make them; a plugin is given its own.
    public init(instance: String, host: any ServiceHost) {
        self.instance = instance
        self.host = host
    }

    /// Lines in the daemon's log.
    public var log: PluginLog { PluginLog(host: host) }
    /// Figures for the operator's monitoring.
    public var metrics: PluginMetrics { PluginMetrics(host: host) }
    /// Values that outlive the instance.
    public var store: KeyValueStore { KeyValueStore(host: host) }
    /// Work for later.
    public var timers: PluginTimers { PluginTimers(host: host) }
    /// What is known of trunks and listeners now. Look at it anew each time: it is a picture of this moment.
    public var facts: ExchangeFacts { host.facts }
}
