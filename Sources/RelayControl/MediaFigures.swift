import MediaRelay
import RTP
import Timing
import Wire

/// What came from one party through one media, in figures.
public struct MediaFigures: Hashable, Sendable {
    /// The party: 0 wrote the first offer.
    public let party: Int
    /// The media's place in the description, from 0.
    public let media: Int
    /// The relay's RTP port towards the party.
    public let port: UInt16
    /// Where the party is heard from, or wants its media; empty when neither is known.
    public let place: String
    /// RTP packets taken.
    public let packets: UInt64
    /// RTCP packets taken on the odd port.
    public let controlPackets: UInt64
    /// Packets that were expected and didn't come.
    public let lost: Int64
    /// Jitter in microseconds.
    public let jitter: UInt32
    /// Datagrams of strangers.
    public let foreign: UInt64
    /// Milliseconds since the last RTP packet; nil when none has come.
    public let silence: UInt64?

    /// The figures of a session.
    public static func all(of report: RelayReport, now: Timestamp) -> [MediaFigures] {
        report.media.enumerated().flatMap { media, entry in
            entry.parties.enumerated().compactMap { party, seen in
                seen.map { MediaFigures($0, party: party, media: media, now: now) }
            }
        }
    }

    private init(_ seen: RelayReport.Party, party: Int, media: Int, now: Timestamp) {
        let rtp = seen.rtp
        self.party = party
        self.media = media
        port = seen.pair.number
        place = rtp.latch.destination.map { "\($0)" } ?? ""
        packets = rtp.packets
        controlPackets = seen.rtcp.packets
        lost = rtp.statistics.lost
        jitter = UInt32(clamping: UInt64(rtp.statistics.jitter) * 1_000_000 / UInt64(max(1, rtp.clockRate)))
        foreign = rtp.foreign &+ seen.rtcp.foreign
        silence = rtp.lastRTP.map { (now - $0).nanoseconds / 1_000_000 }
    }

    func put(to writer: inout WireWriter) {
        writer.put(UInt8(clamping: party))
        writer.put(UInt8(clamping: media))
        writer.put(port)
        writer.put(place)
        writer.put(packets)
        writer.put(controlPackets)
        writer.put(lost)
        writer.put(jitter)
        writer.put(foreign)
        writer.put(silence) { $0.put($1) }
    }

    init(_ reader: inout WireReader) throws(WireError) {
        party = Int(try reader.number(UInt8.self))
        media = Int(try reader.number(UInt8.self))
        port = try reader.number()
        place = try reader.text()
        packets = try reader.number()
        controlPackets = try reader.number()
        lost = try reader.number()
        jitter = try reader.number()
        foreign = try reader.number()
        silence = try reader.optional { reader throws(WireError) in try reader.number() }
    }
}
