import MediaRelay
import RTP
import TandemKit
import Timing

/// A session's report as the NG protocol writes it: totals, and per party its media with their streams.
enum NGReport {
    static func dictionary(of report: RelayReport, now: Timestamp) -> [String: Bencode] {
        var rtp: (packets: UInt64, bytes: UInt64, errors: UInt64) = (0, 0, 0)
        var rtcp = rtp
        var tags: [String: Bencode] = [:]
        for (party, tag) in report.tags.enumerated() {
            var media: [Bencode] = []
            for (index, entry) in report.media.enumerated() {
                guard let seen = entry.parties[party] else { continue }
                rtp = add(rtp, seen.rtp)
                rtcp = add(rtcp, seen.rtcp)
                media.append(
                    .dictionary([
                        "index": .integer(Int64(index + 1)), "type": .text("audio"), "protocol": .text("RTP/AVP"),
                        "streams": .list([
                            stream(seen.rtp, seen.pair.number, now), stream(seen.rtcp, seen.pair.number + 1, now),
                        ]),
                    ]))
            }
            tags[tag] = .dictionary(["tag": .text(tag), "medias": .list(media)])
        }
        return [
            "result": .text("ok"), "tags": .dictionary(tags),
            "totals": .dictionary(["RTP": counts(rtp), "RTCP": counts(rtcp)]),
        ]
    }

    private static func add(
        _ sum: (packets: UInt64, bytes: UInt64, errors: UInt64), _ port: MediaPort
    ) -> (packets: UInt64, bytes: UInt64, errors: UInt64) {
        (sum.packets &+ port.packets, sum.bytes &+ port.bytes, sum.errors &+ port.unsent &+ port.malformed)
    }

    private static func counts(_ sum: (packets: UInt64, bytes: UInt64, errors: UInt64)) -> Bencode {
        .dictionary([
            "packets": .integer(Int64(clamping: sum.packets)), "bytes": .integer(Int64(clamping: sum.bytes)),
            "errors": .integer(Int64(clamping: sum.errors)),
        ])
    }

    private static func stream(_ port: MediaPort, _ number: UInt16, _ now: Timestamp) -> Bencode {
        var values: [String: Bencode] = [
            "local port": .integer(Int64(number)),
            "stats": counts((port.packets, port.bytes, port.unsent &+ port.malformed)),
            "SSRC": .integer(Int64(port.statistics.ssrc)),
            "lost": .integer(port.statistics.lost),
            "jitter": .integer(Int64(port.statistics.jitter)),
            "foreign": .integer(Int64(clamping: port.foreign)),
        ]
        if let last = port.lastRTP ?? port.lastRTCP {
            values["silent for"] = .integer(Int64((now - last).nanoseconds / 1_000_000_000))
        }
        if let endpoint = port.latch.destination {
            values["endpoint"] = .dictionary([
                "family": .text(endpoint.address.isIPv6 ? "IPv6" : "IPv4"), "address": .text("\(endpoint.address)"),
                "port": .integer(Int64(endpoint.port)),
            ])
        }
        return .dictionary(values)
    }
}
