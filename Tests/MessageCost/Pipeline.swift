import TandemKit

/// What a proxy does with a request, on one reused message: receive, look up, edit, serialize.
struct Pipeline {
    private var message = SIPMessage()
    private let output = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
    /// Depends on everything that was looked up, so that nothing is optimized away.
    private(set) var checksum: UInt64 = 0

    /// Handles one message and returns the bytes written.
    mutating func handle(_ bytes: UnsafeRawBufferPointer) throws(SIPParseError) -> Int {
        try message.receive(bytes)
        Pipeline.route(&message.request, &checksum)
        return message.write(to: output)
    }

    private static func route(_ request: inout SIPRequest, _ checksum: inout UInt64) {
        checksum &+= request.topVia.branch.hash(key: 0x5DEE_CE66) &+ UInt64(request.cseq.number)
        checksum &+= UInt64(request.callID.count + request.fromTag.count + request.toTag.count)
        checksum &+= UInt64(request.requestURI.count)
        request.pushVia(
            transport: .udp, host: Bytes("198.51.100.10"), port: 5060,
            branch: Bytes("z9hG4bK-tandem-00-0123456789abcdef"), rport: true)
        request.setRequestURI(Bytes("sip:+14255550100@gateway-a.example.net:5080;user=phone"))
        request.setMaxForwards(request.maxForwards - 1)
        request.headers.removeAll(.userAgent)
        request.headers.removeAll(.supported)
        request.pushRecordRoute(Bytes("sip:198.51.100.10:5060;lr"))
        request.headers.append(.reason, Bytes("Q.850;cause=16;text=\"Normal call clearing\""))
    }
}
