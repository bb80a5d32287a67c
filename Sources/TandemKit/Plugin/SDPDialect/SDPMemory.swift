/// What has to be remembered between an offer and its answer, for one leg: a few bytes beside the adapter's own state.
struct SDPMemory: Hashable, Sendable, Codable {
    /// The directions of the offer that we sent, as they were before the hold style changed; empty when it did not.
    var offered: [SDPDirection] = []
    /// Whether the offer that we sent required SRTP where the other side merely offered it.
    var requiredSRTP = false
    /// Whether the peer sent an INVITE without SDP, so that our response offers (RFC 3264 §4).
    var peerAwaitsOffer = false
    /// Whether we sent an INVITE without SDP, so that the peer's response offers.
    var awaitsOffer = false
}

extension SDPMemory {
    private static let directions: [SDPDirection] = [.sendrecv, .sendonly, .recvonly, .inactive]

    /// A byte of flags, the number of directions, and a byte for each.
    var record: [UInt8] {
        let flags = (requiredSRTP ? 1 : 0) | (peerAwaitsOffer ? 2 : 0) | (awaitsOffer ? 4 : 0) as UInt8
        let directions = offered.prefix(255).map { UInt8(Self.directions.firstIndex(of: $0) ?? 0) }
        return [flags, UInt8(directions.count)] + directions
    }

    /// Reads a record and says where it ends; nil when it is none.
    static func read(_ record: [UInt8]) -> (memory: SDPMemory, end: Int)? {
        guard record.count >= 2, record[0] < 8, record.count >= 2 + Int(record[1]) else { return nil }
        let end = 2 + Int(record[1])
        var memory = SDPMemory()
        memory.requiredSRTP = record[0] & 1 != 0
        memory.peerAwaitsOffer = record[0] & 2 != 0
        memory.awaitsOffer = record[0] & 4 != 0
        for byte in record[2..<end] {
            guard Int(byte) < directions.count else { return nil }
            memory.offered.append(directions[Int(byte)])
        }
        return (memory, end)
    }
}
