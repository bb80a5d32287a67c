import ServerLocation
import TandemKit
import Testing

@Suite("Replies of DNS servers (RFC 1035)")
struct DNSReplyTests {
    private static func name(_ text: String) -> [UInt8] {
        text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    private static func word(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)] }

    private static func record(_ owner: [UInt8], _ kind: Int, _ life: Int, _ data: [UInt8]) -> [UInt8] {
        owner + word(kind) + word(1) + word(life >> 16) + word(life & 0xFFFF) + word(data.count) + data
    }

    private static func reply(_ kind: Int, _ answers: [[UInt8]], authorities: [[UInt8]] = []) -> [UInt8] {
        word(1) + word(0x8180) + word(1) + word(answers.count) + word(authorities.count) + word(0)
            + name("gw.example.net") + word(kind) + word(1) + answers.joined() + authorities.joined()
    }

    private static func read(_ bytes: [UInt8], _ kind: DNSQuestion.Kind) -> DNSAnswer {
        bytes.withUnsafeBytes { DNSReply.read($0, for: kind) }
    }

    /// A reference to the name of the question.
    private static let asked: [UInt8] = [0xC0, 12]

    @Test("Addresses behind an alias are read, and hold as long as the shortest of the chain")
    func alias() {
        let reply = Self.reply(
            1,
            [
                Self.record(Self.asked, 5, 20, Self.name("real.example.net")),
                Self.record(Self.name("real.example.net"), 1, 300, [10, 0, 0, 1]),
                Self.record(Self.name("real.example.net"), 1, 300, [10, 0, 0, 2]),
            ])
        let found = [DNSRecord.address(IPAddress("10.0.0.1")!), .address(IPAddress("10.0.0.2")!)]
        #expect(Self.read(reply, .a) == .records(found, seconds: 20))
    }

    @Test("IPv6 addresses, SRV and NAPTR records are read whole, their names in lower case")
    func kinds() {
        let six = Self.reply(
            28, [Self.record(Self.asked, 28, 60, [0x20, 1, 0xD, 0xB8] + Array(repeating: 0, count: 11) + [1])])
        #expect(Self.read(six, .aaaa) == .records([.address(IPAddress("2001:db8::1")!)], seconds: 60))
        let srv = Self.reply(
            33,
            [
                Self.record(
                    Self.asked, 33, 60,
                    Self.word(10) + Self.word(60) + Self.word(5070) + [1, UInt8(ascii: "A")] + Self.asked)
            ])
        let service = ServiceRecord(priority: 10, weight: 60, port: 5070, target: "a.gw.example.net")
        #expect(Self.read(srv, .srv) == .records([.service(service)], seconds: 60))
        let data =
            Self.word(50) + Self.word(51) + [1] + Array("S".utf8) + [7] + Array("SIP+D2U".utf8) + [0]
            + Self.name("_sip._udp.example.net")
        let naptr = AuthorityRecord(
            order: 50, preference: 51, flags: "S", service: "SIP+D2U", replacement: "_sip._udp.example.net")
        #expect(
            Self.read(Self.reply(35, [Self.record(Self.asked, 35, 60, data)]), .naptr)
                == .records([.authority(naptr)], seconds: 60))
    }

    @Test("That there is nothing holds as long as the zone's SOA says")
    func negative() {
        let times = Self.word(0) + Self.word(7)
        let data = Self.name("ns.example.net") + Self.name("root.example.net") + Array(repeating: 0, count: 16) + times
        let reply = Self.reply(1, [], authorities: [Self.record(Self.name("example.net"), 6, 3_600, data)])
        #expect(Self.read(reply, .a) == DNSAnswer.none(seconds: 7))
        #expect(Self.read(Self.reply(1, []), .a) == DNSAnswer.none(seconds: nil))
    }

    @Test("References in a circle, names without end and records that are cut end in a refusal")
    func hostile() {
        let whole = Self.reply(1, [Self.record(Self.asked, 1, 60, [10, 0, 0, 1])])
        for count in 0..<whole.count {
            #expect(Self.read(Array(whole[..<count]), .a) == .failed("a reply that can't be read"))
        }
        let circle =
            Self.word(1) + Self.word(0x8180) + Self.word(1) + Self.word(0) + Self.word(0) + Self.word(0) + [
                0xC0, 12, 0, 1, 0, 1,
            ]
        #expect(Self.read(circle, .a) == .failed("a reply that can't be read"))
        let growing =
            Self.word(1) + Self.word(0x8180) + Self.word(1) + Self.word(0) + Self.word(0) + Self.word(0)
            + [63] + Array(repeating: 65, count: 63) + [0xC0, 12, 0, 1, 0, 1]
        #expect(Self.read(growing, .a) == .failed("a reply that can't be read"))
        let long = Self.reply(1, [Self.record(Self.asked, 1, 60, [10, 0, 0, 1, 2])])
        #expect(Self.read(long, .a) == .failed("a reply that can't be read"))
    }

    @Test("Bytes changed at random are read or refused, never more", arguments: 0..<64)
    func changed(seed: UInt64) {
        var random = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func next(_ bound: Int) -> Int {
            random ^= random << 13
            random ^= random >> 7
            random ^= random << 17
            return Int(random % UInt64(bound))
        }
        let data = Self.word(50) + Self.word(51) + [1, 83, 2, 65, 66, 0] + Self.asked
        let whole = Self.reply(
            35, [Self.record(Self.asked, 35, 60, data), Self.record(Self.asked, 33, 60, Self.word(1) + Self.asked)])
        for _ in 0..<200 {
            var bytes = whole
            for _ in 0...next(4) { bytes[next(bytes.count)] = UInt8(next(256)) }
            for kind in DNSQuestion.Kind.allCases {
                if case .records(let records, _) = Self.read(bytes, kind) {
                    #expect(records.count <= DNSReply.recordLimit)
                }
            }
        }
    }
}
