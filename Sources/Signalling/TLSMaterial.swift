import Configuration
import Glibc
import SIPTransport

/// What the files about TLS of a configuration hold: the contexts of all connections, and which certificates we show.
struct TLSMaterial: Sendable {
    /// A certificate that we show, and for whom.
    struct Shown: Sendable {
        /// `listener uc`, `trunk sbc`.
        let owner: String
        let file: String
        let certificate: Certificate
        /// Where it stands in the configuration.
        let key: String
        let position: SourcePosition
    }

    /// None.
    static let none = TLSMaterial(security: TransportSecurity(), shown: [], stamps: [:], openKeys: [])

    /// By what the shards make their connections.
    let security: TransportSecurity
    /// The certificates that we show, each file once.
    let shown: [Shown]
    /// What was read, to see whether it has changed.
    let stamps: [String: FileStamp]
    /// Files with keys that every user of this host can read, each once.
    let openKeys: [OpenKey]

    /// A key that isn't secret.
    struct OpenKey: Sendable {
        let file: ConfiguredFile
        /// The key of the configuration that names it.
        let key: String
    }

    /// Reads the files. Every problem is told at once, with the line that names the file.
    static func load(of settings: TandemConfiguration) throws(ConfigurationErrors) -> TLSMaterial {
        var loader = Loader()
        let servers = settings.listeners.map { loader.server($0) }
        let clients = settings.trunks.map { trunk in
            trunk.tls.flatMap { loader.client($0, of: trunk, on: settings.listeners[trunk.listener]) }
        }
        guard loader.problems.isEmpty else {
            throw ConfigurationErrors(file: settings.file, problems: loader.problems)
        }
        return TLSMaterial(
            security: TransportSecurity(servers: servers, clients: clients), shown: loader.shown, stamps: loader.stamps,
            openKeys: loader.openKeys)
    }

    /// Which of the files differ from those of other material, by name.
    func changes(to other: TLSMaterial) -> [String] {
        other.stamps.filter { stamps[$0.key] != nil && stamps[$0.key] != $0.value }.keys.sorted()
    }
}

/// By what a file is known to be the same.
struct FileStamp: Hashable, Sendable {
    private let words: [Int]

    init(_ path: String) {
        var status = stat()
        words =
            stat(path, &status) == 0
            ? [Int(status.st_ino), Int(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec] : []
    }
}

/// Reads the files of one configuration.
private struct Loader {
    var problems: [ConfigurationProblem] = []
    var shown: [TLSMaterial.Shown] = []
    var stamps: [String: FileStamp] = [:]
    var openKeys: [TLSMaterial.OpenKey] = []

    mutating func server(_ listener: ListenerSettings) -> TLSContext? {
        guard let tls = listener.tls else { return nil }
        let files = [tls.certificate, tls.key, tls.authorities]
        let context = made(files, "listeners.\(listener.name).tls") { () throws(TLSSetupError) in
            try .server(
                TLSCredentials(certificate: tls.certificate.path, key: tls.key.path),
                clients: ClientCertificates(tls.clients), trust: TLSTrust(tls.authorities), least: TLSVersion(tls.least)
            )
        }
        note(context, tls.certificate, "listener \(listener.name)", "listeners.\(listener.name).tls.certificate")
        return context
    }

    mutating func client(
        _ tls: TrunkTLSSettings, of trunk: TrunkSettings, on listener: ListenerSettings
    ) -> TLSContext? {
        let files = [tls.certificate, tls.key, tls.authorities]
        let least = listener.tls?.least ?? .tls12
        let context = made(files, "trunks.\(trunk.name).tls") { () throws(TLSSetupError) in
            try .client(
                identity: PeerIdentity(tls.identity),
                credentials: TLSCredentials(certificate: tls.certificate.path, key: tls.key.path),
                trust: TLSTrust(tls.authorities), least: TLSVersion(least))
        }
        note(context, tls.certificate, "trunk \(trunk.name)", "trunks.\(trunk.name).tls.certificate")
        return context
    }

    private mutating func note(_ context: TLSContext?, _ file: ConfiguredFile, _ owner: String, _ key: String) {
        guard let certificate = context?.certificate, !shown.contains(where: { $0.file == file.path }) else { return }
        shown.append(
            TLSMaterial.Shown(
                owner: owner, file: file.path, certificate: certificate, key: key, position: file.position))
    }

    private func isOpen(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IROTH != 0
    }

    /// The context, or a problem at the file that is to blame; one that was told for another owner isn't told again.
    private mutating func made(
        _ files: [ConfiguredFile?], _ path: String, _ make: () throws(TLSSetupError) -> TLSContext
    ) -> TLSContext? {
        if let key = files[1], isOpen(key.path), !openKeys.contains(where: { $0.file.path == key.path }) {
            openKeys.append(TLSMaterial.OpenKey(file: key, key: "\(path).key"))
        }
        // Before they are read: what changes meanwhile differs the next time.
        for case let file? in files { stamps[file.path] = stamps[file.path] ?? FileStamp(file.path) }
        do throws(TLSSetupError) {
            return try make()
        } catch {
            let (index, key) =
                switch error.part {
                case .certificate: (0, "certificate")
                case .key: (1, "key")
                case .authorities: (2, "authorities")
                }
            let position = files[index]?.position
            if !problems.contains(where: { $0.position == position }) {
                problems.append(
                    ConfigurationProblem(
                        at: position, path: "\(path).\(key)", message: error.message, remedy: error.remedy))
            }
            return nil
        }
    }
}

extension ClientCertificates {
    fileprivate init(_ demand: ClientCertificateDemand) {
        switch demand {
        case .none: self = .none
        case .ask: self = .asked
        case .require: self = .demanded
        }
    }
}

extension TLSTrust {
    fileprivate init(_ file: ConfiguredFile?) { self = file.map { .file($0.path) } ?? .system }
}

extension TLSVersion {
    fileprivate init(_ least: LeastTLSVersion) { self = least == .tls13 ? .tls13 : .tls12 }
}
