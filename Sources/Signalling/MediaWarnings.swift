import Configuration
import TandemKit

/// What a configuration says about media and probably doesn't mean.
enum MediaWarnings {
    /// The warnings of a configuration, by trunk.
    static func of(_ settings: TandemConfiguration, made instances: [String: PluginInstance]) -> [ConfigurationProblem]
    {
        let relay = settings.media.map(warnings(of:)) ?? settings.trunks.compactMap(idle)
        return relay + settings.trunks.compactMap { open($0, settings.listeners[$0.listener], instances) }
    }

    /// A trunk that is to require SRTP where its keys could be read: the adapter leaves it off there.
    private static func open(
        _ trunk: TrunkSettings, _ listener: ListenerSettings, _ instances: [String: PluginInstance]
    ) -> ConfigurationProblem? {
        guard listener.transport == .tcp, let name = trunk.adapter, case .adapter(let adapter)? = instances[name],
            adapter.profile.srtp == .required
        else { return nil }
        return ConfigurationProblem(
            at: trunk.position, path: "trunks.\(trunk.name)",
            message: "its adapter \"\(name)\" is to require SRTP, which is off on a trunk over TCP",
            remedy: "use a listener with transport: tls, or set the adapter's srtp to off")
    }

    /// A trunk's rules for the relay when there is none.
    private static func idle(_ trunk: TrunkSettings) -> ConfigurationProblem? {
        var keys: [String] = []
        if trunk.media.latching != .known { keys.append("latching") }
        if !trunk.media.passes.isEmpty { keys.append("media-passes") }
        guard !keys.isEmpty else { return nil }
        let verb = keys.count == 1 ? "does" : "do"
        return ConfigurationProblem(
            at: trunk.position, path: "trunks.\(trunk.name)",
            message: "without a `media` section \(keys.joined(separator: " and ")) \(verb) nothing",
            remedy: "add the section, or remove the \(keys.count == 1 ? "key" : "keys")")
    }

    private static func warnings(of media: MediaSettings) -> [ConfigurationProblem] {
        guard let place = media.ng, isOpen(place.address) else { return [] }
        return [
            ConfigurationProblem(
                at: nil, path: "media.ng",
                message: "the NG protocol has no authentication, and whoever reaches \(place) can use the relay",
                remedy: "write a port of 127.0.0.1, or let a firewall admit your SIP servers alone")
        ]
    }

    /// Networks that the Internet doesn't reach (RFC 6890).
    private static let closed = [
        ("10.0.0.0", 8), ("100.64.0.0", 10), ("127.0.0.0", 8), ("169.254.0.0", 16), ("172.16.0.0", 12),
        ("192.168.0.0", 16), ("::1", 128), ("fc00::", 7), ("fe80::", 10),
    ].compactMap { text, length in IPAddress(text).flatMap { AddressPrefix($0, length: length) } }

    /// Whether an address is every one of this machine, or one that the Internet may reach.
    private static func isOpen(_ address: IPAddress) -> Bool { !closed.contains { $0.contains(address) } }
}
