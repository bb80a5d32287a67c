import TandemKit

/// What no single section shows: names that nobody defined, transports and address families that don't fit, two trunks
/// that a request could belong to.
struct TrunkValidation {
    private let listenerDrafts: [ListenerDraft]
    private let listeners: [ListenerSettings]
    private let media: MediaDraft?
    private let instances: [PluginInstanceSettings]
    private let facts: [PluginFacts]?
    private let problems: ProblemList

    init(
        listeners: [ListenerDraft], media: MediaDraft?, plugins: PluginSettingsSection, facts: [PluginFacts]?,
        problems: ProblemList
    ) {
        listenerDrafts = listeners
        self.media = media
        self.listeners = listeners.compactMap(\.settings)
        instances = plugins.instances
        self.facts = facts
        self.problems = problems
    }

    /// Checks that each instance's plugin is there.
    func checkInstances() {
        guard let facts else { return }
        for instance in instances where !facts.contains(where: { $0.name == instance.plugin }) {
            problems.add(
                at: instance.position, path: "plugins.instances.\(instance.name).plugin",
                "no plugin of the name \(instance.plugin.quoted) is loaded",
                remedy: ValueParsers.meant(instance.plugin, facts.map(\.name)))
        }
    }

    /// The trunks that are right in themselves; everything wrong with them and between them goes to the problems.
    func check(_ drafts: [TrunkDraft]) -> [TrunkSettings] {
        let trunks = drafts.compactMap(settings)
        TrunkTies.check(trunks, drafts, problems)
        return trunks
    }

    private func settings(_ draft: TrunkDraft) -> TrunkSettings? {
        checkReference(draft.adapter, "adapter", .adapter, draft.section)
        checkReference(draft.router, "router", .router, draft.section)
        for (index, normalizer) in draft.normalizers.enumerated() {
            checkReference(normalizer, "normalizers[\(index)]", .normalizer, draft.section)
        }
        draft.media.checkInterface(among: media, draft.section)
        guard let (index, listener) = listener(of: draft), let peer = peer(of: draft, over: listener) else {
            return nil
        }
        for source in draft.sources ?? [] where source.value.address.isIPv6 != listener.bind.address.isIPv6 {
            draft.section.refuse(
                "sources", at: source.position,
                "no request from \(source.value) can reach the \(Self.family(listener.bind.address)) listener \"\(listener.name)\"",
                remedy: "write \(Self.family(listener.bind.address)) prefixes, or use another listener")
        }
        let tls = tls(of: draft, on: listener, to: peer)
        guard tls != nil || listener.transport != .tls else { return nil }
        guard let mode = draft.mode, let media = draft.media.settings, let times = draft.times else { return nil }
        return TrunkSettings(
            name: draft.name, listener: index, peer: peer, tls: tls, sources: draft.sources?.map(\.value),
            domain: draft.domain?.value, adapter: draft.adapter?.value, normalizers: draft.normalizers.map(\.value),
            router: draft.router?.value, mode: mode.value, media: media, maxRingTime: times.ring,
            maxCallDuration: times.call, firstResponseTimeout: times.firstResponse, progressTimeout: times.progress,
            optionsInterval: times.options, optionsFailures: times.failures, session: draft.session,
            limits: draft.limits, transfer: draft.transfer, redirects: draft.redirects,
            credentials: draft.credentials,
            registration: draft.registration?.settings(user: draft.credentials?.user, peer: peer.host),
            users: draft.users,
            position: draft.position)
    }

    private func listener(of draft: TrunkDraft) -> (Int, ListenerSettings)? {
        guard let name = draft.listener else { return nil }
        if let index = listeners.firstIndex(where: { $0.name == name.value }) { return (index, listeners[index]) }
        let names = listenerDrafts.map(\.name)
        if !names.contains(name.value) {
            draft.section.refuse(
                "listener", at: name.position, "there is no listener \(name.value.quoted)",
                remedy: ValueParsers.meant(name.value, names))
        }
        return nil
    }

    private func peer(of draft: TrunkDraft, over listener: ListenerSettings) -> PeerAddress? {
        guard let peer = draft.peer else { return nil }
        if let transport = peer.value.transport, transport != listener.transport {
            draft.section.refuse(
                "peer", at: peer.position,
                "the peer wants \(transport), the listener \"\(listener.name)\" has \(listener.transport)",
                remedy: "use a \(transport) listener or remove ;transport=\(transport)")
            return nil
        }
        if case .address(let address) = peer.value.address.host, address.isIPv6 != listener.bind.address.isIPv6 {
            draft.section.refuse(
                "peer", at: peer.position,
                "the peer is \(Self.family(address)), the listener \"\(listener.name)\" is \(Self.family(listener.bind.address))",
                remedy: "use a listener with an \(Self.family(address)) address")
            return nil
        }
        if listener.transport == .tls, case .address(let address) = peer.value.address.host {
            draft.section.refuse(
                "peer", at: peer.position,
                "a TLS peer needs a name, and \(address) is none: certificates prove names (RFC 5922)",
                remedy: "write the host name in its certificate, like gw.example.net")
            return nil
        }
        return PeerAddress(
            host: peer.value.address.host, port: peer.value.address.port ?? (listener.transport == .tls ? 5061 : 5060),
            transport: listener.transport, hasPort: peer.value.address.port != nil,
            hasTransport: peer.value.transport != nil)
    }

    /// What a trunk of a TLS listener shows and asks for; nil for others, and when something is wrong.
    private func tls(
        of draft: TrunkDraft, on listener: ListenerSettings, to peer: PeerAddress
    ) -> TrunkTLSSettings? {
        if listener.transport != .tls, let position = draft.tls.position {
            draft.section.refuse(
                "tls", at: position, "the listener \"\(listener.name)\" has \(listener.transport), not tls",
                remedy: "use a tls listener, or remove the section")
        }
        draft.tls.checkMatch(on: listener, draft.section)
        guard listener.transport == .tls else { return nil }
        return listener.tls.flatMap { draft.tls.settings(on: $0, peer: peer.host) }
    }

    private func checkReference(
        _ reference: Located<String>?, _ key: String, _ role: PluginRole, _ section: SectionReader
    ) {
        guard let reference else { return }
        guard let instance = instances.first(where: { $0.name == reference.value }) else {
            section.refuse(
                key, at: reference.position, "there is no plugin instance \(reference.value.quoted)",
                remedy: missingInstance(reference.value))
            return
        }
        guard let fact = facts?.first(where: { $0.name == instance.plugin }), fact.role != role else { return }
        section.refuse(
            key, at: reference.position, "\(reference.value.quoted) has the role \(fact.role), not \(role)",
            remedy: "name an instance of a plugin with the role \(role)")
    }

    private func missingInstance(_ name: String) -> String {
        let names = instances.map(\.name)
        if let nearest = NearestName.of(name, among: names) { return "did you mean \"\(nearest)\"?" }
        let plugin = facts?.first { $0.name.lowercased() == name.lowercased() }?.name ?? "NAME"
        return "add \(name): { plugin: \(plugin) } under plugins.instances"
    }

    private static func family(_ address: IPAddress) -> String { address.isIPv6 ? "IPv6" : "IPv4" }
}
