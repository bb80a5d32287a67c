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
    private(set) var engines: [CallEngine] = []
    let network: SimulatedNetwork
    let journal: Journal
    let monitor: WireMonitor
    private let makeEngine: (_ shard: Int) -> CallEngine
    private let shardCount: Int
    /// What outlives the process; nothing is written down when the node never dies.
    var memories: [NodeMemory]
    let isMortal: Bool
    private(set) var watch: CrashWatch?
    /// Which process it is that the engines belong to.
    var life = 0
    var crashes = 0
    var isDown = false
    /// How long the node is to be away once it has died at its next output.
    var crashWhileSending: UInt64?
    /// Until when it stands still, its clock going on.
    private var standsUntil: Timestamp?
    /// The address of each listener.
    let listeners: [Endpoint]
    private let transports: [TransportProtocol]
    /// Where descriptions pass; nil when the node leaves media alone.
    var relay: SimulatedRelay?
    /// What its look-ups are answered by; nil when its routers ask nothing.
    var source: SimulatedSource?
    private var wakeUps: [Timestamp?]
    private var message = SIPMessage()
    private var reader = SIPMessage()

    init(
        name: String, shards: Int, isMortal: Bool, watch: CrashWatch?, listeners: [Endpoint],
        transports: [TransportProtocol],
        network: SimulatedNetwork, journal: Journal, monitor: WireMonitor,
        makeEngine: @escaping (_ shard: Int) -> CallEngine
    ) {
        self.name = name
        self.makeEngine = makeEngine
        self.isMortal = isMortal
        self.watch = watch
        shardCount = shards
        memories = Array(repeating: NodeMemory(), count: shards)
        self.listeners = listeners
        self.transports = transports
        self.network = network
        self.journal = journal
        self.monitor = monitor
        wakeUps = Array(repeating: nil, count: shards)
        makeEngines()
        for endpoint in listeners { network.attach(self, at: endpoint) }
    }

    /// Makes the engines of a new process.
    func makeEngines() {
        wakeUps = Array(repeating: nil, count: shardCount)
        engines = (0..<shardCount).map(makeEngine)
        for engine in engines {
            engine.keepsRecords = isMortal
            if let watch { engine.observe = { [network] in watch.note($0, at: network.now) } }
        }
    }

    /// The hosts of its listeners.
    var addresses: [String] { listeners.map { "\($0.address)" } }

    /// Stands still for a while; what comes meanwhile waits, and its clock has jumped when it goes on.
    func stall(for length: UInt64) {
        standsUntil = max(standsUntil ?? network.now, network.now + TimeInterval(nanoseconds: length))
        journal.packet("\(name) stands still for \(length / 1_000_000) ms", at: network.now)
    }

    /// Whether it stands still; then `action` is put off until it goes on.
    private func putsOff(_ action: @escaping () -> Void) -> Bool {
        guard let end = standsUntil, network.now < end else { return false }
        network.at(end, action)
        return true
    }

    func receive(_ packet: Packet) {
        if putsOff({ [weak self] in self?.receive(packet) }) { return }
        guard !isDown else { return }
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
        if putsOff({ [weak self] in self?.streamBroke(to: remote) }) { return }
        guard !isDown else { return }
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
            ? ShardHint.shard(ofTag: message.toTag) ?? ShardHint.shard(replacedBy: message)
            : ShardHint.shard(ofBranch: message.topVia.branch)
        if let hint, hint < engines.count { return hint }
        return Int(source.port) % engines.count
    }

    /// Sends what an engine has to send, and sets the alarm for its next timer.
    func drain(_ shard: Int) {
        guard !isDown else { return }
        let engine = engines[shard]
        if isMortal, engine.hasRecordChanges { memories[shard].write(from: engine) }
        if let downtime = crashWhileSending, engine.output.count > 0 { return die(downtime: downtime) }
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
        for command in engine.takeLookUpCommands() { pass(command, shard) }
        guard let deadline = engine.nextDeadline, wakeUps[shard].map({ deadline < $0 }) ?? true else { return }
        wakeUps[shard] = deadline
        network.at(deadline) { [weak self, life] in self?.wake(shard, deadline, life) }
    }

    private func pass(_ command: MediaCommand, _ shard: Int) {
        let session = command.session
        relay?.take(
            command,
            { [weak self, life] outcome in
                guard let self, life == self.life, !isDown else { return }
                engines[shard].receive(outcome, for: session, at: network.now)
                drain(shard)
            },
            { [weak self] event in
                guard let self, !isDown else { return }
                engines[shard].receive(event, of: session, at: network.now)
                drain(shard)
            })
    }

    private func pass(_ command: LookUpCommand, _ shard: Int) {
        source?.take(command) { [weak self, life] finding in
            guard let self, life == self.life, !isDown else { return }
            engines[shard].receive(finding, for: command.ticket, at: network.now)
            drain(shard)
        }
    }

    private func wake(_ shard: Int, _ deadline: Timestamp, _ life: Int) {
        if putsOff({ [weak self] in self?.wake(shard, deadline, life) }) { return }
        guard life == self.life, !isDown, wakeUps[shard] == deadline else { return }
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
