import SIPTransaction
import TandemKit
public import Timing

/// The OPTIONS poll of one trunk by this engine.
struct TrunkProbe {
    var trunk: TrunkContext
    var health: TrunkHealth
    var timer = TimerID.none
    let callID: [UInt8]
    var cseq: UInt32 = 0
    /// How many servers of the peer have failed in a row: the next one is asked.
    var failures = 0

    /// The server to ask.
    var hop: Flow { trunk.hops.flows[failures % trunk.hops.flows.count] }
}

extension CallEngine {
    /// Starts to poll a trunk's peer with OPTIONS (F12). One engine polls a trunk; it tells the others through
    /// `observeTrunk` and their `setAvailable`.
    public func startProbing(_ index: Int, _ settings: TrunkHealth.Settings, at now: Timestamp) {
        begin(at: now)
        let probe = TrunkProbe(
            trunk: trunk(at: index), health: TrunkHealth(settings, at: now), callID: layer.makeCallID().array)
        guard probe.health.deadline != nil else { return }
        probes.append(probe)
        self.probe(handle(of: probes.count - 1))
        traceOutput()
    }

    /// What is known about the trunks this engine polls.
    public var trunkHealth: [(trunk: Int, health: TrunkHealth)] { probes.map { ($0.trunk.index, $0.health) } }

    /// Says whether a trunk takes new calls: what another shard's poll, or the operator, has found.
    public func setAvailable(_ isAvailable: Bool, trunk index: Int) {
        trunk(at: index).isAvailable = isAvailable
        guard isAvailable, let place = probes.firstIndex(where: { $0.trunk.index == index }) else { return }
        _ = probes[place].health.heard(at: now)
    }

    /// A trunk's peer has answered a request of a call: when the trunk was down, it is up, whatever OPTIONS said.
    func heard(from index: Int, _ status: UInt16) {
        guard index < trunkCount, !trunk(at: index).isAvailable, TrunkHealth.provesLife(status) else { return }
        setAvailable(true, trunk: index)
        observeTrunk(index, .up)
    }

    /// Stops all polls: a new configuration starts its own.
    func stopProbing() {
        for index in probes.indices { stopTimer(&probes[index].timer) }
        probes.removeAll()
        probeGeneration &+= 1
    }

    /// What a probe's transactions and timers carry: its place, and the configuration it belongs to.
    private func handle(of place: Int) -> UInt64 { UInt64(probeGeneration) << 32 | UInt64(place) }

    /// The place that a handle names; nil when its configuration is gone.
    private func place(of handle: UInt64) -> Int? {
        let place = Int(handle & 0xFFFF_FFFF)
        return UInt32(handle >> 32) == probeGeneration && place < probes.count ? place : nil
    }

    /// The time of a probe has come.
    func probe(_ handle: UInt64) {
        guard let place = place(of: handle) else { return }
        act(on: probes[place].health.fire(at: now), place)
        schedule(place)
    }

    /// A probe was answered, or (nil) was not.
    func probed(_ handle: UInt64, _ number: Int, status: UInt16?) {
        guard let place = place(of: handle) else { return }
        if let status {
            note(place, isAlive: TrunkHealth.provesLife(status))
            act(on: probes[place].health.answered(status, at: now), place)
        } else if number == Int(probes[place].cseq) {  // an older one counted as missed when the next went out
            note(place, isAlive: false)
            act(on: probes[place].health.failed(at: now), place)
        }
        schedule(place)
    }

    /// Whether the server that was asked lives: the next question goes to it again, or to the next one.
    private func note(_ place: Int, isAlive: Bool) {
        let probe = probes[place]
        if isAlive { return hopAnswered(probe.hop) }
        hopFailed(probe.hop, of: probe.trunk)
        probes[place].failures += 1
    }

    private func schedule(_ place: Int) {
        guard let deadline = probes[place].health.deadline, deadline > now else { return }
        setTimer(&probes[place].timer, .probeTimer, handle(of: place), after: deadline - now)
    }

    private func act(on effects: [TrunkHealth.Effect], _ place: Int) {
        let trunk = probes[place].trunk
        for effect in effects {
            switch effect {
            case .probe: sendProbe(place)
            case .changed(let state):
                trunk.isAvailable = state != .down
                observeTrunk(trunk.index, state)
            }
        }
    }

    private func sendProbe(_ place: Int) {
        let trunk = probes[place].trunk
        probes[place].cseq += 1
        var request = SIPRequest(method: .options, uri: "sip:\(trunk.peerHost)")
        let domain = TrunkContext.bracketed(trunk.facts.domain)
        request.headers.append(.from, text: "<sip:\(domain)>;tag=\(layer.makeTag().string)")
        request.headers.append(.to, text: "<sip:\(trunk.peerHost)>")
        probes[place].callID.withUnsafeBytes { request.headers.append(.callID, Bytes($0)) }
        request.headers.append(.cseq, text: "\(probes[place].cseq) OPTIONS")
        trunk.contact.withUnsafeBytes { request.headers.append(.contact, Bytes($0)) }
        describe(&request, to: trunk, from: nil)
        if let adapter = trunk.adapter, adapter.hooks.contains(.egressRequest) {
            var state = PluginState()
            let call = CallFacts(number: .none, callID: probes[place].callID, began: 0, ingressTrunk: "")
            let facts = EgressLeg(of: call, trunk: trunk.facts, remote: probes[place].hop.remote)
            do throws(AdapterError) {
                try adapter.egress(&request, on: facts, state: &state)
            } catch {
                if !error.passesBy { counters.pluginRefusals &+= 1 }
            }
        }
        traceContext = TraceContext(call: .none, leg: 1, trunk: trunk)
        let (handle, number) = (handle(of: place), Int(probes[place].cseq))
        if send(&request, on: trunk, over: probes[place].hop, owner: OwnerKind.probe.token(handle, number)) == nil {
            probed(handle, number, status: nil)
        }
    }
}

extension HeaderFields {
    /// Adds a field with a value that was put together as text.
    fileprivate mutating func append(_ id: HeaderID, text value: String) {
        var value = value
        value.withUTF8 { append(id, Bytes(UnsafeRawBufferPointer($0))) }
    }
}
