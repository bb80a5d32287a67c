import CallControl
import SIPTransaction
import TandemKit
import Timing

/// Tandem on the simulated network: one to three call engines behind the same listeners.
///
/// A datagram goes to the shard that the kernel would pick by the source's address, and from there to the shard that the
/// message's own tokens name, as in the daemon.
final class TandemNode: NetworkNode {
    let name: String
    let engines: [CallEngine]
    private let network: SimulatedNetwork
    private let journal: Journal
    private let monitor: WireMonitor
    /// The address of each listener.
    let listeners: [Endpoint]
    private let transports: [TransportProtocol]
    /// Where descriptions pass; nil when the node leaves media alone.
    var relay: SimulatedRelay?
    private var wakeUps: [Timestamp?]
    private var message = SIPMessage()
    private var reader = SIPMessage()

    init(
        name: String, engines: [CallEngine], listeners: [Endpoint], transports: [TransportProtocol],
        network: SimulatedNetwork, journal: Journal, monitor: WireMonitor
    ) {
        self.name = name
        self.engines = engines
        self.listeners = listeners
        self.transports = transports
        self.network = network
        self.journal = journal
        self.monitor = monitor
        wakeUps = Array(repeating: nil, count: engines.count)
        for endpoint in listeners { network.attach(self, at: endpoint) }
    }

    func receive(_ packet: Packet) {
        let text = WireMessage(packet.bytes)
        journal.packet("\(packet.source) → \(name) \(String(decoding: packet.bytes, as: UTF8.self))", at: network.now)
        monitor.received(text, by: name, at: network.now)
        let listener = listeners.firstIndex(of: packet.destination)!
        let flow = Flow(listener: UInt16(listener), transport: packet.transport, remote: packet.source)
        let parsed = packet.bytes.withUnsafeBytes { bytes in
            do throws(SIPParseError) {
                try message.receive(bytes)
                return true
            } catch {
                return false
            }
        }
        guard parsed else { return journal.violation("\(name) can't parse what an agent sent", at: network.now) }
        let shard = shard(for: message, from: packet.source)
        packet.bytes.withUnsafeBytes { engines[shard].receive(&message, from: $0, on: flow, at: network.now) }
        drain(shard)
    }

    func streamBroke(to remote: Endpoint) {
        for (shard, engine) in engines.enumerated() {
            for listener in listeners.indices where transports[listener].isReliable {
                let flow = Flow(listener: UInt16(listener), transport: transports[listener], remote: remote)
                engine.sendFailed(on: flow, at: network.now)
            }
            drain(shard)
        }
    }

    private func shard(for message: SIPMessage, from source: Endpoint) -> Int {
        let hint =
            message.isRequest
            ? ShardHint.shard(ofTag: message.toTag) : ShardHint.shard(ofBranch: message.topVia.branch)
        if let hint, hint < engines.count { return hint }
        return Int(source.port) % engines.count
    }

    /// Sends what an engine has to send, and sets the alarm for its next timer.
    private func drain(_ shard: Int) {
        let engine = engines[shard]
        for index in 0..<engine.output.count {
            let record = engine.output[index]
            let listener = Int(record.flow.listener)
            let bytes = engine.output.bytes(of: record).array
            let text = String(decoding: bytes, as: UTF8.self)
            journal.packet("\(name) → \(record.flow.remote) \(text)", at: network.now)
            monitor.sent(bytes, by: name, listener: listener, to: record.flow.remote, at: network.now)
            network.send(
                Packet(
                    source: listeners[listener], destination: record.flow.remote, transport: record.flow.transport,
                    bytes: bytes))
        }
        engine.output.removeAll()
        for command in engine.takeMediaCommands() { pass(command, shard) }
        guard let deadline = engine.nextDeadline, wakeUps[shard].map({ deadline < $0 }) ?? true else { return }
        wakeUps[shard] = deadline
        network.at(deadline) { [weak self] in self?.wake(shard, deadline) }
    }

    private func pass(_ command: MediaCommand, _ shard: Int) {
        let session = command.session
        relay?.take(
            command,
            { [weak self] outcome in
                guard let self else { return }
                engines[shard].receive(outcome, for: session, at: network.now)
                drain(shard)
            },
            { [weak self] event in
                guard let self else { return }
                engines[shard].receive(event, of: session, at: network.now)
                drain(shard)
            })
    }

    private func wake(_ shard: Int, _ deadline: Timestamp) {
        guard wakeUps[shard] == deadline else { return }
        wakeUps[shard] = nil
        engines[shard].advance(to: network.now)
        drain(shard)
    }

    /// What is left when everything should have ended.
    var leftovers: [String] {
        engines.enumerated().compactMap { shard, engine in
            let counts = [
                ("calls", engine.callCount), ("dialogs", engine.dialogCount), ("timers", engine.timerCount),
                ("transactions", engine.layer.count), ("bytes", engine.layer.storedByteCount),
                ("messages", engine.output.count),
            ].filter { $0.1 != 0 }
            let text = counts.map { "\($0.1) \($0.0)" }.joined(separator: ", ")
            return counts.isEmpty ? nil : "shard \(shard) of \(name) still holds \(text)"
        } + (relay?.leftovers ?? [])
    }
}
