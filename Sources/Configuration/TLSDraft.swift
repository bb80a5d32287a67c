import TandemKit

/// The `tls` section of a listener as far as it could be read.
struct ListenerTLSDraft {
    /// The settings, when every value of them is right.
    let settings: ListenerTLSSettings?

    init(_ section: SectionReader, paths: PathResolution) {
        let files = section.credentials(paths, needed: true)
        let authorities = section.authorities(paths)
        let clients = section.read("client-certificates", ValueParsers.choice(ClientCertificateDemand.self))
        let least = section.read("min-version", ValueParsers.choice(LeastTLSVersion.self))
        guard let files, let authorities, let clients, let least else {
            settings = nil
            return
        }
        settings = ListenerTLSSettings(
            certificate: files.certificate, key: files.key, clients: clients.value, authorities: authorities.value,
            least: least.value)
    }
}

/// The `tls` section of a trunk as far as it could be read, or what counts without one.
struct TrunkTLSDraft {
    /// Where the section begins; nil when there is none.
    let position: SourcePosition?
    private let files: (certificate: ConfiguredFile, key: ConfiguredFile)?
    private let authorities: Located<ConfiguredFile?>?
    private let identity: Located<String>?
    private let match: Located<TrunkMatch?>?

    init(_ trunk: SectionReader, paths: PathResolution) {
        let section = trunk.section("tls")
        position = section?.position
        let reader =
            section
            ?? SectionReader(
                .init(.map([]), at: trunk.position), path: "\(trunk.path).tls", pattern: "\(trunk.pattern).tls",
                problems: trunk.problems)
        files = reader.credentials(paths, needed: false)
        authorities = reader.authorities(paths)
        identity = reader.readIfPresent("identity", ValueParsers.host)
        match = reader.read("match") { (text) throws(ValueFault) in
            text == "auto" ? nil : try ValueParsers.choice(TrunkMatch.self)(text)
        }
    }

    /// What counts for a trunk of a TLS listener to that peer; nil when something is wrong.
    func settings(on listener: ListenerTLSSettings, peer: Host) -> TrunkTLSSettings? {
        guard let authorities, let match else { return nil }
        return TrunkTLSSettings(
            certificate: files?.certificate ?? listener.certificate, key: files?.key ?? listener.key,
            authorities: authorities.value, identity: identity?.value ?? "\(peer)",
            match: match.value ?? (listener.clients == .require ? .both : .source))
    }

    /// Whether a certificate is asked for that the listener never sees; then no request would be this trunk's.
    func checkMatch(on listener: ListenerSettings, _ trunk: SectionReader) {
        guard let match, let wanted = match.value, wanted != .source,
            listener.tls?.clients == ClientCertificateDemand.none
        else { return }
        trunk.refuse(
            "tls.match", at: match.position,
            "the listener \"\(listener.name)\" asks nobody for a certificate",
            remedy: "write client-certificates: require in its tls section, or match: source here")
    }
}

extension SectionReader {
    /// A certificate with its key, which may be in the same file; nil when there is none, or one is wrong.
    fileprivate func credentials(
        _ paths: PathResolution, needed: Bool
    ) -> (certificate: ConfiguredFile, key: ConfiguredFile)? {
        let certificate =
            needed ? read("certificate", ValueParsers.text) : readIfPresent("certificate", ValueParsers.text)
        let key = readIfPresent("key", ValueParsers.text)
        guard let certificate else {
            if let key, !needed {
                refuse(
                    "key", at: key.position, "there is a key, but no certificate",
                    remedy: "add certificate: with the file of its certificate, or remove the key")
            }
            return nil
        }
        let files = [certificate, key ?? certificate].map {
            ConfiguredFile(path: paths.resolve($0.value), position: $0.position)
        }
        return (files[0], files[1])
    }

    /// The file of authorities, nil inside for the host's own; nil when it is wrong.
    fileprivate func authorities(_ paths: PathResolution) -> Located<ConfiguredFile?>? {
        read("authorities") { (text) throws(ValueFault) in
            text == "system" ? nil : try ValueParsers.text(text)
        }.map { path in
            Located(
                value: path.value.map { ConfiguredFile(path: paths.resolve($0), position: path.position) },
                position: path.position)
        }
    }
}
