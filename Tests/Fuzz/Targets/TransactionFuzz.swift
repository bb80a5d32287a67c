import SIPTransaction
import TandemKit
import Timing

/// Whatever comes, all transactions end once their user has answered, and what is sent is SIP.
enum TransactionFuzz {
    static func check(_ bytes: UnsafeRawBufferPointer) -> String? {
        let play = TransactionPlay(FuzzInput(bytes.prefix(4_096)))
        return play.run()
    }
}

private final class TransactionPlay {
    private var input: FuzzInput
    private let output = TransmitQueue()
    private let layer: TransactionLayer
    private var now = Timestamp(nanoseconds: 1_000_000_000)
    private var message = SIPMessage()
    private var servers: [(id: ServerTransactionID, request: SIPRequest)] = []
    private var clients: [ClientTransactionID] = []
    private var sent: [FuzzSent] = []
    private var received: [(bytes: [UInt8], flow: Flow)] = []
    private var fault: String?

    init(_ input: FuzzInput) {
        self.input = input
        layer = TransactionLayer(tokens: LocalTokens(shard: 3, key: (1, 2)), output: output, now: now)
    }

    func run() -> String? {
        var steps = 0
        while !input.isEmpty, fault == nil, steps < 400 {
            step()
            drain()
            steps += 1
        }
        for (id, request) in servers {
            layer.respond(id, with: SIPResponse(to: request, status: 500, toTag: Bytes("t")), at: now)
        }
        for client in clients { _ = layer.cancel(client, at: now) }  // an INVITE that rings has no timer of its own
        drain()
        wait(TimeInterval.seconds(600))
        if fault == nil, layer.count != 0 { return "\(layer.count) transactions are left" }
        if fault == nil, layer.storedByteCount != 0 { return "\(layer.storedByteCount) bytes are left" }
        return fault
    }

    private func flow(_ peer: Int) -> Flow {
        Flow(
            listener: UInt16(peer), transport: peer == 1 ? .tcp : .udp, connection: peer == 1 ? 7 : 0,
            remote: Endpoint(address: IPAddress(ipv4: 0xC000_0201 + UInt32(peer)), port: 5060))
    }

    private func step() {
        let peer = input.below(2)
        switch input.below(10) {
        case 0, 1: receive(FuzzParties.request(&input, from: peer), on: flow(peer))
        case 2, 3:
            guard let known = anySent(), known.isRequest else { return }
            receive(FuzzParties.response(&input, to: known, from: peer), on: flow(peer))
        case 4: sendRequest(peer)
        case 5:
            guard !servers.isEmpty else { return }
            let (id, request) = servers[input.below(servers.count)]
            let status = input.pick(FuzzParties.statuses)
            layer.respond(
                id, with: SIPResponse(to: request, status: status, toTag: Bytes("t")), keepsSuccess: input.flag(),
                at: now)
        case 6: wait(TimeInterval.milliseconds(UInt64(input.pick([1, 100, 500, 1_500, 5_000, 32_000, 64_000]))))
        case 7:
            if input.flag(), !sent.isEmpty {
                layer.sendFailed(sent[input.below(sent.count)].transaction, at: now)
            } else {
                layer.transportFailed(on: flow(peer), at: now)
            }
        case 8:
            guard !clients.isEmpty else { return }
            _ = layer.cancel(
                clients[input.below(clients.count)], reason: input.flag() ? Bytes("SIP") : Bytes(), at: now)
        default:
            guard !received.isEmpty else { return }
            let (bytes, flow) = received[input.below(received.count)]
            receive(bytes, on: flow)
        }
    }

    private func anySent() -> SIPMessage? { sent.isEmpty ? nil : sent[input.below(sent.count)].message }

    private func sendRequest(_ peer: Int) {
        let bytes = FuzzParties.request(&input, from: peer)
        guard (try? message.receiveCopy(bytes)) != nil, message.method != .ack else { return }
        var request = message.request
        request.removeTopVia()
        request.pushVia(
            transport: flow(peer).transport, host: Bytes("198.51.100.1"), port: 5060, branch: layer.makeBranch(),
            rport: true)
        if let id = try? layer.send(request, over: flow(peer), owner: OwnerToken(1, 2), at: now) {
            clients.append(id)
        }
    }

    private func receive(_ bytes: [UInt8], on flow: Flow) {
        guard (try? message.receiveCopy(bytes)) != nil else { return }
        if received.count < 64 { received.append((bytes, flow)) }
        switch layer.receive(message, on: flow, at: now) {
        case .request(let id), .mergedRequest(let id), .cancel(let id, _): servers.append((id, message.request))
        case .absorbed, .strayResponse, .response, .ack: break
        }
    }

    private func wait(_ time: TimeInterval) {
        let end = now + time
        while let deadline = layer.nextDeadline, deadline <= end, fault == nil {
            now = max(now, deadline)
            layer.advance(to: now)
            drain()
        }
        now = end
    }

    private func drain() {
        while layer.nextEvent() != nil {}
        for index in 0..<output.count {
            let record = output[index]
            let item = FuzzSent(
                bytes: Array(output.bytes(of: record).buffer), flow: record.flow, transaction: record.transaction)
            if item.message == nil { fault = "sent what is no message: \(String(decoding: item.bytes, as: UTF8.self))" }
            if sent.count == 64 { sent.removeFirst() }
            sent.append(item)
        }
        output.removeAll()
    }
}
