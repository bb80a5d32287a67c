import TandemKit

/// Reads the reply of a DNS server (RFC 1035 §4): the records that were asked for and how long they hold.
///
/// Bounds are kept whatever the bytes say: names and chains of compression end, and a record that can't be read makes the
/// whole reply useless.
public struct DNSReply {
    /// Most records that are read of a reply.
    public static let recordLimit = 256
    /// Most bytes of a name as text (RFC 1035 §3.1).
    static let nameLimit = 255

    private let bytes: UnsafeRawBufferPointer
    private var place = 0

    private init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// What a reply says to a question. The code of the reply (no such name and the like) is the caller's to look at: one
    /// without records of the kind says that there are none.
    public static func read(_ bytes: UnsafeRawBufferPointer, for kind: DNSQuestion.Kind) -> DNSAnswer {
        var reply = DNSReply(bytes)
        return reply.read(kind) ?? .failed("a reply that can't be read")
    }

    private mutating func read(_ kind: DNSQuestion.Kind) -> DNSAnswer? {
        guard bytes.count >= 12 else { return nil }
        place = 4
        guard let questions = word(), let answers = word(), let authorities = word(), word() != nil else { return nil }
        for _ in 0..<min(Int(questions), 4) {
            guard name() != nil, skip(4) else { return nil }
        }
        var (records, life) = ([DNSRecord](), UInt32.max)
        for _ in 0..<min(Int(answers), Self.recordLimit) {
            guard let head = head() else { return nil }
            if head.kind == kind.rawValue {
                guard let record = record(kind, until: head.end) else { return nil }
                records.append(record)
            }
            // Aliases on the way hold as long as they hold.
            life = min(life, head.life)
            place = head.end
        }
        if !records.isEmpty { return .records(records, seconds: life) }
        return .none(seconds: negativeLife(authorities))
    }

    /// How long it holds that there is nothing: what the zone's SOA says (RFC 2308 §5).
    private mutating func negativeLife(_ authorities: UInt16) -> UInt32? {
        for _ in 0..<min(Int(authorities), Self.recordLimit) {
            guard let head = head() else { return nil }
            if head.kind == 6, name() != nil, name() != nil, skip(16), let least = long() {
                return min(head.life, least)
            }
            place = head.end
        }
        return nil
    }

    /// What stands before the data of a record.
    private mutating func head() -> (kind: UInt16, life: UInt32, end: Int)? {
        guard name() != nil, let kind = word(), word() != nil, let life = long(), let count = word(),
            place + Int(count) <= bytes.count
        else { return nil }
        // A length of time beyond 2³¹ is none (RFC 2181 §8).
        return (kind, life > UInt32(Int32.max) ? 0 : life, place + Int(count))
    }

    private mutating func record(_ kind: DNSQuestion.Kind, until end: Int) -> DNSRecord? {
        let found: DNSRecord?
        switch kind {
        case .a: found = long().map { .address(IPAddress(ipv4: $0)) }
        case .aaaa:
            guard let first = long(), let second = long(), let third = long(), let fourth = long() else { return nil }
            found = .address(
                IPAddress(
                    ipv6High: UInt64(first) << 32 | UInt64(second), low: UInt64(third) << 32 | UInt64(fourth)))
        case .srv: found = service()
        case .naptr: found = authority()
        }
        return place == end ? found : nil
    }

    private mutating func service() -> DNSRecord? {
        guard let priority = word(), let weight = word(), let port = word(), let target = name() else { return nil }
        return .service(ServiceRecord(priority: priority, weight: weight, port: port, target: target))
    }

    private mutating func authority() -> DNSRecord? {
        guard let order = word(), let preference = word(), let flags = text(), let service = text(), text() != nil,
            let replacement = name()
        else { return nil }
        return .authority(
            AuthorityRecord(
                order: order, preference: preference, flags: flags, service: service, replacement: replacement))
    }

    // MARK: Bytes

    private mutating func byte() -> UInt8? {
        guard place < bytes.count else { return nil }
        defer { place += 1 }
        return bytes[place]
    }

    private mutating func word() -> UInt16? {
        guard let high = byte(), let low = byte() else { return nil }
        return UInt16(high) << 8 | UInt16(low)
    }

    private mutating func long() -> UInt32? {
        guard let high = word(), let low = word() else { return nil }
        return UInt32(high) << 16 | UInt32(low)
    }

    private mutating func skip(_ count: Int) -> Bool {
        place += count
        return place <= bytes.count
    }

    /// A string with its length before it.
    private mutating func text() -> String? {
        guard let count = byte(), place + Int(count) <= bytes.count else { return nil }
        defer { place += Int(count) }
        return String(decoding: bytes[place..<place + Int(count)], as: UTF8.self)
    }

    /// A name in lower case, its labels with dots between; empty for the root.
    private mutating func name() -> String? {
        var text: [UInt8] = []
        var end: Int?
        // Each label takes a byte of the name at least, so that references in a circle end too.
        for _ in 0..<Self.nameLimit {
            guard let count = byte() else { return nil }
            if count == 0 {
                place = end ?? place
                return String(decoding: text, as: UTF8.self).lowercased()
            }
            if count & 0xC0 == 0xC0 {
                guard let low = byte() else { return nil }
                end = end ?? place
                place = Int(count & 0x3F) << 8 | Int(low)
                continue
            }
            guard count < 0x40, place + Int(count) <= bytes.count else { return nil }
            if !text.isEmpty { text.append(UInt8(ascii: ".")) }
            text += bytes[place..<place + Int(count)]
            guard text.count <= Self.nameLimit else { return nil }
            place += Int(count)
        }
        return nil
    }
}
