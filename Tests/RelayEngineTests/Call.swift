import MediaRelay
import RelayControl
import TandemKit
import Testing

/// A call between two phones through a running relay.
struct Call {
    let name: String
    let caller: Phone
    let callee: Phone
    let forCaller: Endpoint
    let forCallee: Endpoint
    private static let address = IPAddress(ipv4: 0x7F00_0001)

    init(_ name: String, over connection: RelayConnection) throws {
        self.name = name
        caller = try Phone(Self.address)
        callee = try Phone(Self.address)
        (forCaller, forCallee) = try connection.join(caller, callee, in: name)
    }

    /// Sends a packet each way; whether both are heard.
    func isFlowing(_ sequence: UInt16 = 1) -> Bool {
        caller.send(Self.rtp(sequence), to: forCaller)
        callee.send(Self.rtp(sequence), to: forCallee)
        return callee.hear() == Self.rtp(sequence) && caller.hear() == Self.rtp(sequence)
    }

    static func rtp(_ sequence: UInt16) -> [UInt8] {
        [0x80, 8, UInt8(sequence >> 8), UInt8(sequence & 0xFF), 0, 0, 0, 1, 0, 0, 0, 7]
            + [UInt8](repeating: 0xD5, count: 160)
    }
}
