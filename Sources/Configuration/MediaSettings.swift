public import TandemKit
public import Timing

/// The `media` section: through what the media of calls pass. Either `interfaces` or `rtpengines` has elements.
public struct MediaSettings: Sendable {
    /// The addresses on which our own relay opens ports, in the order of the file: the first is the default. Empty when
    /// rtpengines relay.
    public let interfaces: [MediaInterfaceSettings]
    /// The ports that the relay may open on each interface.
    public let ports: ClosedRange<UInt16>
    /// The relay's threads; nil for one a core.
    public let threads: Int?
    /// What is sent carries this code point (RFC 2474).
    public let dscp: UInt8
    /// The path of the relay's Unix socket, where signalling tells it what to do.
    public let socket: String
    /// Where the relay serves the NG protocol; nil for nowhere.
    public let ng: Endpoint?
    /// How long the relay keeps a session that no signalling has.
    public let ownerless: TimeInterval
    /// After how long the relay tells that a party is silent.
    public let silence: TimeInterval
    /// The rtpengines that relay in place of our own; empty when our own does.
    public let rtpengines: [Endpoint]

    /// The index in `interfaces` of a trunk's interface: the first when the trunk names none. Nil when rtpengines relay,
    /// whose interfaces only they know.
    public func interface(of trunk: TrunkMediaSettings) -> Int? {
        guard let name = trunk.interface else { return interfaces.isEmpty ? nil : 0 }
        return interfaces.firstIndex { $0.name == name }
    }
}

/// An address of this host that media use.
public struct MediaInterfaceSettings: Hashable, Sendable {
    /// Its name in the file.
    public let name: String
    /// The address that ports are opened on.
    public let address: IPAddress
    /// The address that session descriptions name; nil for `address`.
    public let advertise: IPAddress?
}

/// Whether the media of a trunk's calls pass the relay.
public enum TrunkMediaMode: String, CaseIterable, Hashable, Sendable {
    /// They do.
    case relay
    /// Session descriptions pass untouched, and media go between the parties, when the call's other trunk says so too.
    case bypass
}

/// Whose packets the relay takes for those of a trunk's peer: docs/MEDIA.md has the rules.
public enum TrunkLatching: String, CaseIterable, Hashable, Sendable {
    /// Those of the address and port that the peer's description names.
    case strict
    /// Those of the address that its description names or that its signalling comes from.
    case known
    /// Those of any address that proves itself while nobody better shows up.
    case any
}

/// A kind of media besides audio that the relay can carry: what runs over RTP (RFC 3550, RFC 8866 §8.2.1).
public enum MediaKind: String, CaseIterable, Hashable, Sendable {
    /// `m=video`.
    case video
    /// `m=application`.
    case application
    /// `m=text`.
    case text
}

/// How the media of a trunk's calls are carried.
public struct TrunkMediaSettings: Hashable, Sendable {
    /// Whether they pass the relay.
    public let mode: TrunkMediaMode
    /// The name of the interface towards the peer; nil for the default.
    public let interface: String?
    /// Whose packets are taken for the peer's.
    public let latching: TrunkLatching
    /// The kinds of media besides audio that pass; all others are refused by port 0.
    public let passes: [MediaKind]
    /// Whether the peer sends RTCP on active calls, so that its silence ends them.
    public let rtcpActiveCalls: Bool
    /// Whether the peer sends RTCP on calls that are on hold, so that its silence ends them.
    public let rtcpCallsOnHold: Bool
    /// After how much silence, RTP and RTCP both, a call is ended; nil for never.
    public let timeout: TimeInterval?
}
