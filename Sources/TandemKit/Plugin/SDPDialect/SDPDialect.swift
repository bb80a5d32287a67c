/// The part of a profile that concerns session descriptions: hold and SRTP in the vendor's style, and back.
///
/// Canonical are `sendonly`/`inactive` for hold, `RTP/SAVP` for required and `RTP/AVP` with keys for optional SRTP.
struct SDPDialect: Sendable {
    let hold: HoldStyle
    private(set) var srtp: SRTPForm
    private let acceptsMKI: Bool
    private let lifetime: KeyLifetime
    /// Whether multipart bodies reach the vendor as they are.
    let acceptsMultipart: Bool

    init(_ profile: GatewayProfile) {
        hold = profile.holdStyle
        srtp = profile.srtp
        acceptsMKI = profile.acceptsMKI
        lifetime = profile.keyLifetime
        acceptsMultipart = profile.acceptsMultipart
    }

    /// The same for a trunk whose signalling anybody can read: SRTP is off, whatever form it was to have. What passes as it is
    /// says nothing of SRTP, and goes on passing.
    var withoutProtection: SDPDialect {
        var dialect = self
        if srtp != .asIs { dialect.srtp = .off }
        return dialect
    }

    /// Whether descriptions pass as they are, so that nobody need read them.
    var isTransparent: Bool { hold == .asIs && srtp == .asIs && acceptsMKI && lifetime == .asIs && acceptsMultipart }

    /// Makes an offer canonical that the vendor wrote.
    func readOffer(_ sdp: inout SessionDescription) {
        if hold != .asIs { sdp.makeHoldCanonical() }
        guard srtp == .capabilityNegotiation else { return }
        for index in sdp.media.indices where sdp.media[index].offersOptionalSRTP {
            for name in ["tcap", "pcfg"] { sdp.media[index].section.removeAttributes(name) }
        }
    }

    /// Makes an answer canonical that the vendor wrote. The same answer may come in several responses.
    func readAnswer(_ sdp: inout SessionDescription, _ memory: SDPMemory) {
        if hold != .asIs { sdp.makeHoldCanonical() }
        for (index, offered) in zip(sdp.media.indices, memory.offered) where !sdp.media[index].isRejected {
            let present = sdp.direction(of: sdp.media[index])
            let allowed = present.constrained(toAnswer: offered)
            if allowed != present { sdp.media[index].direction = allowed }
        }
        for index in sdp.media.indices where sdp.media[index].isSecureTransport {
            let isCapability = sdp.media[index].section.attribute("acfg") != nil
            guard memory.requiredSRTP || (srtp == .capabilityNegotiation && isCapability) else { continue }
            sdp.media[index].transport = sdp.media[index].transport.withoutSecurity
            sdp.media[index].section.removeAttributes("acfg")
        }
    }

    /// Puts an offer into the vendor's style.
    func writeOffer(_ sdp: inout SessionDescription, _ memory: inout SDPMemory) throws(AdapterError) {
        memory.offered = []
        memory.requiredSRTP = false
        if hold != .asIs, sdp.media.contains(where: { sdp.isHeld($0) }) {
            memory.offered = sdp.media.map { sdp.direction(of: $0) }
            sdp.writeHold(as: hold)
        }
        for index in sdp.media.indices where !sdp.media[index].isRejected {
            try writeKeys(&sdp.media[index])
            try writeOfferedTransport(&sdp.media[index], &memory)
        }
    }

    /// Puts an answer into the vendor's style.
    func writeAnswer(_ sdp: inout SessionDescription) {
        for index in sdp.media.indices where !sdp.media[index].isRejected {
            applyLifetime(&sdp.media[index])
            guard srtp == .capabilityNegotiation, sdp.media[index].offersOptionalSRTP else { continue }
            sdp.media[index].transport = sdp.media[index].transport.withSecurity
            sdp.media[index].section.addAttribute("acfg", "1 t=1")
        }
    }

    /// Leaves only keys that the vendor can use. When none is left, what offers SRTP becomes plain RTP.
    private func writeKeys(_ media: inout MediaDescription) throws(AdapterError) {
        let crypto = media.crypto
        guard !crypto.isEmpty else { return }
        applyLifetime(&media)
        guard !acceptsMKI, crypto.contains(where: \.hasMKI) else { return }
        media.crypto.removeAll(where: \.hasMKI)
        guard media.crypto.isEmpty, media.isSecureTransport else { return }
        throw AdapterError(
            "The offer requires SRTP with a master key identifier, which this trunk's peer can't use.", status: 488,
            diagnostic: .mediaNotAcceptable)
    }

    private func applyLifetime(_ media: inout MediaDescription) {
        guard lifetime != .asIs else { return }
        var crypto = media.crypto
        for line in crypto.indices {
            for key in crypto[line].keys.indices {
                switch lifetime {
                case .asIs: break
                case .omitted: crypto[line].keys[key].lifetime = nil
                case .always:
                    if crypto[line].keys[key].lifetime == nil { crypto[line].keys[key].lifetime = "2^31" }
                }
            }
        }
        media.crypto = crypto
    }

    private func writeOfferedTransport(
        _ media: inout MediaDescription, _ memory: inout SDPMemory
    ) throws(AdapterError) {
        switch srtp {
        case .asIs: break
        case .off:
            guard !media.isSecureTransport else { throw SDPDialect.mismatch("requires SRTP, which this trunk lacks") }
            for name in ["crypto", "tcap", "pcfg"] { media.section.removeAttributes(name) }
        case .required:
            guard media.kind == "audio" || media.kind == "video", !media.isSecureTransport else { break }
            guard !media.crypto.isEmpty else {
                throw SDPDialect.mismatch("has no SRTP keys, which this trunk requires")
            }
            media.transport = media.transport.withSecurity
            memory.requiredSRTP = true
        case .capabilityNegotiation:
            guard media.offersOptionalSRTP, media.section.attribute("tcap") == nil else { break }
            media.section.addAttribute("tcap", "1 \(media.transport.withSecurity)")
            media.section.addAttribute("pcfg", "1 t=1")
        }
    }

    private static func mismatch(_ what: String) -> AdapterError {
        AdapterError("The offer \(what).", status: 488, diagnostic: .mediaNotAcceptable)
    }
}

extension MediaDescription {
    /// Whether SRTP keys stand beside a transport without SRTP.
    var offersOptionalSRTP: Bool {
        transport.hasPrefix("RTP/AVP") && section.lines.contains { $0.isAttribute("crypto" as StaticString) }
    }
}

extension String {
    /// `RTP/AVPF` of `RTP/SAVPF`.
    fileprivate var withoutSecurity: String { hasPrefix("RTP/SAVP") ? "RTP/" + dropFirst(5) : self }
    /// `RTP/SAVPF` of `RTP/AVPF`.
    fileprivate var withSecurity: String { hasPrefix("RTP/AVP") ? "RTP/S" + dropFirst(4) : self }
}
