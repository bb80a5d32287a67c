import TandemKit
import Timing

@testable import SIPTransaction

/// A transaction layer in virtual time with the messages of a call, for the tests of this module.
final class LayerBench {
    let output: TransmitQueue
    let layer: TransactionLayer
    var now = Timestamp(nanoseconds: 1_000_000_000_000)

    init(
        limits: TransactionLimits = TransactionLimits(), timers: TimerValues = TimerValues(),
        answersToSourcePort: Bool = false, output: TransmitQueue = TransmitQueue()
    ) {
        self.output = output
        let tokens = LocalTokens(shard: 5, key: (0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210))
        layer = TransactionLayer(
            tokens: tokens, output: output, limits: limits, timers: timers,
            answersToSourcePort: answersToSourcePort, now: now)
    }

    static let udp = flow(.udp)
    static let tcp = flow(.tcp, connection: 7)

    static func flow(_ transport: TransportProtocol, connection: UInt64 = 0, port: UInt16 = 5060) -> Flow {
        Flow(
            listener: 1, transport: transport, connection: connection,
            remote: Endpoint(address: IPAddress(ipv4: 0xC000_0201), port: port))
    }

    func receive(_ text: String, on flow: Flow = udp) throws -> Received {
        layer.receive(try SIPMessage(text), on: flow, at: now)
    }

    /// Receives what must be a new request.
    func begin(_ text: String, on flow: Flow = udp) throws -> ServerTransactionID {
        let received = try receive(text, on: flow)
        guard case .request(let id) = received else { throw Unexpected(received) }
        return id
    }

    /// The texts of what is to be sent, and forgets them.
    func drain() -> [String] {
        defer { output.removeAll() }
        return (0..<output.count).map { output.bytes(of: output[$0]).string }
    }

    /// The start lines of what is to be sent, and forgets it.
    func drainLines() -> [String] { drain().map { String($0.prefix { $0 != "\r\n" }) } }

    /// The events that happened.
    func events() -> [TransactionEvent] {
        var events: [TransactionEvent] = []
        while let event = layer.nextEvent() { events.append(event) }
        return events
    }

    /// Runs `interval` of virtual time; returns the start lines sent with the milliseconds since its beginning.
    @discardableResult
    func run(_ interval: TimeInterval) -> [Sent] {
        let start = now
        let end = now + interval
        var sent: [Sent] = []
        while let deadline = layer.nextDeadline, deadline <= end {
            now = max(now, deadline)
            layer.advance(to: now)
            sent += drainLines().map { Sent((now - start).wholeMilliseconds, $0) }
        }
        now = end
        layer.advance(to: now)
        return sent
    }

    /// Sends a request of ours with a fresh branch.
    func send(
        _ method: String, over flow: Flow = udp, owner: OwnerToken = OwnerToken(11, 22)
    ) throws -> ClientTransactionID {
        try layer.send(request(method, over: flow), over: flow, owner: owner, at: now)
    }

    func request(_ method: String, over flow: Flow = udp, branch: String? = nil) throws -> SIPRequest {
        let branch = branch ?? layer.makeBranch().string
        return try SIPMessage(Self.request(method, branch: branch, transport: "\(flow.transport.viaToken)")).request
    }

    static func request(
        _ method: String, branch: String = "z9hG4bKabc", host: String = "192.0.2.1:5060", transport: String = "UDP",
        cseq: String? = nil, toTag: String? = nil, callID: String = "call-1", fromTag: String = "from-1",
        uri: String = "sip:bob@example.com", extra: String = ""
    ) -> String {
        let branch = branch.isEmpty ? "" : ";branch=\(branch)"
        let to = toTag.map { ";tag=\($0)" } ?? ""
        return """
            \(method) \(uri) SIP/2.0\r
            Via: SIP/2.0/\(transport) \(host)\(branch)\r
            Max-Forwards: 70\r
            From: "Alice" <sip:alice@example.com>;tag=\(fromTag)\r
            To: <sip:bob@example.com>\(to)\r
            Call-ID: \(callID)\r
            CSeq: \(cseq ?? "1 \(method)")\r
            \(extra)Content-Length: 0\r
            \r

            """
    }

    /// A response to a request of ours, as its receiver would make it.
    static func response(_ status: UInt16, to request: String, tag: String = "to-1") throws -> String {
        SIPResponse(to: try SIPMessage(request).request, status: status, toTag: Bytes(StaticString("to-1"))).string
    }

    func respond(_ id: ServerTransactionID, _ status: UInt16, to request: String, keeps: Bool = false) throws -> Bool {
        let response = SIPResponse(to: try SIPMessage(request).request, status: status, toTag: Bytes("to-1"))
        return layer.respond(id, with: response, keepsSuccess: keeps, at: now)
    }
}

/// A message sent, and when.
struct Sent: Hashable, CustomStringConvertible {
    let milliseconds: UInt64
    let line: String

    init(_ milliseconds: UInt64, _ line: String) {
        self.milliseconds = milliseconds
        self.line = line
    }

    var description: String { "\(milliseconds) ms: \(line)" }
}

/// Something else came than the test needs to go on.
struct Unexpected: Error, CustomStringConvertible {
    let description: String

    init(_ value: some Any) { description = "unexpected \(value)" }
}
