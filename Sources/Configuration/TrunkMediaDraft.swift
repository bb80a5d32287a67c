import TandemKit

/// What a trunk says about media, before it is known which interfaces there are.
struct TrunkMediaDraft {
    private let interface: Located<String>?
    /// The settings, when every value of them is right.
    let settings: TrunkMediaSettings?

    init(_ section: SectionReader) {
        let mode = section.read("media", ValueParsers.choice(TrunkMediaMode.self))
        interface = section.readIfPresent("media-interface", ValueParsers.name)
        let latching = section.read("latching", ValueParsers.choice(TrunkLatching.self))
        let passes = section.readList("media-passes", ValueParsers.choice(MediaKind.self)) ?? []
        let active = section.read("rtcp-active-calls", ValueParsers.flag)
        let onHold = section.read("rtcp-calls-on-hold", ValueParsers.flag)
        let timeout = section.durationOrOff("media-timeout")
        guard let mode, let latching, let active, let onHold, let timeout else {
            settings = nil
            return
        }
        settings = TrunkMediaSettings(
            mode: mode.value, interface: interface?.value, latching: latching.value, passes: passes.map(\.value),
            rtcpActiveCalls: active.value, rtcpCallsOnHold: onHold.value, timeout: timeout.value)
    }

    /// Checks that the interface is there; the names of rtpengines' interfaces only they know.
    func checkInterface(among media: MediaDraft?, _ section: SectionReader) {
        guard let interface, media?.isForeign != true else { return }
        guard let media else {
            return section.refuse(
                "media-interface", at: interface.position,
                "there is no interface \"\(interface.value)\", because there is no `media` section",
                remedy: "add one, like media: { interfaces: { \(interface.value): { address: 192.0.2.1 } } }")
        }
        guard !media.names.contains(interface.value) else { return }
        section.refuse(
            "media-interface", at: interface.position,
            "there is no interface \"\(interface.value)\" in the media section",
            remedy: ValueParsers.meant(interface.value, media.names))
    }
}
