import TandemKit

/// Puts the relay into a description: its ports, its address, nothing of the network behind it.
enum DescriptionRewriting {
    /// Attributes of a media that speak of the writer's own sockets, and end at the relay.
    private static let ownAttributes: Set<String> = [
        "candidate", "remote-candidates", "end-of-candidates", "ice-ufrag", "ice-pwd", "ice-options", "ice-lite",
        "ice-pacing", "ice-mismatch", "rtcp",
    ]

    /// What a media's writer expects: where its packets are to go, by the media's own address or the session's.
    static func expectation(
        of media: MediaDescription, in description: SessionDescription, _ options: RelayOptions
    ) -> MediaExpectation {
        let connection = description.connection(of: media)
        let address = connection.flatMap { $0.isUnspecified ? nil : IPAddress($0.address) }
        return MediaExpectation(
            endpoint: address.map { Endpoint(address: $0, port: media.port) },
            signallingAddress: options.signallingAddress, policy: options.latching, clockRate: clockRate(of: media))
    }

    private static func clockRate(of media: MediaDescription) -> UInt32 {
        guard let format = media.formats.first, let rate = media.rtpMap(for: format)?.clockRate else { return 8_000 }
        return UInt32(clamping: max(1, rate))
    }

    /// Writes the relay's ports. A media without a pair is refused.
    static func rewrite(
        _ description: inout SessionDescription, _ pairs: [MediaPortPair?], advertised: IPAddress,
        _ options: RelayOptions
    ) {
        let connection = SDPConnection(address: "\(advertised)")
        let held = description.media.map { description.connection(of: $0)?.isUnspecified ?? false }
        description.setConnection(connection)
        // A hold in the manner of RFC 2543 stays one.
        for index in held.indices where held[index] {
            description.media[index].connection = SDPConnection(address: advertised.isIPv6 ? "::" : "0.0.0.0")
        }
        if options.replacesOrigin { description.origin.connection = connection }
        description.session.removeAttributes { name, _ in ownAttributes.contains(name) }
        for (index, pair) in zip(description.media.indices, pairs) {
            description.media[index].section.removeAttributes { name, _ in ownAttributes.contains(name) }
            description.media[index].port = pair?.number ?? 0
        }
    }
}
