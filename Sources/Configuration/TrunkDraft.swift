import TandemKit
import Timing

/// A trunk as far as its section could be read, with the places that the checks across trunks need.
struct TrunkDraft {
    /// The times of a trunk.
    struct Times {
        let ring: TimeInterval
        let call: TimeInterval
        let firstResponse: TimeInterval?
        let progress: TimeInterval?
        let options: TimeInterval?
        let failures: Int
    }

    /// A peer before the listener's transport is known.
    struct Peer {
        let address: HostAndPort
        let transport: TransportProtocol?
    }

    let name: String
    /// Where its name stands.
    let position: SourcePosition
    let section: SectionReader
    let listener: Located<String>?
    let peer: Located<Peer>?
    let sources: [Located<AddressPrefix>]?
    let domain: Located<String>?
    let adapter: Located<String>?
    let normalizers: [Located<String>]
    let router: Located<String>?
    let mode: Located<TrunkMode>?
    let tls: TrunkTLSDraft
    let media: TrunkMediaDraft
    let times: Times?
    let session: SessionTimerSettings
    let limits: TrunkLimitSettings
    let transfer: TransferChoice
    let redirects: RedirectionChoice
    let credentials: TrunkCredentialSettings?
    let registration: TrunkRegistrationDraft?
    let users: TrunkUserSettings?

    init(
        _ entry: SettingsEntry, paths: PathResolution, secrets: inout SecretResolver, problems: ProblemList
    ) {
        name = entry.key
        position = entry.position
        section = SectionReader(entry.value, path: "trunks.\(entry.key)", pattern: "trunks.*", problems: problems)
        listener = section.read("listener", ValueParsers.text)
        peer = section.read("peer", Self.peer)
        sources = section.readList("sources", ValueParsers.prefix)
        domain = section.readIfPresent("domain", ValueParsers.host)
        adapter = section.readIfPresent("adapter", ValueParsers.text)
        normalizers = section.readList("normalizers", ValueParsers.text) ?? []
        router = section.readIfPresent("router", ValueParsers.text)
        mode = section.read("mode", ValueParsers.choice(TrunkMode.self))
        tls = TrunkTLSDraft(section, paths: paths)
        media = TrunkMediaDraft(section)
        times = Self.times(section)
        session = SessionTimerSettings(section)
        limits = TrunkLimitSettings(section)
        transfer = TransferChoice(section)
        redirects = RedirectionChoice(section)
        credentials = TrunkCredentialSettings(section, &secrets)
        registration = TrunkRegistrationDraft(section)
        users = TrunkUserSettings(section, &secrets)
    }

    private static func times(_ section: SectionReader) -> Times? {
        let ring = section.duration("max-ring-time")
        let call = section.duration("max-call-duration")
        let first = section.durationOrOff("first-response-timeout")
        let progress = section.durationOrOff("progress-timeout")
        let options = section.durationOrOff("options-interval")
        let failures = section.number("options-failures")
        guard let ring, let call, let first, let progress, let options, let failures else { return nil }
        return Times(
            ring: ring.value, call: call.value, firstResponse: first.value, progress: progress.value,
            options: options.value,
            failures: failures.value)
    }

    /// `host[:port][;transport=udp|tcp|tls]`.
    private static func peer(_ text: String) throws(ValueFault) -> Peer {
        let parts = text.split(separator: ";", omittingEmptySubsequences: false)
        let address = try HostAndPort(parts[0])
        if case .address(let literal) = address.host, literal.isUnspecified {
            throw ValueFault(message: "\(literal) is nobody's address", remedy: "write the address of the gateway")
        }
        var transport: TransportProtocol?
        for parameter in parts.dropFirst() {
            let pair = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, pair[0] == "transport", transport == nil else {
                throw ValueFault(
                    message: "\";\(parameter)\" has no meaning here",
                    remedy: "write ;transport=udp, ;transport=tcp or ;transport=tls, once")
            }
            transport = try ValueParsers.transport(String(pair[1]))
        }
        return Peer(address: address, transport: transport)
    }
}
