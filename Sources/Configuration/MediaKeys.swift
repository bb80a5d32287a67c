/// The keys about media: the section of the relay, and what trunks say about theirs.
enum MediaKeys {
    static let section = [
        ConfigurationKey(
            path: "media.interfaces.*.address", form: .text("an IPv4 or IPv6 address"), standard: nil,
            help:
                "An address of this machine on which the relay opens ports. The first interface is the default of all trunks."
        ),
        ConfigurationKey(
            path: "media.interfaces.*.advertise", form: .text("an IPv4 or IPv6 address"), standard: "the address",
            help: "What session descriptions name: the public address of a host behind NAT."),
        ConfigurationKey(
            path: "media.ports", form: .text("first-last"), standard: "49152-57500",
            help: "The ports that the relay may open on each interface: two for each media of each party of a call."),
        ConfigurationKey(
            path: "media.threads", form: .either(["auto"], .number(1...64)), standard: "auto",
            help: "How many threads carry media; auto is one for each core."),
        ConfigurationKey(
            path: "media.dscp", form: .number(0...63), standard: "46",
            help: "The code point that the relay's packets carry (RFC 2474); 46 is what networks give to speech."),
        ConfigurationKey(
            path: "media.socket", form: .text("a path"), standard: "relay.sock beside the control socket",
            help: "The Unix socket where signalling tells the relay what to do."),
        ConfigurationKey(
            path: "media.ng", form: .either(["off"], .text("a port of 127.0.0.1, or address:port")), standard: "off",
            help:
                "Where other SIP servers may use the relay by the NG protocol, which has no authentication: never on a public address."
        ),
        ConfigurationKey(
            path: "media.ownerless-timeout", form: .duration("1s", "1h"), standard: "60s",
            help:
                "How long the relay keeps a session whose signalling has gone away: until then signalling that comes back may take it up."
        ),
        ConfigurationKey(
            path: "media.silence", form: .duration("1s", "30s"), standard: "30s",
            help:
                "After how long the relay tells signalling that a party is silent. It ends no call: that is `media-timeout` of the trunk, which counts from the same moment."
        ),
        ConfigurationKey(
            path: "media.rtpengines", form: .list(of: "address:port", .text("address:port")), standard: "[]",
            help:
                "The NG ports of rtpengines that relay in place of our own relay. The section then has no other key, and a trunk's `media-interface` is a name that they know."
        ),
    ]

    static let trunk = [
        ConfigurationKey(
            path: "trunks.*.media", form: .choice(TrunkMediaMode.allCases.map(\.rawValue)), standard: "relay",
            help:
                "Whether media pass the relay. They bypass it when both trunks of a call say so, when there is no `media` section, and in proxy mode."
        ),
        ConfigurationKey(
            path: "trunks.*.media-interface", form: .text("a name"), standard: "the first",
            help: "The interface of the relay that the peer sends to and hears from."),
        ConfigurationKey(
            path: "trunks.*.latching", form: .choice(TrunkLatching.allCases.map(\.rawValue)), standard: "known",
            help: "Whose packets are taken for the peer's; docs/MEDIA.md has the rules."),
        ConfigurationKey(
            path: "trunks.*.media-passes",
            form: .list(of: "video, application and text", .choice(MediaKind.allCases.map(\.rawValue))), standard: "[]",
            help: "What passes the relay besides audio; all else is refused by port 0."),
        ConfigurationKey(
            path: "trunks.*.rtcp-active-calls", form: .flag, standard: "true",
            help: "Whether the peer sends RTCP while a call is active: then `media-timeout` of silence ends the call."),
        ConfigurationKey(
            path: "trunks.*.rtcp-calls-on-hold", form: .flag, standard: "true",
            help: "Whether the peer sends RTCP while a call is on hold: then `media-timeout` of silence ends the call."),
        ConfigurationKey(
            path: "trunks.*.media-timeout", form: .either(["off"], .duration("30s", "1h")), standard: "30s",
            help: "How long neither RTP nor RTCP may come from the peer before the call is ended."),
    ]
}
